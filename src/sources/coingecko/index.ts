import { chainsOf, contractKey } from '../../domain/identity/chains.ts';
import { listed, single } from '../contract.ts';
import { defineSource } from '../define.ts';
import { told } from '../fields.ts';
import { observeSpot } from '../observe.ts';
import { observeTotals } from '../observe-totals.ts';
import { recordsOf, topRecordsOf, unexpected } from '../read-list.ts';
import { isObject, readRecord } from '../read-record.ts';
import type { CallSettings, ReadContext, Reading, SourceCall } from '../source.ts';
import { chartCall, HOURLY_DAYS_MAX, isChart, readChart } from './market-chart.ts';
import { normalizeGlobal, normalizeMarket } from './normalize.ts';
import { ratesIn, readRates } from './rates.ts';
import { CoingeckoCoin, CoingeckoGlobal, CoingeckoMarket, CoingeckoRate } from './record.ts';

const PER_PAGE = 250;
const MARKETS = 'coins/markets';
const CATALOG = 'coins/list';
const RATES = 'exchange_rates';
const CHAINS = chainsOf('coingecko');
/**
 * Four pages, the totals, the rates and the daily list at the pace of `demo` are 8,215 of its 10,000 calls in the
 * longest month; the others go to gaps and history. Without a key a month has no limit. A paid plan has calls for
 * every poll.
 */
const MINUTES: Record<string, typeof KEYLESS_MINUTES> = {
  demo: { first_page: 10, later_page: 60, global: 60, rates: 60 },
  pro: { first_page: 1, later_page: 1, global: 1, rates: 5 },
};
const KEYLESS_MINUTES = { first_page: 10, later_page: 30, global: 60, rates: 60 };
/** `precision=full`, because prices are rounded without it. */
const MARKETS_QUERY = new URLSearchParams({
  vs_currency: 'usd',
  order: 'market_cap_desc',
  precision: 'full',
  price_change_percentage: '1h,24h,7d',
  sparkline: 'false',
  per_page: String(PER_PAGE),
});

export const coingecko = defineSource({
  id: 'coingecko',
  title: 'CoinGecko',
  attribution: { text: 'Data provided by CoinGecko', url: 'https://www.coingecko.com' },
  is_polled_by_default: true,
  rank: { answers: 1, names: 2 },
  // A key under the other plan's name, or at its root, is refused (errors 10010 and 10011).
  plans: {
    /** Limited per address, which all clients behind it share; no monthly limit is published. */
    keyless: {
      base_url: 'https://api.coingecko.com/api/v3',
      pace_ms: 5_000,
      calls_max: { minute: 12, month: null },
      is_limited_by_address: true,
    },
    demo: {
      base_url: 'https://api.coingecko.com/api/v3',
      key_header: 'x-cg-demo-api-key',
      pace_ms: 2_000,
      calls_max: { minute: 100, month: 10_000 },
    },
    /** The smallest paid plan; for a larger one set COINGECKO_CALLS_PER_MONTH. */
    pro: {
      base_url: 'https://pro-api.coingecko.com/api/v3',
      key_header: 'x-cg-pro-api-key',
      pace_ms: 250,
      calls_max: { minute: 500, month: 500_000 },
    },
  },
  /** Redistribution requires a separate licence (https://www.coingecko.com/en/api/enterprise/data-license). */
  terms: {
    url: 'https://www.coingecko.com/en/api_terms',
    plans: {
      keyless: { commercial_use: null, redistribution: false },
      demo: { commercial_use: null, redistribution: false },
      pro: { commercial_use: true, redistribution: false },
    },
  },
  pages: { default: 4, max: 100 },
  /** No key, a pro key at the demo's root or the reverse; a paid endpoint, a time too far back. */
  refusals: { 10002: 'key', 10010: 'key', 10011: 'key', 10005: 'plan', 10012: 'plan' },
  endpoints: [
    {
      name: MARKETS,
      covers: (endpoint) => endpoint.startsWith(MARKETS),
      calls: marketCalls,
      record: CoingeckoMarket,
      records: listed,
      read: readMarkets,
    },
    {
      name: 'global',
      calls: (settings) => [
        { endpoint: 'global', path: 'global', every_minutes: everyMinutes(settings, 'global') },
      ],
      record: CoingeckoGlobal,
      records: (body) => (isObject(body) ? single(body.data) : []),
      read: readGlobal,
    },
    {
      name: RATES,
      calls: (settings) => [
        {
          endpoint: RATES,
          path: RATES,
          every_minutes: everyMinutes(settings, 'rates'),
          // Prices in other currencies are optional: a root without them is not the run's fault.
          may_be_absent: true,
        },
      ],
      record: CoingeckoRate,
      records: (body) => Object.values(ratesIn(body)),
      read: readRates,
    },
  ],
  lists: [
    {
      name: CATALOG,
      calls: () => [{ endpoint: CATALOG, path: `${CATALOG}?include_platform=true` }],
      record: CoingeckoCoin,
      records: listed,
      read: readCatalog,
    },
  ],
  coin_list: { endpoint: CATALOG, whole_in: ['keyless', 'demo', 'pro'] },
  history: {
    name: 'coins/{id}/market_chart',
    days_max: 365,
    covers: isChart,
    call: chartCall,
    read: readChart,
    spans: [365, HOURLY_DAYS_MAX],
    hourly_days_max: HOURLY_DAYS_MAX,
  },
});

function marketCalls(settings: CallSettings): SourceCall[] {
  const pages = Math.min(settings.pages, Math.ceil((settings.poll_top ?? Infinity) / PER_PAGE));
  return Array.from({ length: pages }, (_, index) => marketCall(settings, index + 1));
}

function marketCall(settings: CallSettings, page: number): SourceCall {
  return {
    endpoint: `${MARKETS}?page=${page}`,
    path: `${MARKETS}?${MARKETS_QUERY}&page=${page}`,
    every_minutes: everyMinutes(settings, page === 1 ? 'first_page' : 'later_page'),
    page_group: MARKETS,
    has_history: true,
    ...(page > 1 && { may_be_empty: true }),
  };
}

const everyMinutes = ({ plan }: CallSettings, call: keyof typeof KEYLESS_MINUTES): number =>
  (MINUTES[plan] ?? KEYLESS_MINUTES)[call];

function readMarkets(body: unknown, context: ReadContext): Reading[] {
  return topRecordsOf(body, 'market_cap_rank', context.poll_top).map((placed) =>
    readRecord(CoingeckoMarket, placed, (market) =>
      observeSpot(normalizeMarket(market), placed.pointer, context),
    ),
  );
}

function readGlobal(body: unknown, context: ReadContext): Reading[] {
  const data = isObject(body) ? body.data : undefined;
  if (!isObject(data)) throw unexpected('the totals of the market', body);
  const placed = { record: data, pointer: '/data' };
  return [
    readRecord(CoingeckoGlobal, placed, (global) =>
      observeTotals(normalizeGlobal(global), placed.pointer, context),
    ),
  ];
}

function readCatalog(body: unknown): Reading[] {
  return recordsOf(body).map((placed) =>
    readRecord(CoingeckoCoin, placed, ({ id, symbol, name, platforms }) => ({
      type: 'catalog',
      entry: {
        external_id: id,
        symbol: told(symbol),
        name: told(name),
        contracts: contractsOf(platforms),
      },
    })),
  );
}

function contractsOf(platforms: CoingeckoCoin['platforms']) {
  return Object.entries(platforms ?? {}).flatMap(([platform, address]) =>
    typeof address === 'string' ? (contractKey(CHAINS.get(platform), address) ?? []) : [],
  );
}
