import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask, bearer } from '../../support/http.ts';
import { seed, seedAssets } from '../../support/tape.ts';

const { db } = testDeps();
const sent: unknown[] = [];
const queue = { send: async (message: unknown) => void sent.push(message) } as unknown as Queue;
const fullQueue = { send: () => Promise.reject(new Error('full')) } as unknown as Queue;

const post = (body: string, given: Queue = queue) =>
  ask('/backfills', { method: 'POST', headers: bearer('dev'), body, deps: { queue: given } });

beforeEach(async () => {
  sent.length = 0;
  await emptyDatabase();
  await seed(db, [
    { external_id: 'bitcoin', symbol: 'BTC', observed_at: '2025-01-10Z', market_cap_usd: '9' },
    { external_id: 'bitcoin-old', symbol: 'BTC', observed_at: '2025-01-10Z', market_cap_usd: '1' },
    { source: 'coinpaprika', external_id: 'btc-bitcoin', symbol: 'BTC', observed_at: '2025-01-10Z' },
    { source: 'coinpaprika', external_id: 'hex-hex', symbol: 'HEX', observed_at: '2025-01-10Z' },
    { external_id: 'ether', symbol: 'ETH', observed_at: '2025-01-10Z' },
  ]);
  await seedAssets(db, [
    {
      id: 'btc-bitcoin',
      listings: {
        'coingecko:bitcoin-old': 'contract',
        'coingecko:bitcoin': 'contract',
        'coinpaprika:btc-bitcoin': 'contract',
      },
    },
    { id: 'hex-hex', listings: { 'coinpaprika:hex-hex': 'alone' } },
  ]);
});

test.for([
  ['{"asset":"btc-bitcoin","days":365}', 'btc-bitcoin', 'bitcoin', 365],
  ['{"asset":"coinpaprika:btc-bitcoin","days":1}', 'btc-bitcoin', 'bitcoin', 1],
  ['{"asset":"coingecko:ether"}', 'coingecko:ether', 'ether', 30],
] as const)('%s is accepted and goes through the queue', async ([body, asset, external_id, days]) => {
  const answer = await post(body);
  expect(answer.status).toBe(202);
  expect(answer.header('Location')).toBe('/runs/1');
  expect(answer.json).toEqual({
    run: { id: 1, source: 'coingecko', status: 'queued' },
    asset,
    external_id,
    days,
    links: { run: '/runs/1' },
  });
  expect(sent).toEqual([{ type: 'backfill', run_id: 1 }, { type: 'sweep' }]);
  expect(await rows(sql`select external_id, days from backfills`)).toEqual([{ external_id, days }]);
  expect((await ask('/runs/1')).json).toMatchObject({ data: { trigger: 'backfill', status: 'queued' } });
});

test.for([
  ['', 'is not JSON; send {"asset": "btc-bitcoin", "days": 30}'],
  ['[]', 'body'],
  ['{}', 'asset must be an asset'],
  ['{"asset":7}', 'asset must be an asset'],
  ['{"asset":""}', 'asset must not be empty'],
  ['{"asset":"a\\u0000"}', 'asset must not hold a NUL'],
  ['{"asset":"btc-bitcoin","days":0}', 'days must be a whole number from 1 to 365'],
  ['{"asset":"btc-bitcoin","days":366}', 'days must be a whole number from 1 to 365'],
  ['{"asset":"btc-bitcoin","days":1.5}', 'days must be a whole number from 1 to 365'],
  ['{"asset":"btc-bitcoin","days":"7"}', 'days must be a whole number from 1 to 365'],
  ['{"asset":"btc-bitcoin","until":"now"}', 'until'],
] as const)('a body of %s is a problem', async ([body, detail]) => {
  const { status, json } = await post(body);
  expect([status, json]).toMatchObject([
    400,
    { code: 'invalid_request', detail: expect.stringContaining(detail) },
  ]);
  expect(await rows(sql`select 1 from runs`)).toEqual([]);
});

test('an unknown asset, and one that CoinGecko does not list', async () => {
  expect(await post('{"asset":"btc"}').then(({ status, json }) => [status, json])).toMatchObject([
    400,
    { code: 'unknown_asset', candidates: ['btc-bitcoin'] },
  ]);
  expect(await post('{"asset":"hex-hex"}').then(({ status, json }) => [status, json])).toMatchObject([
    409,
    { code: 'conflict', detail: expect.stringContaining('No listing of coingecko is known for hex-hex') },
  ]);
  expect(sent).toEqual([]);
});

test('a run whose message the queue refuses ends at once', async () => {
  const answer = await post('{"asset":"btc-bitcoin"}', fullQueue);
  expect([answer.status, answer.json]).toMatchObject([503, { code: 'queue_unavailable' }]);
  expect(await rows(sql`select status, error_code from runs`)).toEqual([
    { status: 'failed', error_code: 'message_lost' },
  ]);
});

test('only operators may use it', async () => {
  const body = '{"asset":"btc-bitcoin"}';
  expect((await ask('/backfills', { method: 'POST', body })).status).toBe(401);
  expect((await ask('/backfills', { method: 'POST', body, headers: bearer('wrong') })).status).toBe(401);
  expect((await ask('/backfills')).status).toBe(405);
});
