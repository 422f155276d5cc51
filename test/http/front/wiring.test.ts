import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeDeps } from '../../../src/deps.ts';
import type { Env } from '../../../src/env.ts';
import { createApp } from '../../../src/http/app.ts';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { bearer, testEnv } from '../../support/http.ts';
import { call, connect } from '../../support/mcp.ts';
import { countStatements, seed } from '../../support/tape.ts';

// Requests to a deployment with a cache in front: it has `ctx.cache`.

const BTC = { external_id: 'bitcoin', symbol: 'BTC', price_usd: '1', observed_at: '2025-01-10T10:00:00Z' };
const { db } = testDeps();
const counted = countStatements(db);
let now = new Date('2025-01-10T10:01:00Z');

beforeAll(async () => {
  await emptyDatabase();
  await seed(db, [BTC]);
});
beforeEach(() => {
  now = new Date('2025-01-10T10:01:00Z');
});

interface Asked extends RequestInit {
  vars?: Record<string, string>;
}

async function askBehind(path: string, { vars = {}, ...init }: Asked = {}): Promise<Response> {
  const waits: Promise<unknown>[] = [];
  const event = {
    waitUntil: (work: Promise<unknown>) => waits.push(work),
    passThroughOnException() {},
    props: {},
    cache: { invalidate: async () => ({ success: true, errors: [] }) },
  };
  const app = createApp({ makeDeps: (env) => ({ ...makeDeps(env), db: counted.db, now: () => now }) });
  const request = new Request(`https://tape.test${path}`, init);
  const reply = await app.fetch(
    request,
    { ...testEnv, ...vars } as Env,
    event as unknown as ExecutionContext,
  );
  await Promise.all(waits);
  return reply;
}

it('is sent unencoded to a cache that encodes for each client itself', async () => {
  const headers = { 'Accept-Encoding': 'gzip' };
  const kept = await askBehind('/data?limit=1', { headers });
  expect([kept.headers.get('Content-Encoding'), kept.headers.get('Vary')]).toEqual([null, 'Accept']);
  const not_kept = await askBehind('/data?format=csv', { headers });
  expect([not_kept.headers.get('Content-Encoding'), not_kept.headers.get('Vary')]).toEqual([
    'gzip',
    'Accept, Accept-Encoding',
  ]);
});

describe('behind the check of a token', () => {
  let path = '';
  const vars = { READ_ACCESS: 'token', READ_TOKEN: 'ada, ben', TOKEN_COPIES: 'on' };
  const read = async (
    token: string,
    more: { path?: string; headers?: Record<string, string>; method?: string } = {},
  ) => {
    const before = counted.statements();
    const reply = await askBehind(more.path ?? path, {
      vars,
      method: more.method ?? 'GET',
      headers: { ...bearer(token), ...more.headers },
    });
    const { headers, status } = reply;
    return { status, headers, text: await reply.text(), asked: counted.statements() - before };
  };
  beforeEach(() => {
    path = `/prices?symbol=BTC&_=${crypto.randomUUID()}`;
  });

  it('a second holder gets the copy of the first, with its age', async () => {
    const first = await read('ada');
    now = new Date('2025-01-10T10:01:07Z');
    const second = await read('ben');
    expect([first.asked, second.asked, second.status]).toEqual([1, 0, 200]);
    expect(second.text).toBe(first.text);
    const of = (names: string[], { headers }: typeof first) => names.map((name) => headers.get(name));
    const same = [
      'Cache-Control',
      'Vary',
      'ETag',
      'Content-Type',
      'Cloudflare-CDN-Cache-Control',
      'Cache-Tag',
    ];
    expect(of(same, second)).toEqual(of(same, first));
    expect(of(['Cache-Control', 'Vary', 'Age', 'X-Copy'], second)).toEqual([
      'private, max-age=15, stale-while-revalidate=60',
      'Accept, Authorization, Accept-Encoding',
      '7',
      null,
    ]);
    expect(second.headers.get('X-Request-Id')).not.toBe(first.headers.get('X-Request-Id'));
  });

  it('a copy answers a client that has it with 304', async () => {
    const { headers } = await read('ada');
    const again = await read('ben', { headers: { 'If-None-Match': headers.get('ETag') ?? '' } });
    expect([again.status, again.text, again.asked]).toEqual([304, '', 0]);
    expect(again.headers.get('ETag')).toBe(headers.get('ETag'));
  });

  it('a client without a token, or with a wrong one, gets none', async () => {
    await read('ada');
    expect([(await read('eve')).status, (await askBehind(path, { vars })).status]).toEqual([401, 401]);
  });

  it('each format has its own', async () => {
    await read('ada');
    const csv = await read('ben', { headers: { Accept: 'text/csv' } });
    expect([csv.asked, csv.headers.get('Content-Type')]).toEqual([
      1,
      'text/csv; charset=utf-8; header=present',
    ]);
    const again = await read('ada', { headers: { Accept: 'text/csv' } });
    expect([again.asked, again.text]).toEqual([0, csv.text]);
  });

  it("agents' tools, whose requests are not separate events, also get answers", async () => {
    const client = await connect('auto', { vars, headers: bearer('ada'), deps: { now: () => now } });
    for (const _ of ['first', 'again'])
      expect(await call(client, 'get_prices', { symbol: 'btc' })).toMatchObject({ failed: false });
  });

  it('HEAD, exports, problems and public replies have none', async () => {
    const twice = async (more: Parameters<typeof read>[1]) => [
      (await read('ada', more)).asked,
      (await read('ben', more)).asked,
    ];
    const export_path = `/data?format=csv&_=${crypto.randomUUID()}`;
    expect(await twice({ path: export_path })).toEqual([1, 1]);
    expect(await twice({ method: 'HEAD' })).toEqual([1, 1]);
    const problem = `/assets/none-${crypto.randomUUID()}`;
    const [first = 0, second = 0] = await twice({ path: problem });
    expect(second).toBe(first);
    const before = counted.statements();
    const open_path = `/data?limit=1&_=${crypto.randomUUID()}`;
    await askBehind(open_path, { vars: { TOKEN_COPIES: 'on' } });
    await askBehind(open_path, { vars: { TOKEN_COPIES: 'on' } });
    expect(counted.statements() - before).toBe(2);
  });
});
