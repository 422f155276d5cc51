import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../scripts/sandbox/server.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ limits: [{ source: 'coingecko', minute: 2, month: 4 }] });
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.setClock(new Date('2026-03-31T23:58:10Z')));

const PING = '/coingecko/coins/list';
const ask = async (path: string) => {
  const response = await fetch(sandbox.url + path);
  return {
    status: response.status,
    retry_after: response.headers.get('retry-after'),
    body: await response.text(),
  };
};
const order = (method: string, body?: unknown) =>
  fetch(`${sandbox.url}/limits`, body === undefined ? { method } : { method, body: JSON.stringify(body) });

test("calls of a minute and of a month are limited, with the vendor's message", async () => {
  expect([(await ask(PING)).status, (await ask(PING)).status]).toEqual([200, 200]);
  expect(await ask(PING)).toEqual({
    status: 429,
    retry_after: '50',
    body: '{"status":{"error_code":429,"error_message":"More than 2 calls in a minute."}}',
  });
  sandbox.setClock(new Date('2026-03-31T23:59:00Z'));
  expect((await ask(PING)).status).toBe(200); // including refused ones
  expect(await ask(PING)).toMatchObject({
    status: 429,
    retry_after: null,
    body: expect.stringContaining('month'),
  });
  sandbox.setClock(new Date('2026-04-01T00:00:00Z'));
  expect((await ask(PING)).status).toBe(200);
  expect(sandbox.requests().map(({ status }) => status)).toEqual([200, 200, 429, 200, 429, 200]);
});

test('limits are set, shown and removed by other processes', async () => {
  expect((await ask('/coinpaprika/global')).status).toBe(200);
  expect((await order('PUT', { source: 'coinpaprika', month: 1 })).status).toBe(200);
  expect(await ask('/coinpaprika/global')).toMatchObject({
    status: 429,
    body: '{"error":"The 1 calls of the month are spent."}',
  });
  expect(await (await order('GET')).json()).toContainEqual({
    source: 'coinpaprika',
    minute: null,
    month: 1,
    calls: { minute: 2, month: 2 },
  });
  expect((await order('PUT', { source: 'nobody' })).status).toBe(400);
  await order('DELETE');
  expect((await ask('/coinpaprika/global')).status).toBe(200);
});
