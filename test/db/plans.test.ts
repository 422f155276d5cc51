import type { SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db, StatementName } from '../../src/db/client.ts';
import { emptyDatabase, rows, testDeps } from '../support/deps.ts';
import { ask, bearer } from '../support/http.ts';

// The cost of each read, from EXPLAIN ANALYZE on a tape that is large enough for realistic plans: 4,000 listings
// and 100,000 observations, with some coins much larger than others.

const FROM = '2026-11-01T00:00:00Z';
const MIDDLE = '2026-11-01T20:00:00Z';
const COINS = 2000;
/** Some minutes after the newest row. */
const now = () => new Date('2026-11-02T17:45:00Z');

/** A statement of a request, and the number of requests that send it. */
async function statementsOf(path: string): Promise<SQL[]> {
  const sent: SQL[] = [];
  const { db } = testDeps();
  const deps = { db: listening(db, sent), now };
  const answer = await ask(path, { deps, headers: bearer('dev') });
  expect({ path, status: answer.status, text: answer.status < 400 ? '' : answer.text }).toEqual({
    path,
    status: 200,
    text: '',
  });
  return sent;
}

const listening = (db: Db, sent: SQL[]): Db =>
  new Proxy(db, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== 'execute') return value.bind(target);
      return (name: StatementName, same?: object) => (statement: SQL) => {
        sent.push(statement);
        return target.execute(name, same)(statement);
      };
    },
  });

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

interface Cost {
  /** Tables of which more than 1,000 rows were read without an index. */
  whole: string[];
  /** Indexes of observations that were read. */
  indexes: string[];
  /** Rows of observations that were read. */
  observations: number;
  /** The same for latest_observations, which has one row per listing. */
  latest: number;
  /** The largest input of a sort. */
  sorted: number;
  statements: number;
}

async function costOf(path: string): Promise<Cost> {
  const statements = await statementsOf(path);
  const none = { whole: [], indexes: [], observations: 0, latest: 0, sorted: 0 };
  const cost: Cost = { ...none, statements: statements.length };
  for (const statement of statements) {
    const [found] = await rows<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      sql`explain (analyze, timing off, format json) ${statement}`,
    );
    for (const { Plan } of found?.['QUERY PLAN'] ?? []) addNode(cost, Plan);
  }
  return { ...cost, whole: unique(cost.whole), indexes: unique(cost.indexes) };
}

const unique = (names: string[]): string[] => [...new Set(names)].sort();

function addNode(cost: Cost, node: PlanNode): void {
  if (node['Actual Loops'] === 0) return;
  const table = node['Relation Name'] ?? '';
  if (node['Node Type'] === 'Seq Scan' && seenRows(node) > 1000) cost.whole.push(table);
  if (table === 'observations') {
    if (node['Index Name'] !== undefined) cost.indexes.push(node['Index Name']);
    cost.observations += seenRows(node);
  }
  if (table === 'latest_observations') cost.latest += seenRows(node);
  for (const child of node.Plans ?? []) {
    if (node['Node Type'].endsWith('Sort')) cost.sorted = Math.max(cost.sorted, child['Actual Rows']);
    addNode(cost, child);
  }
}

// Postgres 18 shows the mean of the loops with two digits.
function seenRows(node: PlanNode): number {
  const passed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return Math.floor((node['Actual Rows'] + passed) * node['Actual Loops']);
}

beforeAll(async () => {
  await emptyDatabase();
  for (const statement of SEED) await testDeps().db.execute('test.seed')(statement);
}, 120_000);
afterAll(emptyDatabase);

const SEED = [
  sql`insert into assets (id, symbol, name, created_at)
      select 'coin-' || i, 'S' || i % ${COINS / 2}::int, 'Coin ' || i, ${FROM}::timestamptz
      from generate_series(1, ${COINS}::int) i`,
  sql`insert into listings (source, external_id, symbol, name, first_known_at, asset_id, is_resolved)
      select s, left(s, 5) || '-' || i, 'S' || i % ${COINS / 2}::int, 'Coin ' || i, ${FROM}::timestamptz, 'coin-' || i, true
      from generate_series(1, ${COINS}::int) i, unnest('{coingecko,coinpaprika}'::text[]) s`,
  sql`insert into listings (source, external_id, symbol, name, first_known_at, asset_id, is_resolved)
      values ('csv', 'yahoo:s1:-:usd:1d', 'S1', 'Coin 1', ${FROM}::timestamptz, 'coin-1', true)`,
  sql`insert into mappings (listing_id, asset_id, method, confidence, evidence, state, valid_from)
      select id, asset_id, 'symbol_and_name', 0.95, '{"symbol": "S"}', 'active', ${FROM}::timestamptz from listings`,
  // Every five minutes; for most coins only the newest twelve.
  sql`insert into observations (listing_id, kind, observed_at, revision, source, known_at, price_usd, market_cap_usd,
        volume_24h_usd, raw_payload_id, pointer, run_id, normalizer_version, flags)
      select l.id, 'spot', t.at, 1, l.source, t.at + interval '10 s', 1000000.0 / l.id, 1e12 / l.id, 1e9 / l.id,
        t.tick, '/' || l.id, t.tick, 1, '{}'
      from (select n as tick, ${FROM}::timestamptz + n * interval '5 min' as at from generate_series(1, 500) n) t
      join listings l on l.source <> 'csv' and (l.id <= 100 or t.tick > 488)
      order by t.at, l.id`,
  sql`insert into observations (listing_id, kind, observed_at, revision, source, known_at, price_usd, raw_payload_id,
        pointer, run_id, normalizer_version, flags)
      select l.id, 'bar_close', ${FROM}::timestamptz - n * interval '1 day', 1, 'csv', ${MIDDLE}::timestamptz, n, 501,
        '/' || n, 501, 1, '{}'
      from listings l, generate_series(1, 3000) n where l.source = 'csv'`,
  sql`insert into counts (listing_id, kind, source, observations, revisions, first_observed_at, last_observed_at,
        first_known_at)
      select listing_id, kind, source, count(*), count(*), min(observed_at), max(observed_at), min(known_at)
      from observations group by 1, 2, 3`,
  sql`insert into source_counts (source, kind, observations, revisions, last_observed_at)
      select source, kind, sum(observations), sum(revisions), max(last_observed_at) from counts group by 1, 2`,
  // Every fourth coin has no rank, and every ninth was last seen a year ago.
  sql`insert into latest_observations (listing_id, source, observed_at, revision, known_at, price_usd, market_cap_usd,
        volume_24h_usd, flags, beat_seconds, rank, percent_change_24h)
      select o.listing_id, o.source, o.observed_at - case when n.coin % 9 = 0 then 365 else 0 end * interval '1 day',
        o.revision, o.known_at, o.price_usd, o.market_cap_usd, o.volume_24h_usd, o.flags, 300,
        case when n.coin % 4 <> 0 then n.coin end, n.coin * 7919 % 1000 - 500
      from counts c join observations o
        on o.listing_id = c.listing_id and o.kind = c.kind and o.observed_at = c.last_observed_at
      join listings l on l.id = o.listing_id
      cross join lateral (select split_part(l.external_id, '-', 2)::int as coin) n
      where c.kind = 'spot'`,
  sql`insert into candles (listing_id, interval, open_time, open_usd, high_usd, low_usd, close_usd,
        first_observed_at, last_observed_at, count)
      select l.id, '1h', t.at, 1, 1, 1, 1, t.at, t.at, 12
      from listings l, (select ${FROM}::timestamptz + n * interval '1 hour' as at from generate_series(0, 41) n) t
      where l.id <= 1000`,
  sql`insert into runs (source, trigger, status, accepted_at, started_at, finished_at, rows_read, rows_inserted)
      select s, 'cron', 'succeeded', t.at, t.at, t.at + interval '3 s', 2000, 2000
      from (select ${FROM}::timestamptz + n * interval '5 min' as at from generate_series(1, 500) n) t,
        unnest('{coingecko,coinpaprika}'::text[]) s order by t.at`,
  sql`insert into raw_payloads (source, run_id, endpoint, url, status, headers, fetched_at, duration_ms, size_bytes,
        sha256, r2_key, encoding, loaded_at, beat_seconds)
      select source, id, 'all', 'https://x.test/', 200, '{}', started_at, 1, 1, md5(id::text), 'raw/' || id, 'identity',
        finished_at, 300
      from runs order by id`,
  sql`insert into market_totals (source, observed_at, revision, known_at, market_cap_usd, raw_payload_id, pointer,
        run_id, normalizer_version, flags)
      select source, started_at, 1, finished_at, 3e12, id, '/', id, 1, '{}' from runs`,
  sql`update tape_version set version = (select max(known_at) from observations), mode = 'live'`,
  sql`vacuum (analyze)`,
];

const SPOT = ['observations_source_observed'];
const LISTING = ['observations_listing_id_kind_observed_at_revision_pk'];
const KNOWN = ['observations_known'];
const NONE: string[] = [];
const COINS_50 = Array.from({ length: 50 }, (_, i) => `coin-${i * 7 + 1}`).join(',');
// Three ranges (source and kind) of a page, plus the row that shows whether more follow.
const PAGE = 3 * 51;

describe('/data', () => {
  test.each<[query: string, indexes: string[], observations: number]>([
    ['limit=50', SPOT, PAGE],
    ['limit=50&order=asc', SPOT, PAGE],
    ['limit=50&history=true', SPOT, PAGE],
    ['limit=50&source=coingecko', SPOT, 51],
    ['limit=50&kind=bar_close', SPOT, 51],
    [`limit=50&start_date=${FROM}&end_date=${MIDDLE}`, SPOT, PAGE],
    ['limit=50&sort=ingested_at', KNOWN, PAGE],
    ['limit=50&sort=ingested_at&order=asc', KNOWN, PAGE],
    [`limit=50&sort=ingested_at&order=asc&ingested_after=${MIDDLE}`, KNOWN, PAGE],
    // A symbol of five listings: two coins, two sources, a file.
    ['limit=50&symbol=S1', LISTING, 5 * 51],
    ['limit=50&symbol=S1,S2,S3', LISTING, 13 * 51],
    ['limit=50&external_id=coing-7', LISTING, 51],
    [`limit=50&asset=coin-7&start_date=${FROM}&end_date=${MIDDLE}`, LISTING, 2 * 51],
    ['limit=50&asset=coin-7&source=coingecko', LISTING, 51],
  ])('%s walks its indexes and takes a page from each', async (query, indexes, observations) => {
    const cost = await costOf(`/data?${query}`);
    expect(cost).toMatchObject({ indexes, statements: 1 });
    expect(cost.whole.filter((table) => table !== 'assets')).toEqual([]);
    expect(cost.observations).toBeLessThanOrEqual(observations);
    expect(cost.sorted).toBeLessThanOrEqual(observations);
  });

  test('a cursor costs the same at any depth', async () => {
    const first = await ask('/data?limit=50');
    const deep = await ask('/data?limit=50&offset=40000');
    for (const { page } of [first, deep]) {
      const cost = await costOf(`/data?cursor=${page.pagination.next_cursor}`);
      expect(cost).toMatchObject({ whole: NONE, statements: 1 });
      // Rows level with the cursor are skipped: at most one tick of each source.
      expect(cost.observations).toBeLessThanOrEqual(2 * PAGE);
      expect(cost.sorted).toBeLessThanOrEqual(PAGE);
    }
  });

  // 99,800 rows: skipped rows are counted in the index from the nearer end.
  test.each<[query: string, passed: number]>([
    ['offset=20000', 20_000],
    ['offset=20000&order=asc', 20_000],
    ['offset=98000', 1800],
    ['offset=98000&order=asc', 1800],
    ['offset=2000&source=csv', 1000],
    ['offset=60000&source=coingecko,csv&kind=spot', 12_800],
  ])('%s is found without reading the rows before it', async (query, passed) => {
    const cost = await costOf(`/data?limit=50&${query}`);
    expect(cost).toMatchObject({ whole: NONE, indexes: [...LISTING, ...SPOT], statements: 1 });
    // Each range is read one row further than needed, and the rows of the page are looked up.
    expect(cost.observations).toBeLessThanOrEqual(passed + 2 * 51 + 6);
    expect(cost.sorted).toBeLessThanOrEqual(51);
  });

  test.each<[query: string, order: 'asc' | 'desc', condition: string, offset: number]>([
    ['', 'desc', 'true', 999],
    ['', 'desc', 'true', 1000],
    ['', 'desc', 'true', 49_850],
    ['', 'desc', 'true', 50_000],
    ['', 'desc', 'true', 99_790],
    ['', 'desc', 'true', 99_800],
    ['', 'desc', 'true', 1_000_000],
    ['', 'asc', 'true', 30_007],
    ['', 'asc', 'true', 90_009],
    ['&source=coinpaprika', 'desc', `o.source = 'coinpaprika'`, 20_011],
    ['&kind=spot&source=coingecko,csv', 'asc', `o.source <> 'coinpaprika' and o.kind = 'spot'`, 40_001],
    ['&kind=bar_close', 'desc', `o.kind = 'bar_close'`, 2990],
  ])(
    'offset counts the rows that the order puts before it%s (%s, %s, %i)',
    async (query, order, condition, offset) => {
      const expected = await rows<{ id: string }>(sql`
      select o.source || '_' || l.external_id || '_' || o.kind || '_'
        || (extract(epoch from o.observed_at) * 1000000)::bigint || '_' || o.revision as id
      from observations o join listings l on l.id = o.listing_id
      where ${sql.raw(condition)}
      order by ${sql.raw(['observed_at', 'listing_id', 'kind', 'revision'].map((key) => `o.${key} ${order}`).join(', '))}
      limit 50 offset ${offset}::int`);
      const { page } = await ask(`/data?limit=50&order=${order}&offset=${offset}${query}`);
      expect(page.data.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    },
  );

  test.each<[query: string, most: number]>([
    // The file was not known then; of the polled rows, only those of the last seconds before.
    [`limit=50&source=coingecko,coinpaprika&as_of=${MIDDLE}`, 2 * PAGE],
    [`limit=50&asset=coin-7&as_of=${MIDDLE}`, PAGE],
    [`limit=50&sort=ingested_at&as_of=${MIDDLE}`, PAGE],
  ])('%s does not read later rows', async (query, most) => {
    const cost = await costOf(`/data?${query}`);
    expect(cost).toMatchObject({ whole: NONE, statements: 1 });
    expect(cost.observations).toBeLessThanOrEqual(most);
  });

  test('a conditional request of an unchanged page searches nothing', async () => {
    const version = String(
      (await rows<{ version: string }>(sql`select version from tape_version`))[0]?.version,
    );
    const cost = await costOf(
      `/data?limit=50&ingested_after=${encodeURIComponent(version.replace(' ', 'T'))}`,
    );
    expect(cost).toMatchObject({ whole: NONE, indexes: KNOWN, observations: 0 });
  });

  // Their number is counted: a row per listing, for any number of observations.
  test.each([
    'limit=50',
    'limit=50&order=asc',
    'limit=50&sort=price_usd',
    'limit=50&sort=volume_24h_usd&order=asc',
    'limit=50&sort=created_at',
    'limit=50&max_age=100000000',
  ])('latest=true&%s takes a page of the ready rows in order', async (query) => {
    const cost = await costOf(`/data?latest=true&${query}`);
    expect(cost).toMatchObject({ indexes: NONE, observations: 0, statements: 1 });
    expect(cost.whole).not.toContain('listings');
    expect(cost.sorted).toBeLessThanOrEqual(102);
  });

  test('latest=true of a symbol looks up its listings', async () => {
    expect(await costOf('/data?latest=true&symbol=S1')).toMatchObject({ whole: NONE, observations: 0 });
  });

  test('latest=true at an older version looks up one row per listing', async () => {
    const cost = await costOf(`/data?latest=true&limit=50&as_of=${MIDDLE}`);
    expect(cost.whole).not.toContain('observations');
    expect(cost.observations).toBeLessThanOrEqual(2 * COINS);
  });
});

describe('/changes', () => {
  // A version of coingecko has 100 rows; at the end, it and coinpaprika have versions of 2,000. A page reads the
  // rest of its last version, up to the first row after that, and looks up each of its rows.
  test.each<[query: string, observations: number]>([
    ['source=coingecko', 101 + 51],
    [`source=coingecko&since=${MIDDLE}`, 101 + 51],
    ['source=coingecko&since=2026-11-02T17:40:00Z', COINS + 51],
    [`kind=spot&since=${MIDDLE}`, 101 + COINS + 1 + 51],
    ['source=coingecko&since=2026-11-02T17:41:00Z', 0],
  ])('%s reads a page and its last version', async (query, observations) => {
    const cost = await costOf(`/changes?limit=50&${query}`);
    expect(cost.statements).toBe(1);
    expect(cost.whole.filter((table) => !['listings', 'listing_events'].includes(table))).toEqual([]);
    expect(
      cost.indexes.filter((index) => ![...KNOWN, ...LISTING, 'observations_ended'].includes(index)),
    ).toEqual([]);
    expect(cost.observations).toBeLessThanOrEqual(observations);
  });

  test('a cursor within a version reads the rest of that version', async () => {
    const first = await ask(`/changes?limit=20&source=coingecko&since=${MIDDLE}`);
    const cost = await costOf(`/changes?limit=50&cursor=${first.page.pagination.next_cursor}`);
    expect(cost.observations).toBeLessThanOrEqual(150 + 51);
  });
});

describe('/assets', () => {
  // Their number is counted, with max_age only the recent ones: a row per listing.
  const COUNTED = ['assets', 'listings'];

  test.each<[query: string, whole?: string[]]>([
    [''],
    ['order=desc'],
    ['sort=market_cap_usd'],
    ['max_age=3600', ['latest_observations']],
    ['by cursor'],
  ])('%s takes a page in the order of an index', async (query, whole = []) => {
    const before = await ask('/assets?limit=50&offset=700', { deps: { now } });
    const { next_cursor } = before.page.pagination;
    const cost = await costOf(`/assets?limit=50&${query === 'by cursor' ? `cursor=${next_cursor}` : query}`);
    expect(cost.statements).toBe(1);
    expect(cost.whole.filter((table) => ![...COUNTED, ...whole].includes(table))).toEqual([]);
    // The newest bar of coin 1 takes part wherever prices are compared.
    expect(cost.observations).toBeLessThanOrEqual(3);
    expect(cost.sorted).toBeLessThanOrEqual(51);
    // For each skipped row, the others of its asset are looked up.
    expect(cost.latest).toBeLessThanOrEqual(51 * 12 + (whole.length > 0 ? 2 * 2 * COINS : 0));
  });

  test.each<[sort: string, whole: string[]]>([
    ['percent_change_24h', ['latest_observations']],
    ['name', ['latest_observations']],
    // It has an index, in which the newest rows of a source that does not answer may lie before all others.
    ['created_at', []],
  ])('by %s a page looks at each coin a few times, and reads only its own', async (sort, whole) => {
    const cost = await costOf(`/assets?limit=50&sort=${sort}`);
    expect(cost.statements).toBe(1);
    expect(cost.whole.filter((table) => ![...COUNTED, ...whole].includes(table))).toEqual([]);
    expect(cost.observations).toBeLessThanOrEqual(3);
    expect(cost.sorted).toBeLessThanOrEqual(2 * COINS);
    expect(cost.latest).toBeLessThanOrEqual(51 * 12 + 2 * 2 * COINS);
  });

  test('of a search only what is shown is read', async () => {
    const cost = await costOf('/assets?limit=50&q=coin');
    expect(cost.statements).toBe(1);
    // Each row of a match once, and the bar of the file.
    expect(cost.sorted).toBeLessThanOrEqual(2 * COINS + 1);
    expect(cost.latest).toBeLessThanOrEqual(2 * COINS + 51 * 14);
    expect(cost.observations).toBeLessThanOrEqual(6);
  });

  test.each(['rank', 'market_cap_usd', 'percent_change_24h', 'created_at'])(
    'by %s a page far behind the first places all coins at once',
    async (sort) => {
      const cost = await costOf(`/assets?limit=50&offset=1500&sort=${sort}`);
      expect(cost.statements).toBe(1);
      expect(cost.whole).not.toContain('observations');
      // Each row once, and those of the page a few times more.
      expect(cost.latest).toBeLessThanOrEqual(2 * COINS + 51 * 14);
      expect(cost.observations).toBeLessThanOrEqual(6);
    },
  );

  test.each([
    'sort=rank',
    'sort=market_cap_usd&order=asc',
    'sort=percent_change_24h',
    'sort=name&order=desc',
  ])('%s has the same rows far behind the first as a walk by cursor', async (query) => {
    const walked: unknown[] = [];
    let path: string | null = `/assets?${query}&limit=1000`;
    while (path !== null) {
      const { page } = await ask(path, { deps: { now } });
      walked.push(...page.data.map(({ asset }) => asset));
      const { next_cursor } = page.pagination;
      path = next_cursor === null ? null : `/assets?limit=1000&cursor=${next_cursor}`;
    }
    expect(walked).toHaveLength(COINS);
    const deep = await ask(`/assets?${query}&offset=1700&limit=200`, { deps: { now } });
    expect(deep.column('asset')).toEqual(walked.slice(1700, 1900));
    const rest = await ask(`/assets?cursor=${deep.page.pagination.next_cursor}`, { deps: { now } });
    expect(rest.column('asset')).toEqual(walked.slice(1900));
  });

  test('old rows are skipped on the way, and found after all others', async () => {
    const before = await ask('/assets?limit=50&offset=1850', { deps: { now } });
    const cost = await costOf(`/assets?limit=50&cursor=${before.page.pagination.next_cursor}`);
    expect(cost.whole.filter((table) => !COUNTED.includes(table))).toEqual([]);
    expect(cost.latest).toBeLessThanOrEqual(2 * COINS);
    expect(cost.sorted).toBeLessThanOrEqual(2 * 51 + 10);
  });
});

describe('other reads', () => {
  test.each<[path: string, whole: string[], observations: number]>([
    // The newest row of each source, in its first revision.
    ['/health', NONE, 2 * 2],
    ['/stats', ['listings'], 0],
    // For many inputs the planner may prefer to walk all listings. There is a row per listing, and coin 1 has
    // three. Postgres 15 shows only whole means, so it also counts the file's, which has none.
    [`/prices?asset=${COINS_50}`, ['listings'], 101],
    ['/prices?symbol=S1,S2', ['listings'], 9],
    [`/prices?asset=${COINS_50}&at=${MIDDLE}`, ['listings'], 101],
    [`/prices?asset=coin-1&as_of=${MIDDLE}`, ['listings'], 20],
    ['/assets/coin-7', NONE, 0],
    ['/assets/coin-7/divergence', NONE, 0],
    // Once for the version of the answer, once for the row.
    ['/observations/coingecko_coing-7_spot_1793491500000000_1', NONE, 2],
    ['/runs?limit=50', ['runs'], 0],
    ['/runs/7', NONE, 0],
    ['/candles?asset=coin-7&interval=1h', NONE, 0],
    ['/candles?asset=coin-7&interval=1h&basis=observed', NONE, 0],
    ['/candles?asset=coin-7&interval=1d', NONE, 0],
    ['/candles?asset=coin-1&source=csv&interval=1d&basis=reported&limit=50', NONE, 3051],
    // Counted or compared as a whole: as many rows as there are listings. The newest bar of coin 1 takes part
    // wherever prices are compared.
    ['/divergence?limit=50', ['latest_observations', 'listings'], 0],
  ])('%s', async (path, whole, observations) => {
    const cost = await costOf(path);
    expect(cost.statements).toBe(1);
    expect(cost.observations).toBeLessThanOrEqual(observations);
    expect(cost.whole.filter((table) => table !== 'assets' && !whole.includes(table))).toEqual([]);
  });
});
