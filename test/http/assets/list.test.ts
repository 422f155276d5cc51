import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { type Answer, ask } from '../../support/http.ts';
import { countStatements, type SeedRow, seed, seedAssets } from '../../support/tape.ts';

const { db } = testDeps();
const deps = { now: () => new Date('2025-01-10T12:00:00Z') };

const row = (listing: string, symbol: string, more: Partial<SeedRow> = {}): SeedRow => {
  const colon = listing.indexOf(':');
  const [source, external_id] = [listing.slice(0, colon), listing.slice(colon + 1)];
  return { source, external_id, symbol, name: external_id, observed_at: '2025-01-10T11:55:00Z', ...more };
};

beforeAll(async () => {
  await emptyDatabase();
  await seed(db, [
    row('coingecko:bitcoin', 'BTC', {
      price_usd: '100.000',
      market_cap_usd: '2000.50',
      volume_24h_usd: '3',
      percent_change_24h: '-1.5',
    }),
    row('coingecko:bitcoin', 'BTC', { price_usd: '90', observed_at: '2025-01-09T00:00:00Z' }),
    row('coinpaprika:btc-bitcoin', 'BTC', { price_usd: '101', market_cap_usd: '9999' }),
    row('csv:kaggle:btc', 'BTC', { price_usd: '7', observed_at: '2020-01-01T00:00:00Z' }),
    row('csv:cryptodatadownload:btc:bitstamp:usd:1d', 'BTC', {
      kind: 'bar_close',
      price_usd: '8',
      observed_at: '2019-01-01T00:00:00Z',
      known_at: '2025-01-02T00:00:00Z',
    }),
    // The preferred source is late; the other one answers.
    row('coingecko:ether', 'ETH', {
      price_usd: '10',
      market_cap_usd: '5000',
      observed_at: '2025-01-10T08:00:00Z',
    }),
    row('coinpaprika:eth-ether', 'ETH', { price_usd: '12', market_cap_usd: '1000' }),
    row('coingecko:bat', 'BTC', { price_usd: '3.84e-18', market_cap_usd: null }),
    row('coingecko:silent', 'SIL', { market_cap_usd: '1' }),
    row('csv:yahoo:old:-:usd:1d', 'OLD', { kind: 'bar_close', price_usd: '1' }),
    row('coingecko:nobody', 'NEW', { price_usd: '1', market_cap_usd: '1e12' }), // not resolved yet
  ]);
  await db.execute('test.raw')(sql`
    update latest_observations set rank = 1, percent_change_1h = 0.10, percent_change_7d = 7,
      circulating_supply = 19000000.5, total_supply = 20000000, max_supply = 21000000, image_url = 'https://img.test/b.png'
    where listing_id = (select id from listings where external_id = 'bitcoin')`);
  await db.execute('test.raw')(sql`
    update latest_observations set image_url = 'https://img.test/e.png'
    where listing_id = (select id from listings where external_id = 'ether')`);
  await seedAssets(db, [
    {
      id: 'btc-bitcoin',
      symbol: 'BTC',
      name: 'Bitcoin',
      listings: {
        'coingecko:bitcoin': 'reviewed',
        'coinpaprika:btc-bitcoin': 'reviewed',
        'csv:kaggle:btc': 'symbol',
        'csv:cryptodatadownload:btc:bitstamp:usd:1d': 'symbol',
      },
    },
    {
      id: 'eth-ether',
      symbol: 'ETH',
      name: 'Ether_100%',
      listings: { 'coingecko:ether': 'name', 'coinpaprika:eth-ether': 'own' },
    },
    { id: 'btc-bat', symbol: 'BTC', name: 'Battle Coin', listings: { 'coingecko:bat': 'own' } },
    { id: 'sil-silent', symbol: 'SIL', name: 'Silent', listings: { 'coingecko:silent': 'own' } },
    { id: 'csv-old', symbol: 'OLD', name: 'Old', listings: { 'csv:yahoo:old:-:usd:1d': 'own' } },
    { id: 'xbt-bitcoin', symbol: 'XBT', name: 'Bitcoin', merged_into: 'btc-bitcoin' },
    { id: 'gone', symbol: 'GONE', name: 'Gone' },
  ]);
});

const get = (path: string): Promise<Answer> => ask(path, { deps });

// Between the two are the page facts that were added later.
const BITCOIN =
  '{"asset":"btc-bitcoin","symbol":"BTC","name":"Bitcoin","price_usd":100.000,"market_cap_usd":2000.50,' +
  '"volume_24h_usd":3,"percent_change_24h":-1.5,"rank":1,"percent_change_1h":0.10,"percent_change_7d":7,' +
  '"circulating_supply":19000000.5,"total_supply":20000000,"max_supply":21000000,' +
  '"image_url":"https://img.test/b.png"';
const READING =
  '"created_at":"2025-01-10T11:55:00Z","age_seconds":300,"stale":false,' +
  '"source":"coingecko","external_id":"bitcoin","observation_id":"coingecko_bitcoin_spot_1736510100000000_1",' +
  '"flags":[],"listings_count":4';

describe('GET /assets', () => {
  test('has the values of a price page, from one source, with every digit', async () => {
    const answer = await get('/assets');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(BITCOIN);
    expect(answer.text).toContain(`${READING},"kind":"spot","status":"active","last_seen_at":null}`);
    expect(answer.page.data[1]).toMatchObject({
      asset: 'eth-ether',
      source: 'coinpaprika',
      price_usd: 12,
      image_url: 'https://img.test/e.png',
    });
    expect(answer.page.pagination).toMatchObject({ total: 5, returned: 5, next_cursor: null });
    expect(answer.page.meta.attribution).toHaveLength(3);
  });

  test('a coin with only market bars comes last, with the close of the newest', async () => {
    expect((await get('/assets')).page.data.at(-1)).toMatchObject({
      asset: 'csv-old',
      price_usd: 1,
      market_cap_usd: null,
      created_at: '2025-01-10T11:55:00Z',
      source: 'csv',
      external_id: 'yahoo:old:-:usd:1d',
      kind: 'bar_close',
      stale: false,
      observation_id: 'csv_yahoo:old:-:usd:1d_bar_close_1736510100000000_1',
      flags: [],
      rank: null,
      listings_count: 1,
    });
  });

  test.for([
    ['', ['btc-bitcoin', 'eth-ether', 'btc-bat', 'sil-silent', 'csv-old']],
    ['order=desc', ['btc-bitcoin', 'sil-silent', 'btc-bat', 'eth-ether', 'csv-old']],
    ['sort=market_cap_usd', ['btc-bitcoin', 'eth-ether', 'sil-silent', 'btc-bat', 'csv-old']],
    ['sort=market_cap_usd&order=asc', ['sil-silent', 'eth-ether', 'btc-bitcoin', 'btc-bat', 'csv-old']],
    ['sort=price_usd', ['btc-bitcoin', 'eth-ether', 'btc-bat', 'sil-silent', 'csv-old']],
    ['sort=volume_24h_usd&limit=1', ['btc-bitcoin']],
    ['symbol=btc', ['btc-bitcoin', 'btc-bat']],
    ['ticker=eth,SIL', ['eth-ether', 'sil-silent']],
    ['name=COIN', ['btc-bitcoin', 'btc-bat']],
    ['name=_100%25', ['eth-ether']],
    ['name=100_', []],
    ['id=BTC-', ['btc-bitcoin', 'btc-bat']],
    ['q=bat', ['btc-bat']],
    ['q=btc', ['btc-bitcoin', 'btc-bat']],
    ['q=%25', ['eth-ether']],
    ['q=silent&symbol=BTC', []],
    ["q=';drop table assets;--", []],
    ['asset=coinpaprika:eth-ether,xbt-bitcoin', ['btc-bitcoin', 'eth-ether']],
    ['asset=gone', []],
  ] as const)('%s', async ([query, expected]) => {
    expect((await get(`/assets?${query}`)).column('asset')).toEqual(expected);
  });

  test.for(['', 'q=i', 'order=desc', 'sort=price_usd', 'sort=volume_24h_usd&q=i'])(
    'a walk by cursor gives the rows of one page: %s',
    async (query) => {
      const walked: unknown[] = [];
      let path = `/assets?limit=1&${query}`;
      for (let pages = 0; pages < 9 && path !== ''; pages += 1) {
        const answer = await get(path);
        walked.push(...answer.column('asset'));
        const { next_cursor } = answer.page.pagination;
        path = next_cursor === null ? '' : `/assets?limit=1&cursor=${next_cursor}`;
      }
      expect(walked).toEqual((await get(`/assets?${query}`)).column('asset'));
    },
  );

  test('offset skips over the sections', async () => {
    expect((await get('/assets?offset=2&limit=2')).column('asset')).toEqual(['btc-bat', 'sil-silent']);
    expect((await get('/assets?offset=4')).column('asset')).toEqual(['csv-old']);
  });

  test('bad input', async () => {
    expect((await get('/assets?search=x')).text).toContain('use q');
    expect((await get('/assets?sort=supply')).status).toBe(400);
    expect((await get(`/assets?q=${'x'.repeat(101)}`)).status).toBe(400);
    expect((await get('/assets?asset=bitcoin')).json).toMatchObject({
      code: 'unknown_asset',
      candidates: ['btc-bitcoin'],
    });
    const { page } = await get('/assets?limit=1');
    expect((await get(`/divergence?cursor=${page.pagination.next_cursor}`)).json).toMatchObject({
      code: 'invalid_cursor',
    });
  });
});

describe('GET /assets/{id}', () => {
  test('listings with their mappings, and coverage per source, kind and period', async () => {
    const { json, text } = await get('/assets/btc-bitcoin');
    expect(text).toContain(`{"data":${BITCOIN}`);
    expect(text).toContain(
      `${READING},"kind":"spot","status":"active","last_seen_at":null,"contracts":[],` +
        '"ids":{"coingecko":"bitcoin","coinpaprika":"btc-bitcoin"},"listings":[',
    );
    const { data } = json as {
      data: { listings: { external_id: string; mapping: object }[]; coverage: object[] };
    };
    expect(data.listings.map(({ external_id }) => external_id)).toEqual([
      'bitcoin',
      'btc-bitcoin',
      'cryptodatadownload:btc:bitstamp:usd:1d',
      'kaggle:btc',
    ]);
    expect(data.listings[0]?.mapping).toEqual({
      id: 1,
      asset: 'btc-bitcoin',
      method: 'reviewed',
      confidence: 0.95,
      evidence: { symbol: 'ABC' },
      state: 'active',
      flagged_at: null,
      flag_reason: null,
      valid_from: '2025-01-01T00:00:00Z',
      valid_to: null,
      decisions: [],
      prices: [],
    });
    const entry = (
      source: string,
      kind: string,
      period: string | null,
      first: string,
      last: string,
      rows: number,
    ) => ({
      source,
      kind,
      period,
      first,
      last,
      rows,
      known_since: first,
    });
    expect(data.coverage).toEqual([
      entry('coingecko', 'spot', null, '2025-01-09T00:00:00Z', '2025-01-10T11:55:00Z', 2),
      entry('coinpaprika', 'spot', null, '2025-01-10T11:55:00Z', '2025-01-10T11:55:00Z', 1),
      {
        ...entry('csv', 'bar_close', '1d', '2019-01-01T00:00:00Z', '2019-01-01T00:00:00Z', 1),
        known_since: '2025-01-02T00:00:00Z',
      },
      entry('csv', 'spot', null, '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', 1),
    ]);
  });

  test.for(['coingecko:bitcoin', 'csv:kaggle:btc', 'xbt-bitcoin', 'coinpaprika%3Abtc-bitcoin'])(
    '%s is Bitcoin too',
    async (id) => {
      expect((await get(`/assets/${id}`)).json).toMatchObject({ data: { asset: 'btc-bitcoin' } });
    },
  );

  test('an asset without listings is still known', async () => {
    expect((await get('/assets/gone')).json).toMatchObject({
      data: { asset: 'gone', price_usd: null, listings: [], coverage: [] },
    });
  });

  test.for(['/assets/bitcoin', '/assets/btc', '/assets/coingecko:nobody', '/assets/bitcoin/divergence'])(
    '%s is not found',
    async (path) => {
      const { status, json } = await get(path);
      expect(status).toBe(404);
      expect(json).toMatchObject({ code: 'not_found', candidates: expect.arrayContaining([]) });
    },
  );

  test('candidates of a symbol are its assets, by rank', async () => {
    expect((await get('/assets/btc')).json).toMatchObject({ candidates: ['btc-bitcoin', 'btc-bat'] });
  });
});

describe('the asset of rows', () => {
  const prices = async (query: string) => (await get(`/data?decimals=string&${query}`)).column('price_usd');

  test('rows carry it, in every format; null until resolved', async () => {
    expect((await get('/data?symbol=ETH')).column('asset')).toEqual(['eth-ether', 'eth-ether']);
    expect((await get('/data?external_id=nobody')).column('asset')).toEqual([null]);
    expect((await get('/data?external_id=bat&format=csv&fields=asset,ticker')).text).toBe(
      'asset,ticker\r\nbtc-bat,BTC\r\n',
    );
    expect((await get('/data?latest=true&symbol=SIL')).column('asset')).toEqual(['sil-silent']);
    expect((await get('/observations/coingecko_bitcoin_spot_1736510100000000_1')).json).toMatchObject({
      data: { asset: 'btc-bitcoin' },
    });
  });

  test.for([
    ['asset=btc-bitcoin', ['101', '100.000', '90', '7', '8'], 5],
    ['asset=coingecko:bitcoin', ['101', '100.000', '90', '7', '8'], 5],
    ['asset=xbt-bitcoin&source=csv', ['7', '8'], 2],
    ['asset=btc-bitcoin&source=coingecko&external_id=bitcoin', ['100.000', '90'], 2],
    ['asset=btc-bat,csv-old', ['0.00000000000000000384', '1'], 2],
    ['asset=coingecko:nobody', ['1'], 1],
    ['asset=gone', [], 0],
    ['asset=btc-bitcoin&latest=true', ['100.000', '101'], 2],
  ] as const)('/data?%s', async ([query, expected, total]) => {
    expect((await prices(query)).toSorted()).toEqual([...expected].toSorted());
    expect((await get(`/data?${query}`)).page.pagination.total).toBe(total);
  });

  test('names only the unknown assets', async () => {
    const { status, json } = await get('/data?asset=btc-bitcoin,bitcoin,coingecko:dust');
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'unknown_asset', candidates: ['btc-bitcoin'] });
    expect((json as { detail: string }).detail).toContain('There is no asset bitcoin, coingecko:dust.');
  });

  test.for([
    '/data?symbol=btc,ETH&limit=2',
    '/data?symbol=BTC&latest=true',
    '/data?symbol=BTC&start_date=2999-01-01',
  ])('a symbol of several assets returns all, with a warning: %s', async (path) => {
    expect((await get(path)).page.meta.ambiguous).toEqual([
      { asset: 'btc-bitcoin', symbol: 'BTC', name: 'Bitcoin', rank: 1, market_cap_usd: 2000.5 },
      { asset: 'btc-bat', symbol: 'BTC', name: 'Battle Coin', rank: null, market_cap_usd: null },
    ]);
  });

  test('a symbol of one asset is not ambiguous', async () => {
    expect((await get('/data?symbol=ETH')).page.meta).not.toHaveProperty('ambiguous');
    expect((await get('/data?asset=btc-bitcoin')).page.meta).not.toHaveProperty('ambiguous');
    expect((await get('/data?symbol=BTC&source=coinpaprika')).page.meta).not.toHaveProperty('ambiguous');
  });
});

test.for([
  '/assets',
  '/assets?q=b',
  '/assets/btc-bitcoin',
  '/mappings',
  '/divergence',
  '/assets/btc-bitcoin/divergence',
  '/data?asset=btc-bitcoin',
  '/data?symbol=BTC',
  '/prices?symbol=ETH',
])('%s takes one round trip', async (path) => {
  const counted = countStatements(db);
  expect((await ask(path, { deps: { ...deps, db: counted.db } })).status).toBe(200);
  expect(counted.statements()).toBe(1);
});

test.for(['/assets', '/assets?q=b', '/assets/btc-bitcoin', '/divergence', '/assets/btc-bitcoin/divergence'])(
  '%s: an ETag that is valid while nothing changes and the clock stands, HEAD without a body',
  async (path) => {
    const first = await get(path);
    expect(first.header('Cache-Control')).toBe('public, max-age=15, stale-while-revalidate=60');
    const headers = { 'If-None-Match': first.header('ETag') ?? '' };
    const again = await ask(path, { deps, headers });
    expect([again.status, again.text]).toEqual([304, '']);
    const later = { now: () => new Date('2025-01-10T12:01:00Z') };
    expect((await ask(path, { deps: later, headers })).status).toBe(200);
    const head = await ask(path, { deps, method: 'HEAD' });
    expect([head.status, head.header('ETag')]).toEqual([200, first.header('ETag')]);
  },
);
