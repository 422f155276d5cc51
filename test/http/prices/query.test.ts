import { beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { countStatements, seed, seedAssets } from '../../support/tape.ts';

const { db } = testDeps();
const deps = { now: () => new Date('2025-01-10T12:00:00Z') };

beforeAll(async () => {
  await emptyDatabase();
  await seed(db, [
    { external_id: 'bitcoin', symbol: 'BTC', price_usd: '90', observed_at: '2025-01-09T00:00:00Z' },
    { external_id: 'bitcoin', symbol: 'BTC', price_usd: '100.00', observed_at: '2025-01-10T11:55:00Z' },
    { external_id: 'one', symbol: 'ABC', price_usd: '1', observed_at: '2025-01-10T11:55:00Z' },
    { external_id: 'two', symbol: 'ABC', price_usd: '2', observed_at: '2025-01-10T11:55:00Z' },
  ]);
  await seedAssets(db, [
    { id: 'btc-bitcoin', symbol: 'BTC', listings: { 'coingecko:bitcoin': 'own' } },
    { id: 'abc-one', symbol: 'ABC', listings: { 'coingecko:one': 'own' } },
    { id: 'abc-two', symbol: 'ABC', listings: { 'coingecko:two': 'own' } },
  ]);
});

const post = (body: unknown, path = '/prices/query') =>
  ask(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), deps });

test('each point is answered for its own instant, in the order of the points', async () => {
  const points = [
    { symbol: 'btc' },
    { asset: 'nobody', at: '2025-01-09' },
    { asset: 'coingecko:bitcoin', at: '2025-01-10T11:54:59Z' },
    { asset: 'btc-bitcoin', at: '2025-01-08' },
    { symbol: 'ABC', at: 1_736_510_300 },
    { asset: 'abc-two' },
  ];
  const answer = await post({ points }, '/prices/query?decimals=string');
  expect(answer.json).toMatchObject({
    data: [
      { input: 'BTC', price_usd: '100.00', age_seconds: 300, stale: false },
      { input: 'coingecko:bitcoin', price_usd: '90', age_seconds: 129_299, stale: true },
      { input: 'abc-two', price_usd: '2' },
    ],
    missing: [
      { index: 1, input: 'nobody', code: 'unknown', candidates: [] },
      { index: 3, input: 'btc-bitcoin', code: 'no_price' },
      {
        index: 4,
        input: 'ABC',
        code: 'ambiguous',
        candidates: [{ call: '/prices?asset=abc-one&at=2025-01-10T11%3A58%3A20Z' }, { asset: 'abc-two' }],
      },
    ],
    meta: { attribution: [{ source: 'coingecko' }] },
  });
  expect(answer.header('Cache-Control')).toBe('no-store');
});

test('a point is the row of /prices', async () => {
  const at = '2025-01-10T11:57:00Z';
  const many = await post({ points: [{ asset: 'btc-bitcoin', at }] });
  expect(many.page.data).toEqual((await ask(`/prices?asset=btc-bitcoin&at=${at}`, { deps })).page.data);
});

test('1,000 points take one round trip', async () => {
  const counted = countStatements(db);
  const points = Array.from({ length: 1_000 }, (_, i) => ({ asset: 'btc-bitcoin', at: 1_736_400_000 + i }));
  const answer = await ask('/prices/query', {
    method: 'POST',
    body: JSON.stringify({ points }),
    deps: { ...deps, db: counted.db },
  });
  expect(answer.page.data).toHaveLength(1_000);
  expect(counted.statements()).toBe(1);
});

test('max_age, source and as_of apply to all points', async () => {
  const points = [{ asset: 'btc-bitcoin', at: '2025-01-10T11:54:00Z' }, { asset: 'btc-bitcoin' }];
  const missing = async (more: object) =>
    ((await post({ points, ...more })).json as { missing: { index: number }[] }).missing.map(
      ({ index }) => index,
    );
  expect(await missing({ max_age: 3_600 })).toEqual([0]);
  expect(await missing({ source: 'coinpaprika' })).toEqual([0, 1]);
  expect(await missing({ source: ['coinpaprika', 'coingecko'] })).toEqual([]);
  const then = await post({ points: [{ asset: 'btc-bitcoin' }], as_of: '2025-01-10T00:00:00Z' });
  expect(then.json).toMatchObject({ data: [{ price_usd: 90 }], meta: { as_of: '2025-01-10T00:00:00Z' } });
});

describe('bad bodies', () => {
  test.for([
    ['', 400, 'body'],
    ['{}', 400, 'points'],
    [{ points: [] }, 400, 'points'],
    [{ points: Array.from({ length: 1_001 }, () => ({ asset: 'a' })) }, 400, 'points'],
    [{ points: [{ at: '2025-01-01' }] }, 400, 'points.0'],
    [{ points: [{ asset: 'a', symbol: 'b' }] }, 400, 'points.0'],
    [{ points: [{ asset: 'a', when: 1 }] }, 400, 'points.0'],
    [{ points: [{ asset: 'a' }, { asset: 'a', at: 'soon' }] }, 400, 'points.1.at'],
    [{ points: [{ asset: 'a', at: '2026-01-01' }] }, 400, 'points.0.at'],
    [{ points: [{ asset: '\u0000' }] }, 400, 'points.0.asset'],
    [{ points: [{ asset: 'a' }], max_age: 0 }, 400, 'max_age'],
    [{ points: [{ asset: 'a' }], source: 'kraken' }, 400, 'source'],
    ['x'.repeat(500_001), 413, null],
  ] as const)('%s', async ([body, status, path]) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    if (path !== null) expect(answer.json).toMatchObject({ errors: [{ path }] });
  });
});
