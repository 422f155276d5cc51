import { beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/db/client.ts';
import { emptyDatabase } from '../support/deps.ts';
import { ask, bearer } from '../support/http.ts';

beforeAll(emptyDatabase);

const BAD: [path: string, message: string][] = [
  ['/data?nonsense=1', 'nonsense is not a parameter here: known are symbol,'],
  ['/data?page=2', 'page is not a parameter here: use offset or cursor'],
  ['/data?per_page=2', 'per_page is not a parameter here: use limit'],
  ['/data?from=2025-01-01', 'use start_date'],
  ['/data?to=2025-01-01', 'use end_date'],
  ['/data?ids=bitcoin', 'use asset'],
  ['/data?vs_currency=usd', 'every price is in USD'],
  ['/runs?page=2', 'use offset or cursor'],
  ['/stats?x=1', 'x is not a parameter here: this path takes none'],
  ['/data?limit=0', 'limit must be a whole number from 1 to 1000'],
  ['/data?limit=1000000000', 'limit must be a whole number from 1 to 1000'],
  ['/data?limit=ten', 'limit must be a whole number'],
  ['/data?limit=', 'limit must not be empty'],
  ['/data?limit=1&limit=2', 'limit is given more than once'],
  ['/data?offset=-1', 'offset must be a whole number from 0 to 1000000'],
  ['/data?offset=1e18', 'offset must be a whole number'],
  ['/data?offset=1000001', 'offset must be a whole number'],
  ['/data?symbol=%00', 'symbol must not hold a NUL'],
  ['/data?symbol=,', 'symbol holds no value'],
  [`/data?symbol=${Array.from({ length: 101 }, (_, n) => `S${n}`)}`, 'symbol takes at most 100 values'],
  ['/data?source=binance', 'source takes coinpaprika, coingecko, coinlore, csv'],
  ['/data?kind=tick', 'kind takes spot, bar_close'],
  ['/data?start_date=yesterdayish', 'start_date must be a date (2025-01-10)'],
  ['/data?start_date=2025-02-30', 'start_date must be a date'],
  ['/data?start_date=2025-01-02&end_date=2025-01-01', 'start_date must be before end_date'],
  ['/data?history=yes', 'history must be one of true, false'],
  ['/data?history=true&latest=true', 'history and latest exclude each other'],
  ['/data?sort=price_usd', 'sort by price_usd needs latest=true'],
  ['/data?sort=name', 'sort must be one of created_at,'],
  ['/data?latest=true&sort=ingested_at', 'sort with latest=true takes market_cap_usd,'],
  ['/data?latest=true&kind=bar_close', 'kind with latest=true can only be spot'],
  ['/data?max_age=60', 'max_age needs latest=true'],
  ['/data?order=down', 'order must be one of asc, desc'],
  ['/data?latest=true&as_of=2025-01-01&sort=market_cap_usd', 'sort with as_of takes created_at only'],
  ['/data?fields=price', 'fields takes id,'],
  ['/data?format=xml', 'format must be one of json, csv, ndjson'],
  ['/data?count=roughly', 'count must be one of exact'],
  ['/prices', 'say whose price'],
  ['/prices?symbol=BTC&at=2999-01-01', 'at lies in the future'],
  ['/runs?status=done', 'status takes queued, running,'],
  ['/runs/not-an-id', 'id must be the number of a run'],
  ['/runs/0', 'id must be the number of a run'],
  ['/global?kind=spot', 'kind is not a parameter here'],
  ['/observations/nonsense', 'id must be <source>_<external_id>_'],
  ['/raw/abc', 'sha256 must be 64 hexadecimal digits'],
  ['/health?fail_on=anything', 'fail_on must be one of degraded'],
];

describe('bad input is a problem that names our parameter', () => {
  test.for(BAD)('%s', async ([path, message]) => {
    const { status, headers, json } = await ask(path);
    expect(status).toBe(400);
    expect(headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8');
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(json).toMatchObject({
      type: 'urn:cointape:problem:invalid_request',
      status: 400,
      code: 'invalid_request',
      instance: path.split('?')[0],
      request_id: headers.get('X-Request-Id'),
      detail: expect.stringContaining(message),
      errors: [{ path: expect.any(String), message: expect.any(String) }],
    });
  });
});

test.for([
  ['/prices/query', '{"points":7}', 'points must be an array.'],
  ['/prices/query', '[]', 'body must be an object.'],
  ['/prices/query', '{"points":[{"asset":"btc-bitcoin"}],"at":1}', 'body must not have at.'],
  ['/runs/1/withdraw', '{}', 'reason is missing.'],
  ['/trigger-etl', '{"sources":"coingecko"}', 'sources must be an array.'],
  ['/replays', '[]', 'body must be an object.'],
] as const)('the body of %s in plain words: %s', async ([path, body, detail]) => {
  const { status, json } = await ask(path, { method: 'POST', headers: bearer('dev'), body });
  expect([status, json]).toMatchObject([400, { code: 'invalid_request', detail }]);
});

test('all faults are reported at once', async () => {
  const { json } = await ask('/data?limit=0&order=up');
  expect(json).toMatchObject({
    errors: [
      { path: 'order', message: 'must be one of asc, desc' },
      { path: 'limit', message: 'must be a whole number from 1 to 1000' },
    ],
  });
});

test('the underscore that scripts add against caches is ignored', async () => {
  expect((await ask('/data?_=1736503200')).status).toBe(200);
});

test.for(['/nowhere', '/data/x', '/livez/', '/runs/', '/observations', '/__proto__'])(
  'there is nothing at %s',
  async (path) => {
    const { status, json } = await ask(path);
    expect(status).toBe(404);
    expect(json).toMatchObject({ code: 'not_found', instance: path });
  },
);

test.for([
  ['/data', 'DELETE', 'GET, HEAD, OPTIONS'],
  ['/runs/1', 'PUT', 'GET, HEAD, OPTIONS'],
  ['/livez', 'POST', 'GET, HEAD, OPTIONS'],
  ['/trigger-etl', 'GET', 'POST, OPTIONS'],
] as const)('%s does not accept %s', async ([path, method, allow]) => {
  const answer = await ask(path, { method });
  expect(answer.status).toBe(405);
  expect(answer.header('Allow')).toBe(allow);
  expect(answer.json).toMatchObject({ code: 'method_not_allowed' });
});

describe('without a database', () => {
  const deps = { db: connect('postgres://nobody:secret@127.0.0.1:9/none') };

  test.for([
    '/data',
    '/data?format=csv',
    '/data?latest=true',
    '/prices?symbol=BTC',
    '/global',
    '/runs',
    '/runs/1',
    '/stats',
    '/observations/csv_x_spot_0_1',
    `/raw/${'a'.repeat(64)}`,
  ])('%s is 503 and says when to retry', async (path) => {
    const { status, headers, json, text } = await ask(path, { deps });
    expect(status).toBe(503);
    expect(headers.get('Retry-After')).toBe('5');
    expect(json).toMatchObject({ code: 'database_unavailable', status: 503 });
    expect(text).not.toMatch(/secret|select/i);
  });

  test('POST /trigger-etl too', async () => {
    const answer = await ask('/trigger-etl', { method: 'POST', headers: bearer('dev'), deps });
    expect(answer.json).toMatchObject({ code: 'database_unavailable' });
  });

  test('/health is down, /livez and / are served', async () => {
    const health = await ask('/health', { deps });
    expect(health.status).toBe(503);
    expect(health.json).toMatchObject({ status: 'down', database: { connected: false, latency_ms: null } });
    expect(health.json).toMatchObject({ database: { message: expect.stringContaining('connecting') } });
    expect(health.text).not.toMatch(/secret/i);
    expect((await ask('/livez', { deps })).json).toEqual({ status: 'ok' });
    expect((await ask('/', { deps })).status).toBe(200);
  });
});

test('/health is down when the database does not reply', async () => {
  const never = { execute: () => () => new Promise(() => {}) };
  const deps = { db: never as never, sleep: async () => {} };
  expect((await ask('/health', { deps })).json).toMatchObject({
    status: 'down',
    database: { message: 'It did not answer within 5 s.' },
  });
});

test('a misconfigured Worker names the variable; /livez works', async () => {
  const vars = { DATABASE_URL: '', POLL_MINUTES: 'often' };
  const answer = await ask('/data', { vars });
  expect(answer.status).toBe(500);
  expect(answer.json).toMatchObject({
    code: 'misconfigured',
    detail: expect.stringMatching(/DATABASE_URL.*POLL_MINUTES/),
  });
  expect((await ask('/livez', { vars })).status).toBe(200);
});

test('an unexpected error reveals no details', async () => {
  const failing = { execute: () => () => ({}), batch: () => Promise.reject(new Error('internal detail')) };
  const { status, text } = await ask('/stats', { deps: { db: failing as never } });
  expect(status).toBe(500);
  expect(JSON.parse(text)).toMatchObject({ code: 'internal' });
  expect(text).not.toContain('internal detail');
});
