import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FaultInput } from '../../../scripts/sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../../scripts/sandbox/server.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => new Date('2026-03-01T12:34:56Z') });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.clearFaults();
  sandbox.clearRequests();
});

const TICKERS = '/coinpaprika/tickers';
const MARKETS = '/coingecko/coins/markets?vs_currency=usd';
const get = (path: string) => fetch(sandbox.url + path);
const order = (method: string, path: string, body?: unknown) =>
  fetch(sandbox.url + path, body === undefined ? { method } : { method, body: JSON.stringify(body) });

describe('each fault', () => {
  const cases: [FaultInput['fault'], string, number, RegExp][] = [
    ['rate_limited', TICKERS, 429, /^\{"error":"/],
    ['rate_limited', MARKETS, 429, /^\{"status":\{"error_code":429,/],
    ['server_error', TICKERS, 500, /^\{"error":"/],
    ['html', MARKETS, 200, /^<!DOCTYPE html>/],
    ['throttled', MARKETS, 429, /^Throttled\n$/],
    ['empty', TICKERS, 200, /^\[\]$/],
    ['unauthorized', MARKETS, 401, /"error_code":10002/],
    ['unauthorized', TICKERS, 403, /invalid api key/],
    ['extra_fields', TICKERS, 200, /"sandbox_extra":\{"depth":\[1,null,"new"\]\}/],
    ['bad_record', MARKETS, 200, /"id":"bad-record"/],
  ];
  test.each(cases)('%s of %s answers %i', async (fault, path, status, body) => {
    const source = path.startsWith('/coinpaprika') ? 'coinpaprika' : 'coingecko';
    sandbox.addFault({ source, fault });
    const response = await get(path);
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(body);
  });

  test('rate_limited sends Retry-After, throttled none', async () => {
    sandbox.addFault({ source: 'coingecko', fault: 'rate_limited', retry_after_s: 7, times: 1 });
    sandbox.addFault({ source: 'coingecko', fault: 'throttled', times: 1 });
    expect((await get(MARKETS)).headers.get('retry-after')).toBe('7');
    expect((await get(MARKETS)).headers.get('retry-after')).toBeNull();
  });

  test('truncated is a whole reply of half a JSON text', async () => {
    const whole = await (await get(TICKERS)).text();
    sandbox.addFault({ source: 'coinpaprika', fault: 'truncated' });
    const half = await (await get(TICKERS)).text();
    expect(half).toBe(whole.slice(0, Math.ceil(whole.length / 2)));
  });

  test('cut and down break the connection', async () => {
    sandbox.addFault({ source: 'coinpaprika', fault: 'cut', times: 1 });
    const response = await get(TICKERS);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    sandbox.addFault({ source: 'coinpaprika', fault: 'down' });
    await expect(get(TICKERS)).rejects.toThrow();
  });

  test('slow answers after the delay', async () => {
    sandbox.addFault({ source: 'coinpaprika', fault: 'slow', delay_s: 0.2 });
    const started = performance.now();
    expect((await get(TICKERS)).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(190);
  });

  test('missing_fields and bad_record leave the other fields and records alone', async () => {
    sandbox.addFault({ source: 'coinpaprika', fault: 'missing_fields', times: 1 });
    const [first] = (await (await get(TICKERS)).json()) as { quotes: { USD: object } }[];
    expect(first).not.toHaveProperty('last_updated');
    expect(first?.quotes.USD).not.toHaveProperty('price');
    expect(first?.quotes.USD).toHaveProperty('volume_24h');
    sandbox.addFault({ source: 'coinpaprika', fault: 'bad_record', times: 1 });
    expect(await (await get(TICKERS)).json()).toHaveLength(2001);
  });
});

test('a fault affects only its source and endpoint, as often as requested', async () => {
  sandbox.addFault({ source: 'coinpaprika', endpoint: '/tickers', fault: 'server_error', times: 2 });
  const statuses = [];
  for (const path of ['/coinpaprika/global', MARKETS, TICKERS, TICKERS, TICKERS]) {
    statuses.push((await get(path)).status);
  }
  expect(statuses).toEqual([200, 200, 500, 500, 200]);
});

test('accepts commands over HTTP and reports the requests', async () => {
  const fault = { source: 'coingecko', endpoint: '/global', fault: 'html', times: 3, status: 503 };
  expect((await order('POST', '/faults', fault)).status).toBe(200);
  expect((await get('/coingecko/global')).status).toBe(503);
  expect(await (await order('GET', '/faults')).json()).toMatchObject([{ ...fault, times: 2 }]);
  expect((await order('DELETE', '/faults')).status).toBe(200);
  expect((await get('/coingecko/global')).status).toBe(200);
  expect(await (await order('GET', '/requests')).json()).toMatchObject([
    { source: 'coingecko', endpoint: '/global', url: '/coingecko/global', fault: 'html', status: 503 },
    { source: 'coingecko', endpoint: '/global', url: '/coingecko/global', fault: null, status: 200 },
  ]);
});

test.each([
  { source: 'coingecko', fault: 'nonsense' },
  { source: 'elsewhere', fault: 'html' },
  { source: 'coingecko', fault: 'html', times: 0 },
  { source: 'coingecko', fault: 'html', endpoint: 'global' },
  { source: 'coingecko', fault: 'html', unknown: 1 },
])('refuses the order %j', async (fault) => {
  const response = await order('POST', '/faults', fault);
  expect(response.status).toBe(400);
  expect(sandbox.requests()).toEqual([]);
  expect(await (await order('GET', '/faults')).json()).toEqual([]);
});
