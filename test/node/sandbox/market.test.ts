import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../scripts/sandbox/server.ts';

const NOW = new Date('2026-03-01T12:34:56Z');

type Row = Record<string, unknown>;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => NOW });
});
afterAll(() => sandbox.close());

const text = async (path: string) => (await fetch(sandbox.url + path)).text();
const rows = async (path: string) => JSON.parse(await text(path)) as Row[];
const MARKETS = '/coingecko/coins/markets?vs_currency=usd&per_page=250&precision=full';

describe('CoinPaprika /tickers', () => {
  test('contains 2,000 coins with unique ids and the documented keys', async () => {
    const tickers = await rows('/coinpaprika/tickers?quotes=USD');
    expect(tickers).toHaveLength(2000);
    expect(new Set(tickers.map((row) => row.id)).size).toBe(2000);
    const bitcoin = tickers.find((row) => row.id === 'btc-bitcoin');
    expect(Object.keys(bitcoin ?? {})).toEqual([
      'id',
      'name',
      'symbol',
      'rank',
      'total_supply',
      'max_supply',
      'beta_value',
      'first_data_at',
      'last_updated',
      'quotes',
    ]);
    expect(bitcoin).toMatchObject({ name: 'Bitcoin', symbol: 'BTC', rank: 1, max_supply: 21_000_000 });
    expect(bitcoin?.last_updated).toMatch(/^2026-03-01T12:3[34]:\d\dZ$/);
  });

  test('contains values that break naive readers', async () => {
    const body = await text('/coinpaprika/tickers');
    const tickers = JSON.parse(body) as Row[];
    const named = (name: string) => tickers.find((row) => row.name === name);
    const symbols = tickers.map((row) => row.symbol);
    expect(symbols.filter((symbol) => symbol === 'BTC')).toHaveLength(3);
    expect(symbols).toEqual(expect.arrayContaining(['$FISH', 'WOW!', 'ACME.B', '柚子']));
    expect(body).toMatch(/"price":\d(\.\d+)?e-\d+/);
    expect(body).toContain('"max_supply":9107199254740993127');
    expect(body).toContain('"percent_change_24h":-0,');
    expect(named('Blank Page')).toMatchObject({ max_supply: '', quotes: { USD: { ath_date: '' } } });
    expect(named('Sparse Facts')).not.toHaveProperty('max_supply');
    expect(named('Murky Waters')).toMatchObject({ total_supply: 0, quotes: { USD: { market_cap: 0 } } });
    expect(String(named('Sleeping Giant')?.last_updated) < '2026-02').toBe(true);
    expect(named("=cmd|' /C calc'!A0")).toBeDefined();
  });
});

describe('the largest coins', () => {
  test('have unique names, and CoinGecko uses their real ids', async () => {
    const tickers = await rows('/coinpaprika/tickers?quotes=USD');
    const largest = tickers.filter(({ rank }) => Number(rank) <= 100);
    const named = Map.groupBy(tickers, ({ name }) => name);
    expect(largest.filter(({ name }) => (named.get(name) ?? []).length > 1)).toEqual([]);
    const markets = await rows(MARKETS);
    expect(markets.slice(0, 9).map(({ id }) => id)).toEqual([
      'bitcoin',
      'ethereum',
      'tether',
      'ripple',
      'solana',
      'usd-coin',
      'dogecoin',
      'cardano',
      'litecoin',
    ]);
  });
});

describe('CoinLore /tickers/', () => {
  const page = async (query: string) =>
    JSON.parse(await text(`/coinlore/tickers/${query}`)) as { data: Row[]; info: Row };

  test('is paged by at most 100, by market cap, and ends with a page without coins', async () => {
    const { data, info } = await page('?start=0&limit=500');
    expect(data).toHaveLength(100);
    const [bitcoin, ether] = data;
    expect(bitcoin).toMatchObject({ id: '90', symbol: 'BTC', name: 'Bitcoin', rank: 1, msupply: '21000000' });
    expect(bitcoin?.price_usd).toMatch(/^\d+\.\d\d$/);
    expect(ether).toMatchObject({ id: '80', symbol: 'ETH', msupply: '' });
    expect(info.time).toBe(Date.parse('2026-03-01T12:34:00Z') / 1000);
    const count = Number(info.coins_num);
    const last = (await page(`?start=${Math.floor(count / 100) * 100}`)).data;
    expect(last).toHaveLength(count % 100);
    expect((await page(`?start=${count}`)).data).toEqual([]);
    expect(new Set([...data, ...last].map(({ id }) => id)).size).toBe(100 + last.length);
  });

  test('marks unknown values in its own way', async () => {
    const starts = Array.from({ length: 20 }, (_, at) => at * 100);
    const pages = await Promise.all(starts.map((start) => page(`?start=${start}`)));
    const named = (name: string) => pages.flatMap(({ data }) => data).find((row) => row.name === name);
    expect(named('Blank Page')).toMatchObject({ percent_change_24h: '?', percent_change_7d: '?' });
    expect(named('Murky Waters')).toMatchObject({ market_cap_usd: '0.00', csupply: '0.00' });
    expect(named('Sparse Facts')).not.toHaveProperty('tsupply');
  });
});

describe('CoinGecko /coins/markets', () => {
  test('is paged by at most 250, by market cap, and ends with an empty page', async () => {
    const sizes = [];
    const ids = new Set();
    for (let page = 1; page <= 9; page++) {
      const markets = await rows(`${MARKETS}&page=${page}`);
      sizes.push(markets.length);
      for (const row of markets) ids.add(row.id);
    }
    expect(sizes.slice(0, 7)).toEqual([250, 250, 250, 250, 250, 250, 250]);
    expect(sizes[8]).toBe(0);
    expect(ids.size).toBe(sizes.reduce((a, b) => a + b));
    expect((await rows(`${MARKETS}&per_page=9999`)).length).toBe(250);
  });

  test('returns the requested price changes', async () => {
    const [bitcoin] = await rows(`${MARKETS}&price_change_percentage=1h,7d`);
    expect(bitcoin).toMatchObject({
      id: 'bitcoin',
      symbol: 'btc',
      market_cap_rank: 1,
      max_supply: 21_000_000,
    });
    expect(Object.keys(bitcoin ?? {}).slice(-2)).toEqual([
      'price_change_percentage_1h_in_currency',
      'price_change_percentage_7d_in_currency',
    ]);
  });

  test('contains nulls, zeros that mean unknown, and rows without a time', async () => {
    const pages = await Promise.all([1, 2, 3, 4, 5, 6].map((page) => rows(`${MARKETS}&page=${page}`)));
    const named = (name: string) => pages.flat().find((row) => row.name === name);
    expect(named('Timeless')).toMatchObject({ last_updated: null });
    expect(named('Murky Waters')).toMatchObject({
      market_cap: 0,
      market_cap_rank: null,
      circulating_supply: 0,
    });
    expect(named('Sleeping Giant')).toMatchObject({ high_24h: null, price_change_percentage_24h: null });
    expect(await text(`${MARKETS}&page=2`)).toMatch(/"current_price":\d\.\d+e-0\d/);
  });

  test('rejects the same requests as the real API', async () => {
    const status = async (path: string, headers?: Record<string, string>) =>
      (await fetch(sandbox.url + path, headers ? { headers } : {})).status;
    expect(await status('/coingecko/coins/markets')).toBe(422);
    expect(await status(MARKETS, { 'user-agent': '' })).toBe(403);
    expect(await status('/coingecko/nowhere')).toBe(404);
    expect(await status('/coinpaprika/nowhere')).toBe(404);
    expect(await status('/elsewhere')).toBe(404);
  });
});

test('/global of both: numbers in their own forms, times in unix seconds', async () => {
  const minute = Date.parse('2026-03-01T12:34:00Z') / 1000;
  expect(JSON.parse(await text('/coinpaprika/global'))).toMatchObject({
    cryptocurrencies_number: 2000,
    last_updated: minute,
  });
  const body = await text('/coingecko/global');
  expect(JSON.parse(body)).toMatchObject({ data: { updated_at: minute } });
  expect(body).toMatch(/"idr":\d\.\d+e\+16/);
});

test('CoinGecko /exchange_rates: the price of a bitcoin, without a time; a dollar as in the list of coins', async () => {
  const { rates } = JSON.parse(await text('/coingecko/exchange_rates')) as {
    rates: Record<string, { name: string; unit: string; value: number; type: string }>;
  };
  expect(rates.btc).toEqual({ name: 'Bitcoin', unit: 'BTC', value: 1, type: 'crypto' });
  expect(rates.eur).toEqual({ name: 'Euro', unit: '€', value: expect.any(Number), type: 'fiat' });
  const [bitcoin] = await rows(`${MARKETS}&page=1`);
  expect(rates.usd?.value).toBeCloseTo(Number(bitcoin?.current_price), 2);
  expect((rates.usd?.value ?? 0) / (rates.eur?.value ?? 1)).toBeCloseTo(1.15, 1);
});

describe('the clock', () => {
  test('same minute, same bytes; another minute, other prices; the same seed, the same market', async () => {
    const other = await startSandbox({ seed: 1 });
    try {
      const at = async (iso: string) => {
        other.setClock(new Date(iso));
        return (await fetch(`${other.url}/coinpaprika/tickers`)).text();
      };
      const here = await text('/coinpaprika/tickers');
      expect(await at('2026-03-01T12:34:01Z')).toBe(here);
      expect(await at('2026-03-01T12:35:01Z')).not.toBe(here);
    } finally {
      await other.close();
    }
  });

  test('is set over HTTP', async () => {
    const other = await startSandbox();
    try {
      const body = JSON.stringify({ now: '2026-01-01T00:00:30Z' });
      expect((await fetch(`${other.url}/clock`, { method: 'PUT', body })).status).toBe(200);
      const global = await (await fetch(`${other.url}/coinpaprika/global`)).json();
      expect(global).toMatchObject({ last_updated: Date.parse('2026-01-01T00:00:00Z') / 1000 });
      expect((await fetch(`${other.url}/clock`, { method: 'PUT', body: '{"now":"soon"}' })).status).toBe(400);
    } finally {
      await other.close();
    }
  });
});

describe('lists of coins', () => {
  test('give a coin the same contract on both sides', async () => {
    const listed = (await rows('/coingecko/coins/list?include_platform=true')) as {
      id: string;
      platforms: Record<string, string>;
    }[];
    const contracts = (await rows('/coinpaprika/contracts/eth-ethereum')) as {
      id: string;
      address: string;
    }[];
    const addresses = new Set(listed.map(({ platforms }) => platforms.ethereum));
    expect(listed.find(({ id }) => id === 'bitcoin')?.platforms).toEqual({});
    expect(contracts.length).toBeGreaterThan(100);
    expect(contracts.filter(({ address }) => addresses.has(address.toLowerCase())).length).toBeGreaterThan(
      100,
    );
    for (const { address } of contracts) expect(address).toMatch(/^0x[0-9a-fA-F]{40}$/);
    expect((await fetch(`${sandbox.url}/coinpaprika/contracts/nowhere`)).status).toBe(404);
  });
});
