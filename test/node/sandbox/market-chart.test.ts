import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../scripts/sandbox/server.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.setClock(new Date('2026-03-01T12:34:40Z')));

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Chart {
  prices: [number, number][];
  market_caps: [number, number][];
  total_volumes: [number, number][];
}
const ask = (query: string, coin = 'bitcoin') =>
  fetch(`${sandbox.url}/coingecko/coins/${coin}/market_chart?vs_currency=usd&${query}`);
const chart = async (query: string, coin?: string) => (await ask(query, coin)).json() as Promise<Chart>;
const times = ({ prices }: Chart) => prices.map(([at]) => at);

describe('CoinGecko /coins/{id}/market_chart', () => {
  test.each([
    ['days=1', 5 * 60_000, 288],
    ['days=30', HOUR, 720],
    ['days=90', HOUR, 2_160],
    ['days=365', DAY, 365],
  ])('%s has a point every %s ms', async (query, step, points) => {
    const found = await chart(query);
    const at = times(found);
    expect(at.length).toBeGreaterThanOrEqual(points);
    expect(at.length).toBeLessThanOrEqual(points + 2);
    expect(at.at(-1)).toBe(Date.parse('2026-03-01T12:34:40Z'));
    const grid = at.slice(0, -1).map((time) => Math.floor(time / step));
    expect(grid).toEqual(grid.map((_, place) => (grid[0] ?? 0) + place));
    expect(found.market_caps.map(([time]) => time)).toEqual(at);
    expect(found.total_volumes.map(([time]) => time)).toEqual(at);
  });

  test('returns the same points at any time', async () => {
    const before = await chart('days=2');
    sandbox.setClock(new Date('2026-03-01T15:00:00Z'));
    const after = new Map((await chart('days=2')).prices);
    const shared = before.prices.slice(0, -1).filter(([at]) => after.has(at));
    expect(shared.length).toBeGreaterThan(40);
    for (const [at, price] of shared) expect(after.get(at)).toBe(price);
  });

  test('continues the prices of the market list', async () => {
    const markets = await fetch(
      `${sandbox.url}/coingecko/coins/markets?vs_currency=usd&precision=full&per_page=1`,
    );
    const [bitcoin] = (await markets.json()) as { current_price: number; market_cap: number }[];
    const { prices, market_caps } = await chart('days=1');
    expect(prices.at(-1)?.[1]).toBe(bitcoin?.current_price);
    expect(market_caps.at(-1)?.[1]).toBe(bitcoin?.market_cap);
  });

  test('rejects the same requests as the real API', async () => {
    expect((await ask('days=1', 'nobody')).status).toBe(404);
    expect((await fetch(`${sandbox.url}/coingecko/coins/bitcoin/market_chart?days=1`)).status).toBe(422);
    const beyond = await ask('days=366');
    expect([beyond.status, await beyond.json()]).toMatchObject([
      401,
      { error: { status: { error_code: 10012 } } },
    ]);
    expect((await ask('days=max')).status).toBe(401);
  });

  test('fails on request', async () => {
    sandbox.addFault({
      source: 'coingecko',
      endpoint: '/coins/bitcoin/market_chart',
      fault: 'rate_limited',
      times: 1,
    });
    expect((await ask('days=1')).status).toBe(429);
    expect((await ask('days=1')).status).toBe(200);
  });
});
