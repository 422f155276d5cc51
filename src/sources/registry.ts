import { coingeckoContracts } from './coingecko/contracts.ts';
import { coingecko } from './coingecko/index.ts';
import { coinpaprikaContracts } from './coinpaprika/contracts.ts';
import { coinpaprika } from './coinpaprika/index.ts';
import type { Contract } from './contract.ts';
import type { Attribution, PolledSource } from './source.ts';

export { contractFields } from './contract.ts';

/** Every source that is polled. A new one is a folder, a line here and a set of fixtures. */
export const POLLED_SOURCES: readonly PolledSource[] = [coinpaprika, coingecko];

/** What the records of each endpoint have to be, for whoever watches them drift. */
export const CONTRACTS: readonly Contract[] = [...coinpaprikaContracts, ...coingeckoContracts];

/** The contract of an endpoint; undefined for one whose records are not watched. */
export const contractOf = (source: string, endpoint: string): Contract | undefined =>
  CONTRACTS.find((contract) => contract.source === source && contract.covers(endpoint));

/** The source that gives history, coin by coin. */
export const HISTORY_SOURCE = 'coingecko' satisfies PolledSource['id'];

/** Every source a row can come from. */
export const SOURCE_IDS = ['coinpaprika', 'coingecko', 'csv'] as const;
export type SourceId = (typeof SOURCE_IDS)[number];

/** Whom a reply made of a source's rows has to name. */
export const ATTRIBUTION: Readonly<Record<SourceId, Attribution>> = {
  coinpaprika: coinpaprika.attribution,
  coingecko: coingecko.attribution,
  csv: { source: 'csv', text: 'Uploaded files; their origin is known to who runs this service', url: null },
};

/**
 * Raised whenever the same bytes would give other rows than before: another reading of a field, of a zero, of
 * a time, another flag. Stored with each row, so a replay knows which rows an older reading made.
 */
export const NORMALIZER_VERSION = 1;
