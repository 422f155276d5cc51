import { beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, testDeps } from '../support/deps.ts';
import { ask, bearer, respond } from '../support/http.ts';
import { countStatements, seed } from '../support/tape.ts';

const { db } = testDeps();
const PATHS = [
  '/',
  '/livez',
  '/health',
  '/data',
  '/data?latest=true',
  '/prices?symbol=BTC',
  '/global',
  '/stats',
  '/runs',
  '/openapi.json',
  '/docs',
];
const BTC = { external_id: 'bitcoin', symbol: 'BTC', observed_at: '2025-01-10T10:00:00Z', price_usd: '1' };

beforeAll(async () => {
  await emptyDatabase();
  await seed(db, [BTC, { ...BTC, external_id: 'other', symbol: 'OTHER' }]);
});

describe('HEAD is GET without the body', () => {
  test.for(PATHS)('%s', async (path) => {
    const [get, head] = [await ask(path), await ask(path, { method: 'HEAD' })];
    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    expect(head.header('Content-Type')).toBe(get.header('Content-Type'));
    expect(head.header('ETag')).toBe(get.header('ETag'));
  });

  test('an export is not run', async () => {
    const counted = countStatements(db);
    const head = await ask('/data?format=csv', { method: 'HEAD', deps: { db: counted.db } });
    expect(head.header('Content-Disposition')).toBe('attachment; filename="cointape.csv"');
    expect(head.text).toBe('');
    expect(counted.statements()).toBe(1);
  });
});

describe('every reply', () => {
  test.for([...PATHS, '/nowhere', '/data?limit=0'])('%s has the security headers', async (path) => {
    const { headers } = await ask(path);
    expect(headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Referrer-Policy')).toBe('no-referrer');
    expect(headers.get('Content-Security-Policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get('Content-Security-Policy')).not.toContain('unsafe');
    expect(headers.get('Strict-Transport-Security')).toBe('max-age=31536000');
    expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(headers.get('Access-Control-Expose-Headers')).toContain('ETag, Link, Retry-After, X-Request-Id');
    expect(headers.get('Cache-Control')).not.toBe(null);
  });

  test('a request id of a safe shape is kept, another replaced', async () => {
    const withId = async (id: string) =>
      (await ask('/livez', { headers: { 'X-Request-Id': id } })).header('X-Request-Id');
    expect(await withId('trace-0123.abc')).toBe('trace-0123.abc');
    expect(await withId('x"}; drop')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await withId('short')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('a preflight allows reading with a token or an ETag', async () => {
  const { status, headers } = await ask('/data', { method: 'OPTIONS' });
  expect(status).toBe(204);
  expect(headers.get('Access-Control-Allow-Origin')).toBe('*');
  expect(headers.get('Access-Control-Allow-Methods')).toBe('GET, HEAD');
  expect(headers.get('Access-Control-Allow-Headers')).toContain('Authorization, If-None-Match');
  const post = await ask('/trigger-etl', { method: 'OPTIONS' });
  expect(post.header('Access-Control-Allow-Origin')).toBe(null);
  expect(post.header('Allow')).toBe('POST, OPTIONS');
});

describe('caching', () => {
  test.for([
    '/data',
    '/data?latest=true',
    '/data?format=csv',
    '/global',
    '/observations/coingecko_bitcoin_spot_1736503200000000_1',
    '/prices?symbol=BTC&at=2025-02-01',
  ])('%s is revalidated in one round trip', async (path) => {
    const first = await ask(path);
    expect(first.header('Cache-Control')).toBe('public, max-age=15, stale-while-revalidate=60');
    expect(first.header('ETag')).toMatch(/^W\/"[0-9a-z]+-[0-9a-z]+(-csv)?"$/);
    const counted = countStatements(db);
    const again = {
      headers: { 'If-None-Match': `"other", ${first.header('ETag')}` },
      deps: { db: counted.db },
    };
    const second = await ask(path, again);
    expect(second.status).toBe(304);
    expect(second.text).toBe('');
    expect(second.header('ETag')).toBe(first.header('ETag'));
    expect(second.header('Access-Control-Allow-Origin')).toBe('*');
    expect(counted.statements()).toBe(1);
    const other = await ask(path, { headers: { 'If-None-Match': 'W/"zzz-local"' } });
    expect(other.status).toBe(200);
  });

  test('a new version changes the ETag', async () => {
    const first = await ask('/data');
    await seed(db, [{ ...BTC, observed_at: '2025-01-11T10:00:00Z' }]);
    const second = await ask('/data', { headers: { 'If-None-Match': first.header('ETag') ?? '' } });
    expect(second.status).toBe(200);
    expect(second.page.data).toHaveLength(3);
  });

  test('an answer that depends on the clock changes its ETag with the clock', async () => {
    const at = (time: string) => ({ deps: { now: () => new Date(time) } });
    const first = await ask('/prices?symbol=BTC', at('2025-02-01T00:00:00Z'));
    const headers = { 'If-None-Match': first.header('ETag') ?? '' };
    expect((await ask('/prices?symbol=BTC', { ...at('2025-02-01T00:00:10Z'), headers })).status).toBe(304);
    expect((await ask('/prices?symbol=BTC', { ...at('2025-02-01T00:00:20Z'), headers })).status).toBe(200);
  });

  test.each(['/data?limit=1', '/candles?symbol=BTC&limit=1'])(
    'each format of %s has its own tag',
    async (path) => {
      const accepted = ['application/json', 'text/csv', 'application/x-ndjson'];
      const replies = await Promise.all(accepted.map((Accept) => ask(path, { headers: { Accept } })));
      const tags = replies.map((reply) => reply.header('ETag') ?? '');
      expect(new Set(tags).size).toBe(3);
      for (const [tag, of] of tags.entries())
        for (const Accept of accepted) {
          const again = await ask(path, { headers: { Accept, 'If-None-Match': of } });
          expect([Accept, again.status]).toEqual([Accept, Accept === accepted[tag] ? 304 : 200]);
        }
    },
  );

  test('no name that a client claims for this service appears in a reply', async () => {
    const headers = { Host: 'evil.test', 'X-Forwarded-Host': 'evil.test', 'X-Forwarded-Proto': 'http' };
    const reply = await ask('/data?limit=1', { headers });
    expect(reply.page.pagination.next).toMatch(/^\/data\?cursor=[\w%-]+$/);
    expect(reply.header('Link')).toBe(`<${reply.page.pagination.next}>; rel="next"`);
  });

  test('final replies may be cached for an hour', async () => {
    const past = await ask('/data?as_of=2025-01-10T10:00:00Z');
    expect(past.header('Cache-Control')).toBe('public, max-age=3600, stale-while-revalidate=60');
    const future = await ask('/data?as_of=2025-06-01');
    expect(future.header('Cache-Control')).toBe('public, max-age=15, stale-while-revalidate=60');
  });

  test.for(['/health', '/stats', '/runs', '/livez', '/'])('%s is not stored', async (path) => {
    expect((await ask(path)).header('Cache-Control')).toBe('no-store');
  });
});

test('gzip when the client accepts it', async () => {
  const coding = async (accept?: string) => {
    const response = await respond(
      '/data',
      accept === undefined ? {} : { headers: { 'Accept-Encoding': accept } },
    );
    expect(response.headers.get('Vary')).toBe('Accept, Accept-Encoding');
    return response.headers.get('Content-Encoding');
  };
  expect(await coding('br, gzip;q=0.8')).toBe('gzip');
  expect(await coding('gzip;q=0')).toBe(null);
  expect(await coding('br')).toBe(null);
  expect(await coding()).toBe(null);
});

describe('tokens', () => {
  const vars = { READ_ACCESS: 'token', READ_TOKEN: 'new, old' };

  test('reads need one if READ_ACCESS says so', async () => {
    const none = await ask('/data', { vars });
    expect(none.status).toBe(401);
    expect(none.header('WWW-Authenticate')).toBe('Bearer realm="cointape"');
    expect(none.json).toMatchObject({
      code: 'unauthorized',
      detail: 'Send the header "Authorization: Bearer <READ_TOKEN>".',
    });
    expect((await ask('/data', { vars, headers: bearer('wrong') })).status).toBe(401);
    expect((await ask('/data', { vars, headers: { Authorization: 'Basic bmV3' } })).status).toBe(401);
    for (const token of ['new', 'old']) {
      const answer = await ask('/data', { vars, headers: bearer(token) });
      expect(answer.status).toBe(200);
      expect(answer.header('Cache-Control')).toBe('private, max-age=15, stale-while-revalidate=60');
    }
  });

  test('health, description and documentation stay open', async () => {
    for (const path of ['/', '/livez', '/health', '/openapi.json', '/docs'])
      expect((await ask(path, { vars })).status).toBe(200);
  });

  test('a token that is not configured is reported', async () => {
    const answer = await ask('/data', { vars: { READ_ACCESS: 'token', READ_TOKEN: '' } });
    expect(answer.status).toBe(503);
    expect(answer.json).toMatchObject({
      code: 'not_configured',
      detail: expect.stringContaining('READ_TOKEN'),
    });
  });
});

test('too many requests get Retry-After', async () => {
  const keys: string[] = [];
  const limiter = {
    limit: async ({ key }: { key: string }) => ({ success: keys.push(key) < 2 }),
  };
  const question = {
    vars: { RATE_LIMIT: 'on', RATE_LIMITER: limiter },
    headers: { 'CF-Connecting-IP': '192.0.2.1' },
  };
  expect((await ask('/data', question)).status).toBe(200);
  const refused = await ask('/data', question);
  expect(refused.status).toBe(429);
  expect(refused.header('Retry-After')).toBe('60');
  expect(refused.json).toMatchObject({ code: 'rate_limited' });
  expect((await ask('/livez', question)).status).toBe(200);
  expect(keys).toEqual(['192.0.2.1', '192.0.2.1']);
  expect(
    (await ask('/data', { ...question, vars: { RATE_LIMIT: 'off', RATE_LIMITER: limiter } })).status,
  ).toBe(200);
});

describe('/', () => {
  test('is a page for browsers, under a policy without inline scripts', async () => {
    const page = await ask('/', { headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    expect(page.header('Content-Type')).toBe('text/html; charset=utf-8');
    expect(page.header('Vary')).toBe('Accept, Accept-Encoding');
    expect(page.header('Content-Security-Policy')).toContain("script-src 'self'");
    expect(page.text).toContain('<title>cointape</title>');
    expect(page.text).not.toMatch(/<script(?![^>]*src=)|style=|onclick=|<(script|link|img)[^>]*https?:/);
  });

  test('takes a query of the page itself, such as the coin to show', async () => {
    const page = await ask('/?asset=btc-bitcoin', { headers: { Accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect((await ask('/?asset=btc-bitcoin')).status).toBe(400);
  });

  test('is at /ops too, for any Accept', async () => {
    const page = await ask('/ops?run=17');
    expect(page.status).toBe(200);
    expect(page.header('Content-Type')).toBe('text/html; charset=utf-8');
    expect(page.header('Content-Security-Policy')).toContain("script-src 'self'");
    expect(page.text).toContain('<title>cointape</title>');
  });

  test('is a description for programs', async () => {
    const description = await ask('/', { headers: { Accept: '*/*' } });
    expect(description.header('Vary')).toBe('Accept, Accept-Encoding');
    expect(description.json).toMatchObject({ name: 'cointape', upstreams: 'live', docs: '/docs' });
    expect(description.text).toContain('{"method":"POST","path":"/trigger-etl","summary":"Run sources now"}');
  });
});
