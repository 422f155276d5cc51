import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeDeps } from '../../../src/deps.ts';
import type { Env } from '../../../src/env.ts';
import { AppError } from '../../../src/errors.ts';
import { createApp } from '../../../src/http/app.ts';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { Answer, bearer, testEnv } from '../../support/http.ts';
import { countStatements, seed } from '../../support/tape.ts';

// Replies that an isolate keeps. Whether one was used shows in a price that changes without a commit.

const { db } = testDeps();
const counted = countStatements(db);
let now = new Date('2025-01-10T10:01:00Z');
let isolate = createApp();
let env = testEnv;
let deps = testDeps();

/** A new isolate with an empty memory. */
function start(vars: Record<string, string> = {}): void {
  env = { ...testEnv, ...vars } as Env;
  deps = { ...makeDeps(env), db: counted.db, now: () => now };
  isolate = createApp({ makeDeps: () => deps });
}

async function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const request = new Request(`https://tape.test${path}`, { method, headers });
  const response = await isolate.fetch(request, env);
  return new Answer(response, await response.text());
}

/** As if somebody changed the rows without a commit. */
const setPrice = (price: string) =>
  db.execute('test.raw')(
    sql`update observations set price_usd = ${price}::numeric where superseded_at is null`,
  );
const commit = () => db.execute('test.raw')(sql`update tape_version set version = version + interval '1 s'`);
const priceIn = (answer: Answer) => /"price_usd":([\d.]+)/.exec(answer.text)?.[1];
const price = async (path: string, headers?: Record<string, string>) => priceIn(await get(path, headers));

beforeEach(async () => {
  now = new Date('2025-01-10T10:01:00Z');
  await emptyDatabase();
  await seed(db, [
    { external_id: 'bitcoin', symbol: 'BTC', price_usd: '1', observed_at: '2025-01-10T10:00:00Z' },
    { external_id: 'bitcoin', symbol: 'BTC', price_usd: '1', observed_at: '2025-01-10T09:00:00Z' },
  ]);
  start();
});

it('is sent again while the database confirms it, with one statement', async () => {
  const path = '/data?symbol=BTC&limit=1';
  const first = await get(path);
  await setPrice('2');
  const before = counted.statements();
  const second = await get(path);
  expect([second.status, priceIn(second), counted.statements() - before]).toEqual([200, '1', 1]);
  expect(second.page.pagination).toEqual(first.page.pagination);
  const constant = ({ headers }: Answer) => [...headers].filter(([name]) => name !== 'x-request-id');
  expect(constant(second)).toEqual(constant(first));
  expect(second.header('Link')).toMatch(/^<\/data\?cursor=[\w-]+>; rel="next"$/);
});

it('has the request id, the latency and the instant of its own request', async () => {
  const path = '/data?limit=1';
  await get(path);
  now = new Date('2025-01-10T10:01:07Z');
  const { page, headers } = await get(path, { 'X-Request-Id': 'the-second-one' });
  expect(headers.get('X-Request-Id')).toBe('the-second-one');
  expect(Object.keys(page.meta).slice(0, 4)).toEqual([
    'request_id',
    'api_latency_ms',
    'answered_at',
    'attribution',
  ]);
  expect(page.meta).toMatchObject({
    request_id: 'the-second-one',
    answered_at: '2025-01-10T10:01:07Z',
    attribution: [{ source: 'coingecko' }],
  });
});

it('is replaced after a commit', async () => {
  const path = '/data?limit=1';
  const first = await get(path);
  await setPrice('2');
  await commit();
  const second = await get(path);
  expect([priceIn(second), second.header('ETag') === first.header('ETag')]).toEqual(['2', false]);
  await setPrice('3');
  expect(await price(path)).toBe('2');
});

it.each(['/data?limit=1', '/candles?symbol=BTC&interval=1h', '/data?latest=true&limit=1'])(
  'every reply of %s without ages is kept',
  async (path) => {
    const { text } = await get(path);
    expect(text).toContain('"data":[');
    await db.execute('test.raw')(sql`truncate observations, latest_observations cascade`);
    const second = await get(path);
    expect(second.page.data).toEqual(JSON.parse(text).data);
  },
);

describe('for a client with its own copy', () => {
  const path = '/data?limit=1';

  it('a copy that still holds is confirmed', async () => {
    const tag = (await get(path)).header('ETag') ?? '';
    const { status, text } = await get(path, { 'If-None-Match': tag });
    expect([status, text]).toEqual([304, '']);
  });

  it('an older copy is replaced by the kept reply', async () => {
    const old = (await get(path)).header('ETag') ?? '';
    await commit();
    await get(path);
    await setPrice('2');
    const reply = await get(path, { 'If-None-Match': old });
    expect([reply.status, priceIn(reply)]).toEqual([200, '1']);
  });

  it('a newer copy, of another isolate, is confirmed', async () => {
    await get(path);
    await commit();
    const [old_isolate, own] = [isolate, env];
    start();
    const tag = (await get(path)).header('ETag') ?? '';
    [isolate, env] = [old_isolate, own];
    expect((await get(path, { 'If-None-Match': tag })).status).toBe(304);
  });
});

it('is not the reply to another query, format or method', async () => {
  await get('/data?limit=1');
  await setPrice('2');
  expect(await price('/data?limit=2')).toBe('2');
  const csv = await get('/data?limit=1', { Accept: 'text/csv' });
  expect([csv.header('Content-Type'), csv.text.includes(',2,')]).toEqual([
    'text/csv; charset=utf-8; header=present',
    true,
  ]);
  const head = await get('/data?limit=1', {}, 'HEAD');
  expect([head.status, head.text, head.header('Link')?.slice(0, 14)]).toEqual([200, '', '</data?cursor=']);
  expect(await price('/data?limit=1')).toBe('1');
});

it('needs the token that its route needs', async () => {
  start({ READ_ACCESS: 'token', READ_TOKEN: 'ada, ben' });
  const path = '/data?limit=1';
  await get(path, bearer('ada'));
  await setPrice('2');
  const shown = await get(path, bearer('ben'));
  expect([priceIn(shown), shown.header('Cache-Control')?.split(',')[0]]).toEqual(['1', 'private']);
  expect([(await get(path)).status, (await get(path, bearer('eve'))).status]).toEqual([401, 401]);
});

it.each(['/data?latest=true&max_age=600', '/data?limit=1&format=csv', '/prices?symbol=BTC'])(
  '%s is read each time',
  async (path) => {
    const first = await get(path);
    await setPrice('77.5');
    await db.execute('test.raw')(sql`update latest_observations set price_usd = 77.5`);
    const second = await get(path);
    expect([first, second].map(({ text }) => text.includes('77.5'))).toEqual([false, true]);
  },
);

it('is read again after ten minutes without a commit', async () => {
  await get('/data?limit=1');
  await setPrice('2');
  now = new Date('2025-01-10T10:11:00Z');
  expect(await price('/data?limit=1')).toBe('1');
  now = new Date('2025-01-10T10:11:01Z');
  expect(await price('/data?limit=1')).toBe('2');
});

it('is of this deployment', async () => {
  await get('/data?limit=1');
  await setPrice('2');
  env = { ...env, VERSION: { id: 'another', tag: '', timestamp: '' } };
  expect(await price('/data?limit=1')).toBe('2');
});

it('KEPT_REPLIES_MB=0 keeps none', async () => {
  start({ KEPT_REPLIES_MB: '0' });
  await get('/data?limit=1');
  await setPrice('2');
  expect(await price('/data?limit=1')).toBe('2');
});

it('a failing database is not hidden', async () => {
  await get('/data?limit=1');
  const gone = () => () => Promise.reject(new AppError('database_unavailable', 'It is gone.'));
  deps = { ...deps, db: { ...counted.db, execute: gone as never } };
  expect((await get('/data?limit=1')).status).toBe(503);
});

it('a symbol of several assets is read again after three minutes: their ranks depend on the clock', async () => {
  await seed(db, [
    { external_id: 'bitcoin-two', symbol: 'BTC', price_usd: '5', observed_at: '2025-01-10T10:00:00Z' },
  ]);
  const path = '/data?symbol=BTC&limit=1';
  const first = await get(path);
  expect(first.page.meta.ambiguous).toMatchObject([
    { asset: 'coingecko:bitcoin' },
    { asset: 'coingecko:bitcoin-two' },
  ]);
  const tag = first.header('ETag') ?? '';
  now = new Date('2025-01-10T10:03:50Z');
  expect((await get(path, { 'If-None-Match': tag })).status).toBe(304);
  now = new Date('2025-01-10T10:04:00Z');
  expect((await get(path, { 'If-None-Match': tag })).status).toBe(200);
});
