import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { ENDPOINTS } from '../../../src/http/endpoints.ts';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { type Answer, ask, bearer } from '../../support/http.ts';
import { seed, seedAssets } from '../../support/tape.ts';

// What a cache in front of the Worker may keep, and until when.

const { db, raw } = testDeps();
const at = (time: string) => ({ deps: { now: () => new Date(`2025-01-10T${time}Z`) } });
const FRONT = 'Cloudflare-CDN-Cache-Control';
const kept = (seconds: number) => `public, max-age=${seconds}, stale-while-revalidate=0, stale-if-error=0`;
const SHA = '0f'.repeat(32);

const headersOf = (answer: Answer) => ({
  status: answer.status,
  client: answer.header('Cache-Control'),
  front: answer.header(FRONT),
  tags: answer.header('Cache-Tag'),
});

beforeAll(async () => {
  await emptyDatabase();
  const coin = { symbol: 'BTC', name: 'Bitcoin', price_usd: '80000', market_cap_usd: '1600000000000' };
  await seed(db, [
    { ...coin, external_id: 'bitcoin', observed_at: '2025-01-10T10:00:00Z' },
    { ...coin, source: 'coinpaprika', external_id: 'btc-bitcoin', observed_at: '2025-01-10T09:00:00Z' },
  ]);
  await seedAssets(db, [
    {
      id: 'btc-bitcoin',
      symbol: 'BTC',
      name: 'Bitcoin',
      listings: { 'coingecko:bitcoin': 'reviewed', 'coinpaprika:btc-bitcoin': 'reviewed' },
    },
  ]);
  await db.execute('test.raw')(sql`
    insert into runs (id, source, trigger, status, accepted_at, started_at) overriding system value
    values (1, 'coingecko', 'cron', 'succeeded', '2025-01-10T09:55:00Z', '2025-01-10T09:55:00Z')`);
  // Read every 200 s, so on time until 10:05:00.
  await db.execute('test.raw')(sql`
    insert into raw_payloads (id, source, run_id, endpoint, url, status, headers, fetched_at, duration_ms, size_bytes,
      sha256, r2_key, encoding, beat_seconds)
    overriding system value
    values (77, 'coingecko', 0, 'exchange_rates', '', 200, '{}', '2025-01-10T09:55:00Z', 0, 0, '', '', 'gzip', 200)`);
  await db.execute('test.raw')(sql`
    insert into rates (source, observed_at, revision, known_at, currencies, names, units_per_btc, pointers,
      raw_payload_id, run_id, normalizer_version, flags)
    values ('coingecko', '2025-01-10T09:55:00Z', 1, '2025-01-10T09:55:00Z', '{usd,eur}', '{US Dollar,Euro}',
      '{80000,70000}', '{/usd,/eur}', 77, 1, 1, '{}')`);
  const { r2_key } = await raw.put(SHA, new TextEncoder().encode('{}'), '2025-01-10T10:00:00Z');
  await db.execute('test.raw')(sql`
    insert into raw_payloads (source, run_id, endpoint, url, status, headers, content_type, fetched_at, duration_ms,
      size_bytes, sha256, r2_key, encoding)
    values ('coingecko', 1, 'x', '', 200, '{}', 'application/json', now(), 1, 2, ${SHA}, ${r2_key}, 'gzip')`);
});

const ROW = 'coingecko_bitcoin_spot_1736503200000000_1';
const RATE = 'coingecko_eur_rate_1736502900000000_1';
const ROW_TAGS = 'source-coingecko,mappings,rows';

/** For each route that may be cached: a request, its cache time at 10:02, and the tags that invalidate it. */
const KEPT: Record<string, [string, number, string]> = {
  '/data': ['/data?asset=btc-bitcoin', 60, 'tape'],
  '/prices': ['/prices?asset=btc-bitcoin', 15, 'tape'],
  '/candles': ['/candles?asset=btc-bitcoin', 60, 'tape'],
  '/assets': ['/assets', 15, 'tape'],
  '/assets/{id}': ['/assets/btc-bitcoin', 15, 'tape'],
  '/assets/{id}/divergence': ['/assets/btc-bitcoin/divergence', 15, 'tape'],
  '/divergence': ['/divergence', 15, 'tape'],
  '/global': ['/global', 60, 'tape'],
  '/rates': ['/rates', 15, 'tape'],
  '/rates/{id}/proof': [`/rates/${RATE}/proof`, 15, ROW_TAGS],
  '/observations/{id}': [`/observations/${ROW}`, 60, ROW_TAGS],
  '/observations/{id}/proof': [`/observations/${ROW}/proof`, 60, ROW_TAGS],
  '/raw/{sha256}': [`/raw/${SHA}`, 86_400, 'rows'],
  '/openapi.json': ['/openapi.json', 86_400, 'release'],
  '/docs': ['/docs', 86_400, 'release'],
};

test('every route with dependences is listed here, and no other is cached', () => {
  const keeping = ENDPOINTS.filter(({ depends_on }) => depends_on !== undefined);
  expect(keeping.map(({ path }) => path).sort()).toEqual(Object.keys(KEPT).sort());
  expect(keeping.filter(({ method, access }) => method !== 'get' || access === 'bulk')).toEqual([]);
});

describe.for(Object.values(KEPT))('%s', ([path, seconds, tags]) => {
  test('states the cache time for a cache in front, and the tags that invalidate it', async () => {
    const answer = await ask(path, at('10:02:00'));
    expect(headersOf(answer)).toMatchObject({ status: 200, front: kept(seconds), tags });
    expect(answer.header('Cache-Control')).toMatch(/^public, max-age=/);
  });

  test('has the same headers for HEAD, and in a 304', async () => {
    const get = await ask(path, at('10:02:00'));
    const names = ['Cache-Control', FRONT, 'Cache-Tag', 'ETag', 'Vary'];
    const told = (answer: Answer) => names.map((name) => answer.header(name));
    expect(told(await ask(path, { ...at('10:02:00'), method: 'HEAD' }))).toEqual(told(get));
    const tag = get.header('ETag');
    if (tag === null) return;
    const again = await ask(path, { ...at('10:02:00'), headers: { 'If-None-Match': tag } });
    expect([again.status, ...told(again)]).toEqual([304, ...told(get)]);
  });

  test('has the same tags in each format', async () => {
    for (const Accept of ['text/csv', 'application/x-ndjson']) {
      const answer = await ask(`${path}${path.includes('?') ? '&' : '?'}limit=5`, {
        ...at('10:02:00'),
        headers: { Accept },
      });
      if (answer.status === 200) expect(answer.header('Cache-Tag')).toBe(tags);
    }
  });
});

test.for([
  '/changes',
  '/lake',
  '/data?format=csv',
  '/candles?symbol=BTC&format=ndjson',
  '/assets?format=csv',
  '/assets?fields=ids',
])('%s returns everything at once and is not cached', async (path) => {
  const { client, front, tags, status } = headersOf(await ask(path));
  expect(status).toBe(200);
  expect([front, tags]).toEqual([client === 'no-store' ? null : 'no-store', null]);
});

test.for([
  '/health',
  '/stats',
  '/runs',
  '/mappings',
  '/nowhere',
  '/data?limit=0',
  '/assets/none',
  '/livez',
  '/',
])('%s is not cached', async (path) => {
  const answer = await ask(path);
  expect(headersOf(answer)).toMatchObject({ client: 'no-store', front: null, tags: null });
});

test('replies to other methods are not cached either', async () => {
  expect(headersOf(await ask('/data', { method: 'DELETE' }))).toEqual({
    status: 405,
    client: 'no-store',
    front: null,
    tags: null,
  });
});

test('the page of /, which its own file revalidates, is not cached', async () => {
  const page = await ask('/', { headers: { Accept: 'text/html' } });
  expect(headersOf(page)).toMatchObject({ client: 'no-cache', front: 'no-store', tags: null });
});

test('a reply that needs a token is only for its holder', async () => {
  const vars = { READ_ACCESS: 'token', RAW_ACCESS: 'token', READ_TOKEN: 'reader' };
  for (const path of [
    '/data?limit=1',
    '/prices?asset=btc-bitcoin',
    `/observations/${ROW}/proof`,
    `/raw/${SHA}`,
  ]) {
    const answer = await ask(path, { vars, headers: bearer('reader') });
    expect(answer.header('Cache-Control')).toMatch(/^private, /);
    expect([path, answer.header(FRONT), answer.header('Cache-Tag')]).toEqual([path, null, null]);
    const refused = await ask(path, { vars, headers: bearer('wrong') });
    expect(headersOf(refused)).toEqual({ status: 401, client: 'no-store', front: null, tags: null });
  }
});

test('a proof whose record needs a token is not shared, although the route is open', async () => {
  const answer = await ask(`/observations/${ROW}/proof`, {
    vars: { RAW_ACCESS: 'token', READ_TOKEN: 'reader' },
  });
  expect(headersOf(answer)).toMatchObject({ status: 200, front: null, tags: null });
  expect(answer.header('Cache-Control')).toMatch(/^private, /);
});

test('a token on an open route that needs none changes nothing', async () => {
  const [with_token, without] = [
    await ask('/data?limit=1', { ...at('10:02:00'), headers: bearer('wrong') }),
    await ask('/data?limit=1', at('10:02:00')),
  ];
  expect(headersOf(with_token)).toEqual(headersOf(without));
  expect(with_token.page.data).toEqual(without.page.data);
});

test('CACHE_SECONDS=0 caches only answers about the past', async () => {
  const front = async (path: string) =>
    (await ask(path, { ...at('10:02:00'), vars: { CACHE_SECONDS: '0' } })).header(FRONT);
  expect(await front('/data?limit=1')).toBe(kept(0));
  expect(await front('/prices?asset=btc-bitcoin')).toBe(kept(0));
  expect(await front('/data?limit=1&as_of=2025-01-10T09:30:00Z')).toBe(kept(3600));
});

test('a reply with ages is cached for CACHE_SECONDS, and for a minute at most', async () => {
  const front = async (CACHE_SECONDS: string) =>
    (await ask('/prices?asset=btc-bitcoin', { ...at('10:02:00'), vars: { CACHE_SECONDS } })).header(FRONT);
  expect(await front('5')).toBe(kept(5));
  expect(await front('600')).toBe(kept(60));
});

describe('no copy marks a row as on time when it no longer is', () => {
  // Read every 600 s, so on time until 10:30:00; two seconds are left for rounding.
  const lives = async (path: string, time: string, headers: Record<string, string> = {}) => {
    const answer = await ask(path, { ...at(time), headers });
    return [answer.status, answer.header('Cache-Control'), answer.header(FRONT)];
  };
  const PATHS = [
    '/prices?asset=btc-bitcoin',
    '/assets',
    '/assets/btc-bitcoin',
    '/prices?symbol=BTC&explain=true',
  ];

  test.for(PATHS)('%s', async (path) => {
    const usual = [200, 'public, max-age=15, stale-while-revalidate=60', kept(15)];
    expect(await lives(path, '10:10:00')).toEqual(usual);
    expect(await lives(path, '10:29:00')).toEqual([
      200,
      'public, max-age=15, stale-while-revalidate=43',
      kept(15),
    ]);
    expect(await lives(path, '10:29:50')).toEqual([
      200,
      'public, max-age=8, stale-while-revalidate=0',
      kept(8),
    ]);
    expect(await lives(path, '10:29:59')).toEqual([
      200,
      'public, max-age=0, stale-while-revalidate=0',
      kept(0),
    ]);
    expect(await lives(path, '10:30:01')).toEqual(usual);
  });

  test.for(PATHS)('%s: a 304 does not extend the cache time beyond that', async (path) => {
    const tag = (await ask(path, at('10:29:47'))).header('ETag') ?? '';
    const seen = { 'If-None-Match': tag };
    expect(await lives(path, '10:29:52', seen)).toEqual([
      304,
      'public, max-age=6, stale-while-revalidate=0',
      kept(6),
    ]);
    expect((await ask(path, { ...at('10:29:52'), headers: seen })).header('ETag')).toBe(tag);
    expect((await lives(path, '10:29:58', seen))[0]).toBe(200);
  });

  test('a rate, and the converted prices', async () => {
    // On time until 10:05:00.
    const short = [200, 'public, max-age=8, stale-while-revalidate=0', kept(8)];
    expect(await lives('/rates', '10:04:50')).toEqual(short);
    expect(await lives(`/rates/${RATE}/proof`, '10:04:50')).toEqual(short);
    expect(await lives('/prices?asset=btc-bitcoin&quote=eur', '10:04:50')).toEqual(short);
    expect(await lives('/rates?at=2025-01-10T10:00:00Z', '10:04:50')).toEqual([
      200,
      'public, max-age=15, stale-while-revalidate=60',
      kept(15),
    ]);
  });

  test('a row that is then older than requested', async () => {
    const short = [200, 'public, max-age=3, stale-while-revalidate=0', kept(3)];
    for (const path of [
      '/data?latest=true&max_age=300',
      '/prices?asset=btc-bitcoin&max_age=300',
      '/assets?max_age=300',
    ])
      expect([path, ...(await lives(path, '10:04:55'))]).toEqual([path, ...short]);
  });

  test('an instant in the past stays unchanged', async () => {
    const path = '/prices?asset=btc-bitcoin&at=2025-01-10T10:01:00Z';
    expect(await lives(path, '10:29:59')).toEqual([
      200,
      'public, max-age=15, stale-while-revalidate=60',
      kept(60),
    ]);
  });
});

test('ages are relative to the instant of the reply', async () => {
  const { page } = await ask('/prices?asset=btc-bitcoin', at('10:02:30'));
  expect(page.meta.answered_at).toBe('2025-01-10T10:02:30Z');
  expect(page.data[0]?.age_seconds).toBe(150);
});

test("a 304 to a reply with ages is cached for the rest of its tag's time", async () => {
  const tag = (await ask('/prices?asset=btc-bitcoin', at('10:02:00'))).header('ETag') ?? '';
  const again = await ask('/prices?asset=btc-bitcoin', {
    ...at('10:02:10'),
    headers: { 'If-None-Match': tag },
  });
  expect(headersOf(again)).toEqual({
    status: 304,
    client: 'public, max-age=15, stale-while-revalidate=60',
    front: kept(5),
    tags: 'tape',
  });
});

test('bytes that were given up are not renewed by a client that still has them', async () => {
  const held = (await ask(`/raw/${SHA}`)).header('ETag') ?? '';
  await db.execute('test.raw')(sql`update raw_payloads set expired_at = now() where sha256 = ${SHA}`);
  const answer = await ask(`/raw/${SHA}`, { headers: { 'If-None-Match': held } });
  await db.execute('test.raw')(sql`update raw_payloads set expired_at = null where sha256 = ${SHA}`);
  expect(headersOf(answer)).toEqual({ status: 410, client: 'no-store', front: null, tags: null });
});
