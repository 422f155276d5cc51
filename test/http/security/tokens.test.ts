import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ENDPOINTS } from '../../../src/http/endpoints.ts';
import { emptyDatabase } from '../../support/deps.ts';
import { ask, bearer } from '../../support/http.ts';

beforeAll(emptyDatabase);
afterEach(() => vi.restoreAllMocks());

const TOKENS = { SCHEDULER_TOKEN: 'schedule, schedule-2', UPLOAD_TOKEN: 'upload', READ_TOKEN: 'read' };
const LOCKED = { ...TOKENS, READ_ACCESS: 'token', RAW_ACCESS: 'token', BULK_ACCESS: 'token' };
const ONE_OF: Record<string, string> = {
  scheduler: 'schedule',
  upload: 'upload',
  read: 'read',
  raw: 'read',
  bulk: 'read',
};

const guarded = ENDPOINTS.filter(({ access }) => access !== 'open').map((endpoint) => ({
  ...endpoint,
  name: `${endpoint.method} ${endpoint.path}`,
  target: endpoint.path.replace('{sha256}', 'a'.repeat(64)).replace('{id}', '1'),
}));
const statusOf = async ({ method, target }: { method: string; target: string }, token: string | null) => {
  const headers = token === null ? {} : bearer(token);
  return (await ask(target, { method: method.toUpperCase(), headers, vars: LOCKED })).status;
};

describe.each(guarded)('$name', (endpoint) => {
  it('is open only to the holder of its own token', async () => {
    const own = ONE_OF[endpoint.access] ?? '';
    for (const token of [null, 'dev', own.slice(0, -1), `${own}x`, `${own},schedule-2`, own.toUpperCase()])
      expect(await statusOf(endpoint, token), String(token)).toBe(401);
    for (const other of ['schedule', 'upload', 'read'].filter((token) => token !== own))
      expect(await statusOf(endpoint, other), other).toBe(401);
    expect(await statusOf(endpoint, own)).not.toBe(401);
  });

  it('gives the same answer for an existing and a missing thing', async () => {
    const refusal = async (id: string) => {
      const target = endpoint.target.replace(/\/1(?=\/|$)/, `/${id}`);
      const { status, json } = await ask(target, { method: endpoint.method.toUpperCase(), vars: LOCKED });
      return { status, detail: (json as { detail: string }).detail };
    };
    expect(await refusal('999999')).toEqual(await refusal('1'));
  });
});

it('each route declares its access', () => {
  expect(guarded.length).toBeGreaterThan(25);
  const open = ENDPOINTS.filter(({ access }) => access === 'open').map(({ path }) => path);
  expect(open).toEqual(['/', '/health', '/livez', '/openapi.json', '/docs', '/ops']);
  const changing = ENDPOINTS.filter(
    ({ method, access, is_read = false }) =>
      method === 'post' && !is_read && !/^(scheduler|upload)$/.test(access),
  );
  expect(changing).toEqual([]);
});

it.each(['', 'x', 'read', 'rea', 'read-longer', 'x'.repeat(10_000), '🔑'])(
  'compares digests of one length, for any input: %#',
  async (token) => {
    const compare = vi.spyOn(crypto.subtle, 'timingSafeEqual');
    const vars = { ...LOCKED, READ_TOKEN: 'read, other' };
    const headers = { Authorization: `Bearer ${encodeURI(token)}` };
    await ask('/stats', { headers, vars });
    const lengths = compare.mock.calls.map(([a, b]) => [a.byteLength, b.byteLength]);
    // Both accepted tokens are compared, even if the first one matches.
    expect(lengths).toEqual(
      token === ''
        ? []
        : [
            [32, 32],
            [32, 32],
          ],
    );
  },
);

it.each([
  ['another scheme', 'Basic cmVhZA=='],
  ['no scheme', 'read'],
  ['nothing behind the scheme', 'Bearer '],
  ['two tokens', 'Bearer read read'],
  ['two headers', 'Bearer wrong, Bearer read'],
  ['quotes', 'Bearer "read"'],
])('does not accept %s', async (_, Authorization) => {
  const answer = await ask('/stats', { headers: { Authorization }, vars: LOCKED });
  expect([answer.status, answer.header('WWW-Authenticate')]).toEqual([401, 'Bearer realm="cointape"']);
});

it.each(['?token=read', '?access_token=read', '?READ_TOKEN=read'])(
  'does not accept a token in %s',
  async (query) => {
    expect((await ask(`/stats${query}`, { vars: LOCKED })).status).toBe(401);
  },
);

it('a token never grants access that is not configured', async () => {
  for (const given of ['', 'undefined', 'null', ',']) {
    const answer = await ask('/uploads', { headers: bearer(given), vars: { UPLOAD_TOKEN: '' } });
    expect(answer.json).toMatchObject({ status: 503, code: 'not_configured' });
  }
});

describe('no cache shows a reply for one token to another', () => {
  it.each(['/data', '/data?format=csv', '/prices?symbol=BTC', '/global', '/assets'])('%s', async (path) => {
    const answer = await ask(path, { headers: bearer('read'), vars: LOCKED });
    expect(answer.status).toBe(200);
    expect(answer.header('Cache-Control')).toMatch(/^private, /);
    expect(answer.header('Vary')).toContain('Authorization');
    const open = await ask(path, { vars: { ...LOCKED, READ_ACCESS: 'public', BULK_ACCESS: 'public' } });
    expect(open.header('Cache-Control')).toMatch(/^public, /);
    expect(open.header('Vary') ?? '').not.toContain('Authorization');
  });

  it('a refusal is not cached', async () => {
    expect((await ask('/data', { vars: LOCKED })).header('Cache-Control')).toBe('no-store');
  });

  it('an ETag grants no access', async () => {
    const { headers } = await ask('/data', { headers: bearer('read'), vars: LOCKED });
    const seen = { 'If-None-Match': headers.get('ETag') ?? '' };
    expect((await ask('/data', { headers: seen, vars: LOCKED })).status).toBe(401);
  });
});

it('other sites may read public data, and nothing else', async () => {
  const read = new Set(ENDPOINTS.filter(({ method }) => method === 'get').map(({ path }) => path));
  const posted = (path: string) => (path === '/prices/query' || path === '/mcp' ? 'POST' : null);
  for (const { path } of ENDPOINTS) {
    const answer = await ask(path, { method: 'OPTIONS', headers: { Origin: 'https://evil.test' } });
    const allowed = answer.header('Access-Control-Allow-Methods');
    expect(allowed, path).toBe(read.has(path) ? 'GET, HEAD' : posted(path));
    expect(answer.header('Access-Control-Allow-Credentials'), path).toBe(null);
  }
});
