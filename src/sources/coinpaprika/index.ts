import { contractKey, platformsOf } from '../../domain/identity/contract-key.ts';
import { observeSpot } from '../observe.ts';
import { observeTotals } from '../observe-totals.ts';
import { recordsOf, topRecordsOf, unexpected } from '../read-list.ts';
import { isObject, readRecord } from '../read-record.ts';
import { JSON_HEADERS, planLimits, politePaceMs } from '../request.ts';
import type { PolledSource, ReadContext, Reading, SourceRequest, SourceSettings } from '../source.ts';
import { normalizeGlobal, normalizeTicker } from './normalize.ts';
import { CoinpaprikaContract, CoinpaprikaGlobal, CoinpaprikaTicker } from './record.ts';

/**
 * CoinPaprika itself refreshes every five minutes; two calls each time are 17,280 of 20,000 a month, and the
 * contracts of each platform once a day some 420 more.
 */
const EVERY_MINUTES = 5;
const CONTRACTS = 'contracts/';
const DAY_MINUTES = 1_440;
/** No figure is published for calls a second. */
const PACE_MS = 1_000;
/** Of the free plan and of the smallest paid one; larger ones say so in COINPAPRIKA_CALLS_PER_MONTH. */
const CALLS_MAX = {
  keyless: { minute: null, month: 20_000 },
  pro: { minute: null, month: 200_000 },
};

export const coinpaprika: PolledSource = {
  id: 'coinpaprika',
  attribution: {
    source: 'coinpaprika',
    text: 'Data provided by CoinPaprika',
    url: 'https://coinpaprika.com',
  },
  paceMs: (settings) => politePaceMs(settings, PACE_MS),
  limits: (settings) => planLimits(settings, CALLS_MAX[settings.api_key === null ? 'keyless' : 'pro']),
  refusals: {},
  coin_list: 'tickers',
  requests: (settings) => [
    request(settings, 'tickers', 'tickers?quotes=USD'),
    request(settings, 'global', 'global'),
  ],
  // By platform, of those that can be compared: it has no list of all contracts.
  catalogRequests: (settings) =>
    platformsOf('coinpaprika').map((platform) => ({
      ...request(settings, `${CONTRACTS}${platform}`, `${CONTRACTS}${platform}`),
      every_minutes: DAY_MINUTES,
      may_be_empty: true,
      may_be_absent: true,
    })),
  read: (body, context) => {
    if (context.endpoint.startsWith(CONTRACTS)) return readContracts(body, context);
    return (context.endpoint === 'global' ? readGlobal : readTickers)(body, context);
  },
};

function request(settings: SourceSettings, endpoint: string, path: string): SourceRequest {
  const { api_key } = settings;
  return {
    endpoint,
    url: `${settings.base_url}/${path}`,
    headers: { ...JSON_HEADERS, ...(api_key !== null && { authorization: api_key }) },
    every_minutes: Math.max(settings.poll_minutes, EVERY_MINUTES),
  };
}

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
      const contract = contractKey('coinpaprika', platform, address ?? '');
      const contracts = contract === null ? [] : [contract];
      return { type: 'catalog', entry: { external_id: id, symbol: null, name: null, contracts } };
    }),
  );
}
