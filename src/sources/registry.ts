import { coingecko } from './coingecko/index.ts';
import { coinpaprika } from './coinpaprika/index.ts';
import type { Attribution, PolledSource } from './source.ts';

/** Every source that is polled. A new one is a folder, a line here and a set of fixtures. */
export const POLLED_SOURCES: readonly PolledSource[] = [coinpaprika, coingecko];

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
