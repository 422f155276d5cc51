import { chainsOf, contractKey } from '../../domain/identity/chains.ts';
import { listed, single } from '../contract.ts';
import { defineSource } from '../define.ts';
import { told } from '../fields.ts';
import { observeSpot } from '../observe.ts';
import { observeTotals } from '../observe-totals.ts';
import { recordsOf, topRecordsOf, unexpected } from '../read-list.ts';
import { isObject, readRecord } from '../read-record.ts';
import type { ReadContext, Reading } from '../source.ts';
import { normalizeGlobal, normalizeTicker } from './normalize.ts';
import { CoinpaprikaContract, CoinpaprikaGlobal, CoinpaprikaTicker } from './record.ts';

/**
 * CoinPaprika itself refreshes every five minutes. Two calls each time are 17,280 of 20,000 a month, and the daily
 * contracts of each platform about 420 more.
 */
const EVERY_MINUTES = 5;
const CONTRACTS = 'contracts/';
const CHAINS = chainsOf('coinpaprika');
/** No limit of calls per second is published. */
const PACE_MS = 1_000;

export const coinpaprika = defineSource({
  id: 'coinpaprika',
  title: 'CoinPaprika',
  attribution: { text: 'Data provided by CoinPaprika', url: 'https://coinpaprika.com' },
  is_polled_by_default: true,
  rank: { answers: 2, names: 1 },
  plans: {
    keyless: {
      base_url: 'https://api.coinpaprika.com/v1',
      pace_ms: PACE_MS,
      calls_max: { minute: null, month: 20_000 },
    },
    /** The smallest paid plan; for a larger one set COINPAPRIKA_CALLS_PER_MONTH. */
    pro: {
      base_url: 'https://api-pro.coinpaprika.com/v1',
      key_header: 'authorization',
      pace_ms: PACE_MS,
      calls_max: { minute: null, month: 200_000 },
    },
  },
  /** "Hobby and non-commercial use" without a key (https://docs.coinpaprika.com); paid plans are for commercial use. */
  terms: {
    url: 'https://coinpaprika.com/api-terms-of-use/',
    plans: {
      keyless: { commercial_use: false, redistribution: null },
      pro: { commercial_use: true, redistribution: null },
    },
  },
  endpoints: [
    {
      name: 'tickers',
      calls: () => [{ endpoint: 'tickers', path: 'tickers?quotes=USD', every_minutes: EVERY_MINUTES }],
      record: CoinpaprikaTicker,
      records: listed,
      read: readTickers,
    },
    {
      name: 'global',
      calls: () => [{ endpoint: 'global', path: 'global', every_minutes: EVERY_MINUTES }],
      record: CoinpaprikaGlobal,
      records: single,
      read: readGlobal,
    },
  ],
  lists: [
    {
      // By platform, for those that can be compared: it has no list of all contracts.
      name: `${CONTRACTS}{platform}`,
      covers: (endpoint) => endpoint.startsWith(CONTRACTS),
      calls: () =>
        [...CHAINS.keys()].map((platform) => {
          const endpoint = `${CONTRACTS}${platform}`;
          return { endpoint, path: endpoint };
        }),
      record: CoinpaprikaContract,
      records: listed,
      read: readContracts,
    },
  ],
  /** Without a key it ends after about 2,000 coins. */
  coin_list: { endpoint: 'tickers', whole_in: ['pro'] },
});

function readTickers(body: unknown, context: ReadContext): Reading[] {
  return topRecordsOf(body, 'rank', context.poll_top).map((placed) =>
    readRecord(CoinpaprikaTicker, placed, (ticker) =>
      observeSpot(normalizeTicker(ticker), placed.pointer, context),
    ),
  );
}

function readGlobal(body: unknown, context: ReadContext): Reading[] {
  if (!isObject(body) || !('market_cap_usd' in body)) throw unexpected('the totals of the market', body);
  const placed = { record: body, pointer: '' };
  return [
    readRecord(CoinpaprikaGlobal, placed, (global) =>
      observeTotals(normalizeGlobal(global), placed.pointer, context),
    ),
  ];
}

function readContracts(body: unknown, { endpoint }: ReadContext): Reading[] {
  const platform = endpoint.slice(CONTRACTS.length);
  return recordsOf(body).map((placed) =>
    readRecord(CoinpaprikaContract, placed, ({ id, address }) => {
      const contract = contractKey(CHAINS.get(platform), told(address) ?? '');
      const contracts = contract === null ? [] : [contract];
      return { type: 'catalog', entry: { external_id: id, symbol: null, name: null, contracts } };
    }),
  );
}
