import { beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { type Answer, ask } from '../../support/http.ts';
import { type SeedRow, seed, seedAssets } from '../../support/tape.ts';

const { db } = testDeps();
const deps = { now: () => new Date('2025-01-10T12:00:00Z') };

const row = (listing: string, price_usd: string | null, more: Partial<SeedRow> = {}): SeedRow => {
  const colon = listing.indexOf(':');
  const [source, external_id] = [listing.slice(0, colon), listing.slice(colon + 1)];
  return { source, external_id, price_usd, observed_at: '2025-01-10T11:55:00Z', ...more };
};

beforeAll(async () => {
  await emptyDatabase();
  await seed(db, [
    // Three sources, one far off; more digits than floating point has.
    row('coingecko:a', '100.00000000000000000001', { market_cap_usd: '500' }),
    row('coinpaprika:a', '101', { observed_at: '2025-01-10T11:54:59.25Z', market_cap_usd: '7' }),
    row('csv:kaggle:a', '120', { observed_at: '2025-01-10T11:50:00Z' }),
    // Two sources: an even number, and no outlier.
    row('coingecko:b', '0.0000000000000000000000000000000001'),
    row('coinpaprika:b', '0.0000000000000000000000000000000002', { market_cap_usd: '3' }),
    // Prices a quarter of an hour apart are not compared, nor are bars and stale ones.
    row('coingecko:c', '1', { market_cap_usd: '900' }),
    row('coinpaprika:c', '2', { observed_at: '2025-01-10T11:39:59Z' }),
    row('coingecko:d', '1'),
    row('coinpaprika:d', '9', { flags: ['stale'] }),
    row('csv:yahoo:d:-:usd:1d', '5', { kind: 'bar_close' }),
    // Equal prices in different notations; and two in one source, of which the newer counts.
    row('coingecko:e', '4.0'),
    row('coinpaprika:e', '4.00', { market_cap_usd: '1000' }),
    row('coinpaprika:e-old', '9', { observed_at: '2025-01-10T11:54:00Z' }),
    // Half a hundredth of a basis point rounds away from zero: 1/200000 is 0.05, 1/2000000 of 2 is 0.005 → 0.01.
    row('coingecko:f', '2000000'),
    row('coinpaprika:f', '2000001'),
    row('coingecko:silent', null),
  ]);
  await seedAssets(db, [
    {
      id: 'a',
      symbol: 'A',
      name: 'Coin A',
      listings: { 'coingecko:a': 'own', 'coinpaprika:a': 'name', 'csv:kaggle:a': 'symbol' },
    },
    { id: 'b', listings: { 'coingecko:b': 'own', 'coinpaprika:b': 'name' } },
    { id: 'c', listings: { 'coingecko:c': 'own', 'coinpaprika:c': 'name' } },
    {
      id: 'd',
      listings: { 'coingecko:d': 'own', 'coinpaprika:d': 'name', 'csv:yahoo:d:-:usd:1d': 'symbol' },
    },
    { id: 'e', listings: { 'coingecko:e': 'own', 'coinpaprika:e': 'name', 'coinpaprika:e-old': 'name' } },
    { id: 'f', listings: { 'coingecko:f': 'own', 'coinpaprika:f': 'name' } },
    { id: 'silent', listings: { 'coingecko:silent': 'own' } },
    { id: 'before', merged_into: 'a' },
  ]);
});

const get = (path: string): Promise<Answer> => ask(path, { deps });

test('one asset: spread, median with its inputs, the outlier, ages and gaps', async () => {
  const { json, text } = await get('/assets/a/divergence');
  expect((json as { data: object }).data).toEqual({
    asset: 'a',
    symbol: 'A',
    name: 'Coin A',
    market_cap_usd: 500,
    spread_bps: 2000,
    median_price_usd: 101,
    gap_seconds: 300,
    compared: 3,
    outlier: 'csv',
    readings: [
      {
        source: 'coingecko',
        external_id: 'a',
        price_usd: 100,
        deviation_bps: -99.01,
        created_at: '2025-01-10T11:55:00Z',
        age_seconds: 300,
        gap_seconds: 0,
        excluded: null,
        observation_id: 'coingecko_a_spot_1736510100000000_1',
      },
      {
        source: 'coinpaprika',
        external_id: 'a',
        price_usd: 101,
        deviation_bps: 0,
        created_at: '2025-01-10T11:54:59.25Z',
        age_seconds: 300,
        gap_seconds: 0.75,
        excluded: null,
        observation_id: 'coinpaprika_a_spot_1736510099250000_1',
      },
      {
        source: 'csv',
        external_id: 'kaggle:a',
        price_usd: 120,
        deviation_bps: 1881.19,
        created_at: '2025-01-10T11:50:00Z',
        age_seconds: 600,
        gap_seconds: 300,
        excluded: null,
        observation_id: 'csv_kaggle:a_spot_1736509800000000_1',
      },
    ],
  });
  expect(text).toContain('"price_usd":100.00000000000000000001');
});

const figures = async (path: string) => {
  const { data } = (await get(`${path}${path.includes('?') ? '&' : '?'}decimals=string`)).json as {
    data: Record<string, unknown> & { readings: { excluded: string | null }[] };
  };
  const { spread_bps, median_price_usd, outlier, compared, readings } = data;
  return { spread_bps, median_price_usd, outlier, compared, excluded: readings.map((each) => each.excluded) };
};

describe('figures', () => {
  test.for([
    ['b', '10000.00', '0.00000000000000000000000000000000015', null, [null, null]],
    ['c', null, null, null, [null, 'gap']],
    ['c/divergence?max_gap=901', '10000.00', '1.5', null, [null, null]],
    ['d', null, null, null, [null, 'stale']],
    ['e', '0.00', '4.0', null, [null, null]],
    ['f', '0.01', '2000000.5', null, [null, null]],
    ['a/divergence?max_gap=1', '100.00', '100.500000000000000000005', null, [null, null, 'gap']],
    ['a/divergence?max_age=599', '100.00', '100.500000000000000000005', null, [null, null, 'age']],
    ['a/divergence?max_age=1', null, null, null, ['age', 'age', 'age']],
    ['before', '2000.00', '101', 'csv', [null, null, null]],
    ['coinpaprika:a', '2000.00', '101', 'csv', [null, null, null]],
    ['silent', null, null, null, []],
  ] as const)('%s', async ([name, spread_bps, median_price_usd, outlier, excluded]) => {
    const path = `/assets/${name}${name.includes('/') ? '' : '/divergence'}`;
    const compared = excluded.filter((reason) => reason === null).length;
    const median = expect.soft(await figures(path));
    median.toEqual({ spread_bps, median_price_usd, outlier, compared, excluded });
  });
});

describe('GET /divergence', () => {
  test.for([
    ['', ['b', 'a', 'f', 'e']],
    ['max_gap=901', ['b', 'c', 'a', 'f', 'e']],
    ['max_gap=0', ['b', 'f', 'e']],
    ['min_market_cap_usd=4', ['a', 'e']],
    ['min_market_cap_usd=500.01', ['e']],
    ['max_age=599', ['b', 'a', 'f', 'e']],
    ['max_age=299', []],
    ['order=asc', ['e', 'f', 'a', 'b']],
    ['q=COIN', ['a']],
    ['q=f', ['f']],
    ['q=%25', []],
    ['q=a&order=asc&max_gap=1', ['a']],
  ] as const)('%s', async ([query, expected]) => {
    const answer = await get(`/divergence?${query}`);
    expect(answer.column('asset')).toEqual(expected);
    expect(answer.page.pagination.total).toBe(expected.length);
  });

  test('pages by cursor and by offset', async () => {
    const first = await get('/divergence?limit=3&max_gap=901');
    expect(first.column('asset')).toEqual(['b', 'c', 'a']);
    expect(first.page.pagination.total).toBe(5);
    const second = await get(`/divergence?limit=3&cursor=${first.page.pagination.next_cursor}`);
    expect(second.column('asset')).toEqual(['f', 'e']);
    expect(second.page.pagination).toMatchObject({ total: 5, next_cursor: null });
    expect((await get('/divergence?limit=1&offset=3')).column('asset')).toEqual(['e']);
  });

  test('pages from the smallest spread up, and keeps the filter of the first page', async () => {
    const first = await get('/divergence?order=asc&limit=2&max_gap=901');
    expect(first.column('asset')).toEqual(['e', 'f']);
    const second = await get(`/divergence?limit=3&cursor=${first.page.pagination.next_cursor}`);
    expect(second.column('asset')).toEqual(['a', 'b', 'c']);
  });

  test.for([
    ['min_market_cap_usd=-1', 'min_market_cap_usd must be a number from 0'],
    ['min_market_cap_usd=lots', 'min_market_cap_usd must be a number from 0'],
    ['max_gap=86401', 'max_gap must be a whole number from 0 to 86400'],
    ['max_age=0', 'max_age must be a whole number from 1'],
    ['asset=a', 'asset is not a parameter here'],
    ['cursor=abc', 'cursor was not made by this service'],
  ] as const)('%s is refused', async ([query, message]) => {
    const answer = await get(`/divergence?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(message);
  });
});

// The last test, because it adds to the tape.
test('the market cap is from a compared price, if one has it', async () => {
  await seed(db, [
    row('coingecko:dead', '1', { observed_at: '2024-10-01T00:00:00Z', market_cap_usd: '5e12' }),
    row('coinpaprika:dead', '1', { market_cap_usd: '9' }),
    row('csv:kaggle:dead', '1.5', { market_cap_usd: '8' }),
  ]);
  const listings = { 'coingecko:dead': 'own', 'coinpaprika:dead': 'name', 'csv:kaggle:dead': 'symbol' };
  await seedAssets(db, [{ id: 'dead', listings }]);
  expect((await get('/assets/dead/divergence')).json).toMatchObject({
    data: { market_cap_usd: 9, compared: 2 },
  });
  expect((await get('/divergence?min_market_cap_usd=1000000000000')).column('asset')).toEqual([]);
});
