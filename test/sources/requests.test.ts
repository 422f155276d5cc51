import { describe, expect, it } from 'vitest';
import { coingecko } from '../../src/sources/coingecko/index.ts';
import { coinlore } from '../../src/sources/coinlore/index.ts';
import { coinpaprika } from '../../src/sources/coinpaprika/index.ts';
import { keyedPlans, POLLED_SOURCES } from '../../src/sources/registry.ts';
import type { PolledSource, SourceSettings } from '../../src/sources/source.ts';

const settings = (changed: Partial<SourceSettings> = {}): SourceSettings => ({
  base_url: 'https://upstream.example/v9',
  api_key: null,
  plan: 'keyless',
  poll_minutes: 5,
  calls_per_month: null,
  pages: 4,
  poll_top: null,
  ...changed,
});

/** All possible requests of a source. */
const requestsOf = (source: PolledSource, given: SourceSettings) => [
  ...source.requests(given),
  ...source.catalogRequests(given),
];

describe.each(POLLED_SOURCES.map((source) => [source.id, source] as const))('%s', (_id, source) => {
  it('requests JSON below its base URL, with our user agent', () => {
    for (const request of requestsOf(source, settings())) {
      expect(request.url).toMatch(/^https:\/\/upstream\.example\/v9\/\w/);
      expect(request.headers['user-agent']).toBe('cointape/0.1 (self-hosted tape of crypto market data)');
      expect(request.headers.accept).toBe('application/json');
      expect(request.every_minutes).toBeGreaterThanOrEqual(5);
    }
  });

  it('names each endpoint once, and the same whatever the key', () => {
    const names = requestsOf(source, settings()).map(({ endpoint }) => endpoint);
    expect(new Set(names).size).toBe(names.length);
    for (const plan of keyedPlans(source)) {
      const keyed = requestsOf(source, settings({ api_key: 'k', plan }));
      expect(keyed.map(({ endpoint }) => endpoint)).toEqual(names);
    }
  });

  it('keeps the key out of the URL', () => {
    for (const plan of keyedPlans(source))
      for (const { url, headers } of requestsOf(source, settings({ api_key: 's3cret', plan }))) {
        expect(url).not.toContain('s3cret');
        expect(Object.values(headers)).toContain('s3cret');
      }
    for (const { headers } of requestsOf(source, settings())) expect(Object.keys(headers)).toHaveLength(2);
  });

  it.each([
    ['http://127.0.0.1:8080/x', 0],
    ['http://localhost/x', 0],
    ['http://[::1]:1/x', 0],
    ['https://127.0.0.1.example/x', 1_000],
    ['https://upstream.example/x', 1_000],
  ])('spares only servers of others: %s', (base_url, atLeast) => {
    const pace = source.paceMs(settings({ base_url }));
    expect(atLeast === 0 ? pace === 0 : pace >= atLeast).toBe(true);
  });
});

const MARKETS =
  'coins/markets?vs_currency=usd&order=market_cap_desc&precision=full' +
  '&price_change_percentage=1h%2C24h%2C7d&sparkline=false&per_page=250';

describe('the requests', () => {
  const asked = (source: PolledSource, changed?: Partial<SourceSettings>) =>
    source
      .requests(settings(changed))
      .map(({ endpoint, url }) => [endpoint, url.replace('https://upstream.example/v9/', '')]);

  it('of CoinPaprika', () => {
    expect(asked(coinpaprika)).toEqual([
      ['tickers', 'tickers?quotes=USD'],
      ['global', 'global'],
    ]);
  });

  it('of CoinGecko', () => {
    expect(asked(coingecko, { pages: 2 })).toEqual([
      ['coins/markets?page=1', `${MARKETS}&page=1`],
      ['coins/markets?page=2', `${MARKETS}&page=2`],
      ['global', 'global'],
      ['exchange_rates', 'exchange_rates'],
    ]);
  });

  it('of CoinLore', () => {
    expect(asked(coinlore, { pages: 2 })).toEqual([
      ['tickers?start=0', 'tickers/?start=0&limit=100'],
      ['tickers?start=100', 'tickers/?start=100&limit=100'],
    ]);
    expect(asked(coinlore, { pages: 10, poll_top: 101 })).toHaveLength(2);
    const [first, second] = coinlore.requests(settings());
    expect([first, second]).toMatchObject([
      { every_minutes: 5, page_group: 'tickers' },
      { every_minutes: 10, page_group: 'tickers', may_be_empty: true },
    ]);
    expect(first).not.toHaveProperty('may_be_empty');
  });

  it.each([
    [4, null, 4],
    [4, 1, 1],
    [4, 250, 1],
    [4, 251, 2],
    [4, 5_000, 4],
    [1, 5_000, 1],
  ])('with %s pages and the first %s coins, %s pages of CoinGecko', (pages, poll_top, expected) => {
    expect(asked(coingecko, { pages, poll_top })).toHaveLength(expected + 2);
  });

  it('ends at the first empty page after page one', () => {
    const [first, second, , , global] = coingecko.requests(settings());
    expect([first?.page_group, second?.page_group, global?.page_group]).toEqual([
      'coins/markets',
      'coins/markets',
      undefined,
    ]);
    expect([first?.may_be_empty, second?.may_be_empty, global?.may_be_empty]).toEqual([
      undefined,
      true,
      undefined,
    ]);
  });
});

describe('the frequency', () => {
  const everyMinutes = (source: PolledSource, changed: Partial<SourceSettings>) =>
    source.requests(settings({ pages: 2, ...changed })).map(({ every_minutes }) => every_minutes);

  it.each([
    [1, [5, 5]],
    [5, [5, 5]],
    [15, [15, 15]],
  ])('CoinPaprika, polled every %s minutes', (poll_minutes, expected) => {
    expect(everyMinutes(coinpaprika, { poll_minutes })).toEqual(expected);
  });

  it.each([
    ['keyless', 5, [10, 30, 60, 60]],
    ['demo', 5, [10, 60, 60, 60]],
    ['demo', 45, [45, 60, 60, 60]],
    ['demo', 90, [90, 90, 90, 90]],
    ['pro', 1, [1, 1, 1, 5]],
    ['pro', 5, [5, 5, 5, 5]],
  ] as const)('CoinGecko on the plan %s, polled every %s minutes', (plan, poll_minutes, expected) => {
    expect(everyMinutes(coingecko, { plan, poll_minutes })).toEqual(expected);
  });

  it('stays within the monthly limits of the free plans', () => {
    const calls = (source: PolledSource, changed?: Partial<SourceSettings>) =>
      source.requests(settings(changed)).reduce((sum, call) => sum + (30 * 24 * 60) / call.every_minutes, 0);
    expect(calls(coinpaprika)).toBe(17_280);
    expect(calls(coingecko, { plan: 'demo' })).toBe(7_920);
  });

  it('states the purpose of each call', () => {
    for (const source of POLLED_SOURCES) {
      for (const { purpose } of source.requests(settings())) expect(purpose ?? 'live').toBe('live');
      for (const { purpose } of source.catalogRequests(settings())) expect(purpose).toBe('lists');
    }
  });

  it('is limited on this machine only if the month is configured', () => {
    const limits = (calls_per_month: number | null) =>
      coingecko
        .limits(settings({ base_url: 'http://127.0.0.1:1', plan: 'demo', calls_per_month }))
        .map(({ calls_max }) => calls_max);
    expect(limits(null)).toEqual([null, null]);
    expect(limits(300)).toEqual([100, 300]);
  });

  it.each([
    ['keyless', 5_000],
    ['demo', 2_000],
    ['pro', 250],
  ] as const)('CoinGecko waits between calls on the plan %s', (plan, expected) => {
    expect(coingecko.paceMs(settings({ plan }))).toBe(expected);
  });
});

describe('under which key', () => {
  const headers = (source: PolledSource, plan: SourceSettings['plan']) =>
    source.requests(settings({ api_key: 's3cret', plan }))[0]?.headers;

  it('is sent to the address of the plan', () => {
    expect(headers(coinpaprika, 'pro')).toMatchObject({ authorization: 's3cret' });
    expect(headers(coingecko, 'demo')).toMatchObject({ 'x-cg-demo-api-key': 's3cret' });
    expect(headers(coingecko, 'pro')).toMatchObject({ 'x-cg-pro-api-key': 's3cret' });
  });
});

it('requests the lists of all coins once a day, and treats 404 as none', () => {
  const lists = POLLED_SOURCES.flatMap((source) => source.catalogRequests(settings({ poll_minutes: 1 })));
  expect(lists.map(({ url }) => url)).toEqual(
    expect.arrayContaining([
      'https://upstream.example/v9/coins/list?include_platform=true',
      'https://upstream.example/v9/contracts/eth-ethereum',
      'https://upstream.example/v9/contracts/sol-solana',
    ]),
  );
  for (const list of lists) expect(list).toMatchObject({ every_minutes: 1_440, may_be_absent: true });
});
