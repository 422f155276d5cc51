import { contractKey } from '../../domain/identity/contract-key.ts';
import { observeSpot } from '../observe.ts';
import { observeTotals } from '../observe-totals.ts';
import { recordsOf, topRecordsOf, unexpected } from '../read-list.ts';
import { isObject, readRecord } from '../read-record.ts';
import { JSON_HEADERS, planLimits, politePaceMs } from '../request.ts';
import type { PolledSource, ReadContext, Reading, SourceRequest, SourceSettings } from '../source.ts';
import { isChart, marketChart, readChart } from './market-chart.ts';
import { normalizeGlobal, normalizeMarket } from './normalize.ts';
import { CoingeckoCoin, CoingeckoGlobal, CoingeckoMarket } from './record.ts';

const PER_PAGE = 250;
/** Keyless calls are limited per address, shared by all behind it; a demo key has 100 a minute. */
const PACE_MS = { keyless: 5_000, demo: 2_000, pro: 250 };
/** No month is published for keyless calls; the smallest paid plan is the measure of `pro`. */
const CALLS_MAX = {
  keyless: { minute: 12, month: null },
  demo: { minute: 100, month: 10_000 },
  pro: { minute: 500, month: 500_000 },
};
/** Codes in the body: no key, a pro key at the demo's root and the other way round; a paid endpoint, a time too far back. */
const REFUSALS = { 10002: 'key', 10010: 'key', 10011: 'key', 10005: 'plan', 10012: 'plan' } as const;
const CATALOG = 'coins/list';
const DAY_MINUTES = 1_440;
/** Four pages, the totals and the daily list at this pace are 9,390 of the 10,000 calls a month of the free plans. */
const FREE_MINUTES = { first_page: 10, later_page: 30, global: 60 };
/** `precision=full`, for prices are rounded without it. */
const MARKETS_QUERY = new URLSearchParams({
  vs_currency: 'usd',
  order: 'market_cap_desc',
  precision: 'full',
  price_change_percentage: '1h,24h,7d',
  sparkline: 'false',
  per_page: String(PER_PAGE),
});

export const coingecko: PolledSource = {
  id: 'coingecko',
  attribution: {
    source: 'coingecko',
    text: 'Data provided by CoinGecko',
    url: 'https://www.coingecko.com',
  },
  paceMs: (settings) => politePaceMs(settings, PACE_MS[settings.plan]),
  limits: (settings) => planLimits(settings, CALLS_MAX[settings.plan]),
  refusals: REFUSALS,
  coin_list: CATALOG,
  history: {
    request: (settings, external_id, days) => ({
      ...marketChart(settings.base_url, external_id, days),
      headers: headers(settings),
    }),
  },
  requests: (settings) => [...marketRequests(settings), globalRequest(settings)],
  catalogRequests: (settings) => [catalogRequest(settings)],
  read: (body, context) => {
    if (context.endpoint === CATALOG) return readCatalog(body);
    if (isChart(context.endpoint)) return readChart(body, context);
    return (context.endpoint === 'global' ? readGlobal : readMarkets)(body, context);
  },
};

function marketRequests(settings: SourceSettings): SourceRequest[] {
  const pages = Math.min(settings.pages, Math.ceil((settings.poll_top ?? Infinity) / PER_PAGE));
  return Array.from({ length: pages }, (_, index) => marketRequest(settings, index + 1));
}

function marketRequest(settings: SourceSettings, page: number): SourceRequest {
  return {
    endpoint: `coins/markets?page=${page}`,
    url: `${settings.base_url}/coins/markets?${MARKETS_QUERY}&page=${page}`,
    headers: headers(settings),
    every_minutes: everyMinutes(settings, page === 1 ? 'first_page' : 'later_page'),
    page_group: 'coins/markets',
    has_history: true,
    ...(page > 1 && { may_be_empty: true }),
  };
}

const globalRequest = (settings: SourceSettings): SourceRequest => ({
  endpoint: 'global',
  url: `${settings.base_url}/global`,
  headers: headers(settings),
  every_minutes: everyMinutes(settings, 'global'),
});

const catalogRequest = (settings: SourceSettings): SourceRequest => ({
  endpoint: CATALOG,
  url: `${settings.base_url}/coins/list?include_platform=true`,
  headers: headers(settings),
  every_minutes: DAY_MINUTES,
  may_be_empty: true,
  may_be_absent: true,
});

function headers({ api_key, plan }: SourceSettings): Record<string, string> {
  if (api_key === null) return { ...JSON_HEADERS };
  // A key under the other plan's name is refused (errors 10010 and 10011).
  return { ...JSON_HEADERS, [plan === 'pro' ? 'x-cg-pro-api-key' : 'x-cg-demo-api-key']: api_key };
}

const everyMinutes = ({ plan, poll_minutes }: SourceSettings, call: keyof typeof FREE_MINUTES): number =>
  plan === 'pro' ? poll_minutes : Math.max(poll_minutes, FREE_MINUTES[call]);

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
      entry: { external_id: id, symbol, name, contracts: contractsOf(platforms) },
    })),
  );
}

function contractsOf(platforms: CoingeckoCoin['platforms']) {
  return Object.entries(platforms ?? {}).flatMap(([platform, address]) =>
    typeof address === 'string' ? (contractKey('coingecko', platform, address) ?? []) : [],
  );
}
