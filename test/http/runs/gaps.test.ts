import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { Gap } from '../../../src/http/runs/gaps.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { seed, seedAssets } from '../../support/tape.ts';

const { db } = testDeps();
const deps = { now: () => new Date('2026-01-10T12:00:00Z') };
const get = (query = '') => ask(`/gaps${query}`, { deps });

beforeEach(async () => {
  await emptyDatabase();
  await seed(db, [
    { external_id: 'bitcoin', symbol: 'BTC', observed_at: '2025-12-31Z' },
    { external_id: 'bitcoin', observed_at: '2026-01-01T04:00:00Z', flags: ['backfill'] },
    { external_id: 'ether', symbol: 'ETH', observed_at: '2025-12-31Z' },
    { source: 'coinpaprika', external_id: 'btc-bitcoin', symbol: 'BTC', observed_at: '2024-06-01Z' },
  ]);
  await seedAssets(db, [
    {
      id: 'btc-bitcoin',
      listings: { 'coingecko:bitcoin': 'contract', 'coinpaprika:btc-bitcoin': 'contract' },
    },
    { id: 'eth-ether', listings: { 'coingecko:ether': 'alone' } },
  ]);
  await rows(sql`insert into raw_payloads (source, run_id, endpoint, url, status, headers, fetched_at, duration_ms,
      size_bytes, sha256, r2_key, encoding)
    select source, 1, endpoint, '', 200, '{}', '2025-12-31Z', 1, 1, '', '', 'gzip'
    from (values ('coingecko', 'coins/markets?page=1'), ('coinpaprika', 'tickers')) v (source, endpoint)`);
  await rows(sql`update observations o set raw_payload_id = p.id
    from raw_payloads p where p.source = o.source and p.endpoint in ('coins/markets?page=1', 'tickers')`);
  await rows(sql`insert into gaps (source, endpoint, started_at, ended_at, every_minutes, cause, error_code, has_history)
    values ('coingecko', 'coins/markets?page=1', '2024-12-01Z', '2024-12-02Z', 10, 'not_running', null, true),
      ('coingecko', 'coins/markets?page=1', '2026-01-01T00:00:00Z', '2026-01-01T10:00:00Z', 10, 'rate_limited',
        'upstream_rate_limited', true),
      ('coingecko', 'coins/markets?page=2', '2026-01-02T00:00:00Z', '2026-01-02T10:05:00Z', 10, 'quota', null, true),
      ('coinpaprika', 'tickers', '2026-01-03T00:00:00Z', '2026-01-03T01:00:00Z', 5, 'upstream_failing',
        'upstream_failed', false),
      ('coinpaprika', 'tickers', '2026-01-10T11:00:00Z', null, 5, 'not_running', null, false)`);
  await rows(sql`insert into gap_fills (gap_id, listing_id, run_id, observations)
    select 2, id, 7, 9 from listings where external_id = 'bitcoin'`);
});

test('are listed newest first, with all details', async () => {
  const { status, page } = await get();
  expect(status).toBe(200);
  for (const row of page.data) expect(Gap.safeParse(row).error).toBe(undefined);
  expect(page.pagination).toMatchObject({ returned: 5, total: 5, next: null });
  expect(page.data.map(({ id, status }) => [id, status])).toEqual([
    [5, 'open'],
    [4, 'lost'],
    [3, 'fillable'],
    [2, 'partly_filled'],
    [1, 'lost'], // more than a year ago
  ]);
  expect(page.data[0]).toEqual({
    id: 5,
    source: 'coinpaprika',
    endpoint: 'tickers',
    started_at: '2026-01-10T11:00:00Z',
    ended_at: null,
    duration_seconds: 3600,
    missed: 11,
    cause: 'not_running',
    error_code: null,
    status: 'open',
    coins: { wanted: 0, asked: 0, filled: 0 },
    filled: [],
  });
  expect(page.data[3]).toMatchObject({
    cause: 'rate_limited',
    error_code: 'upstream_rate_limited',
    missed: 59,
    filled: [{ asset: 'btc-bitcoin', external_id: 'bitcoin', run_id: 7, observations: 9 }],
  });
});

test.for([
  ['?source=coinpaprika', [5, 4]],
  ['?status=lost', [4, 1]],
  ['?status=open,fillable', [5, 3]],
  ['?source=coingecko&status=fillable', [3]],
  ['?source=csv', []],
  ['?asset=btc-bitcoin', [5, 4, 2]],
  ['?asset=btc-bitcoin&status=filled', [2]],
  ['?asset=btc-bitcoin&source=coingecko', [2]],
  ['?asset=eth-ether', [2]],
  ['?asset=eth-ether&status=filled', []],
  ['?asset=eth-ether&status=fillable', [2]],
  ['?asset=coinpaprika:btc-bitcoin', [5, 4, 2]],
] as const)('%s', async ([query, expected]) => {
  const { page } = await get(query);
  expect(page.data.map(({ id }) => id)).toEqual(expected);
  expect(page.pagination.total).toBe(expected.length);
});

test('are paged by cursor', async () => {
  const ids: unknown[] = [];
  let query = '?limit=2&source=coinpaprika,coingecko';
  for (;;) {
    const { page } = await get(query);
    ids.push(...page.data.map(({ id }) => id));
    if (page.pagination.next_cursor === null) break;
    query = `?limit=2&cursor=${page.pagination.next_cursor}`;
  }
  expect(ids).toEqual([5, 4, 3, 2, 1]);
});

test.for([
  ['?status=gone', 400, 'invalid_request'],
  ['?asset=nobody', 400, 'unknown_asset'],
  ['?cursor=zzz', 400, 'invalid_cursor'],
  ['?kind=spot', 400, 'invalid_request'],
] as const)('%s is a problem', async ([query, status, code]) => {
  const answer = await get(query);
  expect([answer.status, answer.json]).toMatchObject([status, { code }]);
});
