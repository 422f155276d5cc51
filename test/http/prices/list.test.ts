import { beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { type Answer, ask } from '../../support/http.ts';
import { countStatements, type SeedRow, seed, seedAssets } from '../../support/tape.ts';

const { db } = testDeps();
const NOON = '2025-01-10T12:00:00Z';
const deps = { now: () => new Date(NOON) };

const row = (
  asset: string,
  symbol: string,
  price_usd: string | null,
  more: Partial<SeedRow> = {},
): SeedRow => {
  const colon = asset.indexOf(':');
  const [source, external_id] = [asset.slice(0, colon), asset.slice(colon + 1)];
  return {
    source,
    external_id,
    symbol,
    name: external_id,
    observed_at: '2025-01-10T11:55:00Z',
    price_usd,
    ...more,
  };
};

beforeAll(async () => {
  await emptyDatabase();
  await seed(db, [
    row('coingecko:bitcoin', 'BTC', '100.000', {
      market_cap_usd: '2000',
      volume_24h_usd: '3',
      percent_change_24h: '-1.5',
    }),
    row('coinpaprika:btc-bitcoin', 'BTC', '101', { market_cap_usd: '2001' }),
    row('coingecko:bitcoin', 'BTC', '90', { observed_at: '2025-01-09T00:00:00Z' }),
    // The preferred source is behind; the other one is fresh.
    row('coingecko:ether', 'ETH', '10', { observed_at: '2025-01-10T08:00:00Z' }),
    row('coinpaprika:eth-ether', 'ETH', '12'),
    // Two coins of one source, and two coins of two sources, that only share a symbol.
    row('coinpaprika:abc-one', 'ABC', '1', { market_cap_usd: '5' }),
    row('coinpaprika:abc-two', 'ABC', '2', { market_cap_usd: '50' }),
    row('coingecko:xyz-one', 'XYZ', '1'),
    row('coinpaprika:xyz-other', 'XYZ', '2'),
    row('coingecko:silent', 'SIL', null),
    row('coingecko:marked', 'MRK', '7', { flags: ['stale'] }),
    row('coingecko:tiny', 'TINY', '3.84e-18'),
    row('csv:coingecko:tiny', 'TINY', '4', { observed_at: '2020-01-01T00:00:00Z' }),
    // Both fresh, but twenty minutes apart.
    row('coingecko:apart', 'GAP', '1', { observed_at: '2025-01-10T11:35:00Z' }),
    row('coinpaprika:gap-apart', 'GAP', '2'),
    row('coingecko:new', 'NEW', '5'), // not resolved yet
  ]);
  const own = (id: string, ...listings: string[]) => ({
    id,
    listings: Object.fromEntries(listings.map((listing) => [listing, 'own'])),
  });
  await seedAssets(db, [
    {
      ...own('btc-bitcoin', 'coingecko:bitcoin', 'coinpaprika:btc-bitcoin'),
      symbol: 'BTC',
      name: 'Bitcoin',
    },
    own('eth-ether', 'coingecko:ether', 'coinpaprika:eth-ether'),
    own('abc-one', 'coinpaprika:abc-one'),
    own('abc-two', 'coinpaprika:abc-two'),
    own('xyz-one', 'coingecko:xyz-one'),
    own('xyz-other', 'coinpaprika:xyz-other'),
    own('sil', 'coingecko:silent'),
    own('mrk', 'coingecko:marked'),
    own('tiny', 'coingecko:tiny', 'csv:coingecko:tiny'),
    own('gap', 'coingecko:apart', 'coinpaprika:gap-apart'),
    { id: 'old-bitcoin', merged_into: 'btc-bitcoin' },
  ]);
});

const prices = (query: string): Promise<Answer> => ask(`/prices?${query}`, { deps });

test('the complete reply for one asset', async () => {
  const { json, text } = await prices('asset=btc-bitcoin');
  expect(json).toMatchObject({
    data: [
      {
        input: 'btc-bitcoin',
        asset: 'btc-bitcoin',
        symbol: 'BTC',
        name: 'Bitcoin',
        external_id: 'bitcoin',
        price_usd: 100,
        market_cap_usd: 2000,
        volume_24h_usd: 3,
        percent_change_24h: -1.5,
        created_at: '2025-01-10T11:55:00Z',
        age_seconds: 300,
        source: 'coingecko',
        stale: false,
        spread_bps: 100,
        observation_id: 'coingecko_bitcoin_spot_1736510100000000_1',
      },
    ],
    missing: [],
    meta: { attribution: [{ source: 'coingecko' }] },
  });
  expect(text).toContain('"price_usd":100.000,');
});

test.for([
  'symbol=btc',
  'asset=coinpaprika:btc-bitcoin',
  'asset=coingecko:bitcoin',
  'asset=old-bitcoin',
  'external_id=btc-bitcoin',
])('one source answers for the asset, whatever it is called: %s', async (query) => {
  const { json } = await prices(query);
  expect(json).toMatchObject({
    data: [{ asset: 'btc-bitcoin', source: 'coingecko', price_usd: 100, spread_bps: 100 }],
    missing: [],
  });
  expect(json).not.toHaveProperty('meta.warnings');
});

test('source selects the only source, without a spread', async () => {
  expect((await prices('asset=btc-bitcoin&source=coinpaprika')).json).toMatchObject({
    data: [{ asset: 'btc-bitcoin', source: 'coinpaprika', price_usd: 101, spread_bps: null }],
  });
  // Two coins share the symbol, but only one of them at this source.
  expect((await prices('symbol=XYZ&source=coinpaprika')).json).toMatchObject({
    data: [{ asset: 'xyz-other', price_usd: 2 }],
  });
});

test('prices far apart in time have no spread', async () => {
  expect((await prices('symbol=GAP')).json).toMatchObject({
    data: [{ asset: 'gap', source: 'coingecko', stale: false, spread_bps: null }],
  });
});

test('a listing without an asset has its own price', async () => {
  expect((await prices('symbol=NEW&asset=coingecko:new')).json).toMatchObject({
    data: [
      { input: 'coingecko:new', asset: null, external_id: 'new', price_usd: 5 },
      { input: 'NEW', asset: null, external_id: 'new', price_usd: 5 },
    ],
  });
});

test('a fresh value goes before a stale one of the preferred source', async () => {
  expect((await prices('symbol=ETH')).json).toMatchObject({
    data: [{ source: 'coinpaprika', price_usd: 12, stale: false, spread_bps: null }],
  });
  expect((await prices('symbol=ETH&source=coingecko')).json).toMatchObject({
    data: [{ source: 'coingecko', price_usd: 10, stale: true, age_seconds: 14400 }],
  });
  expect((await prices('external_id=marked')).json).toMatchObject({ data: [{ stale: true }] });
});

describe('at and max_age', () => {
  test.for([
    ['asset=coingecko:bitcoin&at=2025-01-10T11:54:59Z', '90'],
    ['asset=coingecko:bitcoin&at=2025-01-10T11:55:00Z', '100.000'],
    ['asset=coingecko:bitcoin&at=2025-01-09', '90'],
    ['asset=coingecko:bitcoin&max_age=300', '100.000'],
    ['asset=coingecko:bitcoin&max_age=300&source=coinpaprika', '101'],
    ['symbol=TINY&at=2021-01-01', '4'],
    ['symbol=TINY&max_age=600', '0.00000000000000000384'],
  ] as const)('%s', async ([query, price]) => {
    expect((await prices(`${query}&decimals=string`)).column('price_usd')).toEqual([price]);
  });
});

describe('inputs without a price are missing, with a reason', () => {
  test.for([
    ['symbol=ABC', 'ABC', 'ambiguous', ['abc-two', 'abc-one']],
    ['symbol=XYZ', 'XYZ', 'ambiguous', ['xyz-one', 'xyz-other']],
    ['symbol=NOBODY', 'NOBODY', 'unknown', []],
    ["symbol=';drop table runs;--", "';DROP TABLE RUNS;--", 'unknown', []],
    ['asset=btc', 'btc', 'unknown', ['btc-bitcoin']],
    ['asset=coinpaprika:bitcoin', 'coinpaprika:bitcoin', 'unknown', ['btc-bitcoin']],
    ['external_id=silent', 'silent', 'no_price', ['sil']],
    ['asset=coingecko:bitcoin&max_age=299', 'coingecko:bitcoin', 'no_price', ['btc-bitcoin']],
    ['asset=btc-bitcoin&source=csv', 'btc-bitcoin', 'no_price', ['btc-bitcoin']],
    ['asset=coingecko:bitcoin&at=2024-01-01', 'coingecko:bitcoin', 'no_price', ['btc-bitcoin']],
  ] as const)('%s', async ([query, input, code, candidates]) => {
    const answer = await prices(query);
    expect(answer.status).toBe(200);
    const { data, missing } = answer.json as {
      data: unknown[];
      missing: { candidates: { asset: string }[] }[];
    };
    expect(data).toEqual([]);
    expect(missing).toMatchObject([{ input, code }]);
    expect(missing[0]?.candidates.map(({ asset }) => asset)).toEqual(candidates);
  });
});

test('many inputs are returned in their order, in one statement', async () => {
  const counted = countStatements(db);
  const path = '/prices?symbol=ETH,ABC,BTC&asset=coingecko:tiny';
  const { json } = await ask(path, { deps: { ...deps, db: counted.db } });
  expect(counted.statements()).toBe(1);
  expect(json).toMatchObject({
    data: [{ input: 'coingecko:tiny' }, { input: 'ETH' }, { input: 'BTC' }],
    missing: [{ input: 'ABC' }],
  });
});
