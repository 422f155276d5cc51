import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { seed, seedAssets } from '../../support/tape.ts';

const { db } = testDeps();
const at = '2025-01-10T11:55:00Z';
const EVM = `0x${'Ab'.repeat(20)}`;
const SOLANA = 'SoAb1Ab1Ab1';

beforeAll(async () => {
  await emptyDatabase();
  const row = { symbol: 'ABC', name: 'One', observed_at: at, price_usd: '1' };
  await seed(db, [
    { source: 'coinpaprika', external_id: 'abc-one', ...row },
    { source: 'coingecko', external_id: 'one-old', ...row },
    { source: 'coingecko', external_id: 'one', ...row },
    {
      source: 'coingecko',
      external_id: 'a,b',
      symbol: 'A,B',
      name: 'Comma',
      observed_at: at,
      price_usd: '3',
    },
  ]);
  await seedAssets(db, [
    {
      id: 'abc-one',
      symbol: 'ABC',
      name: 'One',
      listings: { 'coinpaprika:abc-one': 'own', 'coingecko:one-old': 'name', 'coingecko:one': 'succession' },
    },
    { id: 'a-b-a-b', symbol: 'A,B', name: 'Comma', listings: { 'coingecko:a,b': 'own' } },
  ]);
  await db.execute('test.raw')(sql`
    update listings set seen_at = '2025-01-10T11:00:00Z'`);
  await db.execute('test.raw')(sql`
    update listings set missing_since = '2025-01-10T11:00:00Z' where external_id = 'one-old'`);
  await db.execute('test.raw')(sql`
    insert into contracts (source, external_id, platform, address) values
      ('coinpaprika', 'abc-one', 'ethereum', ${EVM.toLowerCase()}), ('coingecko', 'one', 'ethereum', ${EVM.toLowerCase()}),
      ('coingecko', 'one', 'solana', ${SOLANA}), ('coingecko', 'one', 'base', ${EVM.toLowerCase()}),
      ('coingecko', 'a,b', 'base', ${EVM.toLowerCase()})`);
});

describe('a contract names its asset', () => {
  test.for([
    [`ethereum:${EVM}`, ['abc-one']],
    [`Ethereum:${EVM.toLowerCase()}`, ['abc-one']],
    [`solana:${SOLANA}`, ['abc-one']],
    [`solana:${SOLANA.toLowerCase()}`, []],
    ['ethereum:0x1', []],
  ] as const)('%s', async ([name, assets]) => {
    const found = await ask(`/assets?contract=${name}`);
    expect(found.status).toBe(200);
    expect(found.column('asset')).toEqual(assets);
    const prices = await ask(`/prices?asset=${name}&at=2025-01-10T12:00:00Z`);
    expect(prices.column('asset')).toEqual(assets);
    expect((await ask(`/data?asset=${name}`)).status).toBe(assets.length > 0 ? 200 : 400);
    expect((await ask(`/assets/${name}`)).status).toBe(assets.length > 0 ? 200 : 404);
  });

  test('but not two of them', async () => {
    expect((await ask(`/assets?contract=base:${EVM}`)).column('asset').sort()).toEqual([
      'a-b-a-b',
      'abc-one',
    ]);
    const prices = await ask(`/prices?asset=base:${EVM}&at=2025-01-10T12:00:00Z`);
    expect(prices.page.data).toEqual([]);
    expect((await ask(`/data?asset=base:${EVM}`)).status).toBe(400);
    expect((await ask(`/assets?contract=nowhere:${EVM}`)).status).toBe(400);
  });
});

test('an asset has its contracts, its present names at the sources, and when they last listed it', async () => {
  const { data } = (await ask('/assets/abc-one')).json as { data: unknown };
  expect(data).toMatchObject({
    status: 'active',
    last_seen_at: at,
    ids: { coingecko: 'one', coinpaprika: 'abc-one' },
    contracts: [
      { chain: 'base', address: EVM.toLowerCase(), sources: ['coingecko'] },
      { chain: 'ethereum', address: EVM.toLowerCase(), sources: ['coingecko', 'coinpaprika'] },
      { chain: 'solana', address: SOLANA, sources: ['coingecko'] },
    ],
  });
});

test('the whole map is one reply of any format', async () => {
  const csv = await ask('/assets?fields=ids&format=csv');
  expect(csv.text.split('\r\n').slice(0, 3)).toEqual([
    'asset,symbol,name,status,coinpaprika,coingecko,coinlore,contracts',
    expect.stringContaining('a-b-a-b'),
    expect.stringContaining('abc-one'),
  ]);
  const ndjson = await ask('/assets?fields=ids', { headers: { Accept: 'application/x-ndjson' } });
  expect(JSON.parse(ndjson.text.split('\n')[1] ?? '')).toMatchObject({
    asset: 'abc-one',
    status: 'active',
    coingecko: 'one',
    coinpaprika: 'abc-one',
    coinlore: null,
    contracts: [`base:${EVM.toLowerCase()}`, `ethereum:${EVM.toLowerCase()}`, `solana:${SOLANA}`],
  });
  expect((await ask('/assets?fields=ids')).page.pagination.total).toBe(2);
  expect((await ask('/assets?fields=ids,name')).status).toBe(400);
  expect((await ask('/assets?fields=name,asset&format=csv')).text).toMatch(/^name,asset\r\n/);
});

test('an encoded comma is part of a name', async () => {
  expect((await ask('/assets?symbol=A%2CB')).column('asset')).toEqual(['a-b-a-b']);
  expect((await ask('/assets?symbol=A,B')).column('asset')).toEqual([]);
  const rows = await ask('/data?asset=coingecko:a%2Cb,abc-one&limit=1');
  expect(rows.column('external_id')).toHaveLength(1);
  expect((await ask(`/data?cursor=${rows.page.pagination.next_cursor}`)).status).toBe(200);
});

test('an inactive asset is listed on request', async () => {
  await db.execute('test.raw')(sql`update assets set inactive_since = ${at} where id = 'a-b-a-b'`);
  expect((await ask('/assets')).column('asset')).toEqual(['abc-one']);
  expect((await ask('/assets')).page.pagination.total).toBe(1);
  expect((await ask('/assets?status=inactive')).column('asset')).toEqual(['a-b-a-b']);
  expect((await ask('/assets?status=all&sort=price_usd')).column('asset')).toEqual(['a-b-a-b', 'abc-one']);
});
