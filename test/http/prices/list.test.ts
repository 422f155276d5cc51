import { sql } from 'drizzle-orm';
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
    // The preferred source is late; the other one is fresh.
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
    // Both on time, but twenty minutes apart.
    row('coingecko:apart', 'GAP', '1', { observed_at: '2025-01-10T11:35:00Z' }),
    row('coinpaprika:gap-apart', 'GAP', '2'),
    row('coingecko:new', 'NEW', '5'), // not resolved yet
    // Hourly history beside a daily file.
    row('coingecko:past', 'PST', '65000', {
      observed_at: '2024-06-01T15:00:00Z',
      flags: ['backfill'],
      beat_seconds: 3_600,
    }),
    row('csv:coingecko:past', 'PST', '50000', { observed_at: '2024-06-01T00:00:00Z' }),
    // Only bars, one series of them of unknown period.
    row('csv:yahoo:bars:-:usd:1d', 'BRS', '40', { kind: 'bar_close', observed_at: '2025-01-09T00:00:00Z' }),
    row('csv:yahoo:bars:-:usd:1d', 'BRS', '41', { kind: 'bar_close', observed_at: '2025-01-10T00:00:00Z' }),
    row('csv:yahoo:odd:-:usd:-', 'BRS', '99', { kind: 'bar_close' }),
    row('coingecko:spike', 'SPK', '10000000', { flags: ['anomaly'] }),
    row('coinpaprika:spk-spike', 'SPK', '10.01'),
    // A later page, polled every half hour.
    row('coingecko:paged', 'PGD', '6', { observed_at: '2025-01-10T10:53:20Z', beat_seconds: 1_800 }),
  ]);
  await db.execute('test.raw')(
    sql`update latest_observations set rank = 900 where listing_id = (select id from listings where external_id = 'abc-two')`,
  );
  await db.execute('test.raw')(
    sql`update latest_observations set rank = 70 where listing_id = (select id from listings where external_id = 'abc-one')`,
  );
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
    own('pst', 'coingecko:past', 'csv:coingecko:past'),
    own('brs', 'csv:yahoo:bars:-:usd:1d', 'csv:yahoo:odd:-:usd:-'),
    own('spk', 'coingecko:spike', 'coinpaprika:spk-spike'),
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
        kind: 'spot',
        flags: [],
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
])('one source answers for the asset, under any of its names: %s', async (query) => {
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

test('the spread covers all values on time, at any distance', async () => {
  expect((await prices('symbol=GAP')).json).toMatchObject({
    data: [{ asset: 'gap', source: 'coingecko', stale: false, spread_bps: 10_000 }],
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

test('a fresh value takes precedence over a stale one of the preferred source', async () => {
  expect((await prices('symbol=ETH')).json).toMatchObject({
    data: [{ source: 'coinpaprika', price_usd: 12, stale: false, spread_bps: null }],
  });
  expect((await prices('symbol=ETH&source=coingecko')).json).toMatchObject({
    data: [{ source: 'coingecko', price_usd: 10, stale: true, age_seconds: 14400 }],
  });
  // A value that was old when fetched is late by its instant, like any other.
  expect((await prices('external_id=marked')).json).toMatchObject({
    data: [{ stale: false, flags: ['stale'] }],
  });
});

test.for([
  ['at=2024-06-01T15:24:00Z', 'coingecko', 1_440, false],
  ['at=2024-06-01T15:45:00Z', 'coingecko', 2_700, false],
  ['at=2024-06-01T22:54:00Z', 'coingecko', 28_440, true],
  ['at=2024-06-01T14:59:59Z', 'csv', 53_999, false],
] as const)('a daily file never hides an hourly value: %s', async ([query, source, age_seconds, stale]) => {
  expect((await prices(`asset=pst&${query}`)).json).toMatchObject({ data: [{ source, age_seconds, stale }] });
});

test('the newest bar answers if nothing is newer, and is marked as a bar', async () => {
  expect((await prices('asset=brs')).json).toMatchObject({
    data: [
      {
        price_usd: 41,
        market_cap_usd: null,
        external_id: 'yahoo:bars:-:usd:1d',
        kind: 'bar_close',
        created_at: '2025-01-10T00:00:00Z',
        stale: false,
        observation_id: 'csv_yahoo:bars:-:usd:1d_bar_close_1736467200000000_1',
      },
    ],
  });
  expect((await prices('asset=brs&at=2025-01-09T23:59:59Z')).json).toMatchObject({
    data: [{ price_usd: 40 }],
  });
});

test('a value marked as an anomaly answers only if no other is on time', async () => {
  expect((await prices('asset=spk')).json).toMatchObject({ data: [{ price_usd: 10.01, flags: [] }] });
  expect((await prices('asset=spk&source=coingecko')).json).toMatchObject({
    data: [{ price_usd: 10_000_000, flags: ['anomaly'] }],
  });
});

test('a coin of a later page is on time for three rounds of it', async () => {
  expect((await prices('asset=coingecko:paged')).json).toMatchObject({
    data: [{ age_seconds: 4_000, stale: false }],
  });
  const later = { now: () => new Date('2025-01-10T12:23:21Z') };
  expect((await ask('/prices?asset=coingecko:paged', { deps: later })).json).toMatchObject({
    data: [{ stale: true }],
  });
});

test("explain=true shows each series and the rule's result for it", async () => {
  const { json } = await prices('asset=eth-ether,brs&explain=true');
  expect(json).toMatchObject({
    data: [
      {
        input: 'eth-ether',
        explain: {
          step: 2,
          series: [
            { source: 'coingecko', age_seconds: 14_400, beat_seconds: 600, on_time: false, outcome: 'late' },
            { source: 'coinpaprika', age_seconds: 300, beat_seconds: 300, on_time: true, outcome: 'answers' },
          ],
        },
      },
      {
        input: 'brs',
        explain: {
          step: 2,
          series: [
            { external_id: 'yahoo:bars:-:usd:1d', beat_seconds: 86_400, on_time: true, outcome: 'answers' },
            {
              external_id: 'yahoo:odd:-:usd:-',
              beat_seconds: null,
              on_time: false,
              outcome: 'takes_no_part',
            },
          ],
        },
      },
    ],
  });
  expect((await prices('asset=eth-ether')).text).not.toContain('explain');
});

test('an ambiguous symbol names its candidates by rank, and the call to make', async () => {
  const { json } = await prices('symbol=ABC&at=2025-01-10T11:59:00Z&decimals=string');
  const call = (asset: string) => `/prices?asset=${asset}&at=2025-01-10T11%3A59%3A00Z&decimals=string`;
  expect(json).toMatchObject({
    missing: [
      {
        message: `Several assets go by ABC. Ask for one of them by its id, such as ${call('abc-one')}.`,
        candidates: [
          { asset: 'abc-one', rank: 70, market_cap_usd: '5', call: call('abc-one') },
          { asset: 'abc-two', rank: 900, market_cap_usd: '50', call: call('abc-two') },
        ],
      },
    ],
  });
  expect((await ask(call('abc-two'), { deps })).column('price_usd')).toEqual(['2']);
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
    ['symbol=ABC', 'ABC', 'ambiguous', ['abc-one', 'abc-two']],
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
