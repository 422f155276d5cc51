import { beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase } from '../../support/deps.ts';
import { type Answer, ask, bearer, type Question } from '../../support/http.ts';
import { call, connect } from '../../support/mcp.ts';

beforeAll(emptyDatabase);

const post = (message: unknown, { headers, ...question }: Question = {}): Promise<Answer> =>
  ask('/mcp', {
    method: 'POST',
    body: typeof message === 'string' ? message : JSON.stringify(message),
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      ...Object.fromEntries(new Headers(headers)),
    },
    ...question,
  });
const request = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 7, method, params });
const initialize = (protocolVersion: string) =>
  request('initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 'check', version: '1' } });

describe('versions are negotiated', () => {
  test.for(['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'])('%s is spoken', async (version) => {
    const { status, json } = await post(initialize(version));
    expect([status, json]).toEqual([
      200,
      {
        jsonrpc: '2.0',
        id: 7,
        result: expect.objectContaining({
          protocolVersion: version,
          serverInfo: expect.objectContaining({ name: 'cointape' }),
          capabilities: { tools: { listChanged: false } },
        }),
      },
    ]);
    const headers = { 'MCP-Protocol-Version': version };
    expect((await post(request('tools/list'), { headers })).json).toMatchObject({
      result: { tools: [{}, {}, {}, {}, {}, {}, {}] },
    });
  });

  test('an unknown version is answered with the newest of that handshake', async () => {
    expect((await post(initialize('2031-01-01'))).json).toMatchObject({
      result: { protocolVersion: '2025-11-25' },
    });
  });

  test('a header with an unknown one is refused', async () => {
    const headers = { 'MCP-Protocol-Version': '1999-01-01' };
    expect((await post(request('tools/list'), { headers })).status).toBe(400);
  });

  test('the revision of 2026 is discovered without a handshake', async () => {
    const client = await connect('auto');
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
  });
});

test('ping is answered, a notification is accepted', async () => {
  expect((await post(request('ping'))).json).toEqual({ jsonrpc: '2.0', id: 7, result: {} });
  const taken = await post({ jsonrpc: '2.0', method: 'notifications/initialized' });
  expect([taken.status, taken.text]).toEqual([202, '']);
});

test('a client that sends no type and accepts anything is also answered', async () => {
  const { status, headers } = await ask('/mcp', { method: 'POST', body: JSON.stringify(request('ping')) });
  expect([status, headers.get('Content-Type')?.split(';')[0]]).toEqual([200, 'application/json']);
  expect([headers.get('Cache-Control'), headers.get('Mcp-Session-Id')]).toEqual(['no-store', null]);
});

test.for(['GET', 'DELETE', 'PUT'])('%s is not for a server without sessions', async (method) => {
  const { status, headers } = await ask('/mcp', { method, headers: { Accept: 'text/event-stream' } });
  expect([status, headers.get('Allow')]).toEqual([405, 'POST, OPTIONS']);
});

test('anything but a message is refused in the form of JSON-RPC', async () => {
  for (const body of ['', 'x', '{', 'null', '{}', '{"jsonrpc":"1.0","id":1,"method":"ping"}']) {
    const { status, json } = await post(body);
    expect([status, json], body).toEqual([
      400,
      expect.objectContaining({ error: expect.objectContaining({ code: expect.any(Number) }) }),
    ]);
  }
  expect((await post(request('tools/nothing'))).json).toMatchObject({ id: 7, error: { code: -32601 } });
  expect((await post(request('tools/call', { name: 'nothing' }))).json).toMatchObject({
    error: { code: -32602 },
  });
});

test('one message is one request: a batch is refused', async () => {
  const { status, json } = await post([request('ping'), request('ping')]);
  expect([status, json]).toMatchObject([
    400,
    { error: { code: -32600, message: expect.stringContaining('one message') } },
  ]);
});

test('subscriptions to changes that never come are refused', async () => {
  const client = await connect('auto');
  await expect(
    client.request({ method: 'subscriptions/listen', params: { filter: {} } } as never),
  ).rejects.toThrow();
});

test('a body has a size limit', async () => {
  const { json } = await post(request('ping', { padding: 'x'.repeat(120_000) }));
  expect(json).toMatchObject({ status: 413, code: 'payload_too_large' });
});

describe('access', () => {
  const vars = { READ_ACCESS: 'token', READ_TOKEN: 'app=secret-1,other=secret-2', RATE_LIMIT: 'on' };

  test('is refused without the token that reads need', async () => {
    for (const headers of [{}, bearer('wrong')]) {
      const answer = await post(request('tools/list'), { vars, headers });
      expect([answer.status, answer.header('WWW-Authenticate')]).toEqual([401, 'Bearer realm="cointape"']);
    }
    await expect(connect('legacy', { vars })).rejects.toThrow(/401|Unauthorized|unauthorized/);
  });

  test('is given with it, as everywhere', async () => {
    for (const era of ['legacy', 'auto'] as const) {
      const client = await connect(era, { vars, headers: bearer('secret-1') });
      const { failed, text } = await call(client, 'tape_status');
      expect([failed, text]).toEqual([false, expect.stringContaining('The tape is ')]);
      expect((await call(client, 'get_prices', { asset: 'x' })).text).toContain('UNKNOWN');
    }
  });

  test('each message counts for the rate limit of its reader, once', async () => {
    const keys: string[] = [];
    const limiter = { limit: async ({ key }: { key: string }) => ({ success: keys.push(key) < 3 }) };
    const question = { vars: { ...vars, RATE_LIMITER: limiter }, headers: bearer('secret-2') };
    const price = request('tools/call', { name: 'get_prices', arguments: { asset: 'x' } });
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await post(price, question)).status);
    expect([statuses, keys]).toEqual([[200, 200, 429], Array.from({ length: 3 }, () => 'read token other')]);
  });
});

describe('pages of other origins', () => {
  const from = (Origin: string, url = 'https://tape.test') =>
    post(request('ping'), { headers: { Origin, Host: new URL(url).host } });

  test('may read, as everywhere', async () => {
    for (const origin of ['https://other.example', 'http://localhost:6274', 'null']) {
      const answer = await from(origin);
      expect([answer.status, answer.header('Access-Control-Allow-Origin')], origin).toEqual([200, '*']);
    }
  });

  test('may send the headers that the protocol needs', async () => {
    const { headers } = await ask('/mcp', {
      method: 'OPTIONS',
      headers: { Origin: 'https://other.example' },
    });
    expect(headers.get('Access-Control-Allow-Methods')).toBe('POST');
    for (const name of ['Authorization', 'Content-Type', 'MCP-Protocol-Version', 'Mcp-Method', 'Mcp-Name'])
      expect(headers.get('Access-Control-Allow-Headers')).toContain(name);
  });

  test('that reach this machine under their own name are refused', async () => {
    const rebound = await from('http://evil.example:8787', 'http://evil.example:8787');
    expect(rebound.json).toMatchObject({ status: 403, code: 'foreign_origin' });
    expect((await from('not an origin')).json).toMatchObject({ status: 403, code: 'foreign_origin' });
    for (const own of [
      'http://localhost:8787',
      'http://127.0.0.1:8787',
      'http://[::1]:8787',
      'http://box.local',
      'http://box',
    ])
      expect((await from(own, own)).status, own).toBe(200);
  });
});
