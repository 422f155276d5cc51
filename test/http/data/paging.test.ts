import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { ask, type Page, respond } from '../../support/http.ts';
import { type SeedRow, seed } from '../../support/tape.ts';

const { db } = testDeps();

const row = (n: number, known_at: string, more: Partial<SeedRow> = {}): SeedRow => ({
  source: n % 2 ? 'coingecko' : 'coinpaprika',
  external_id: `coin-${n % 5}`,
  symbol: `C${n % 5}`,
  // Two coins share each instant, so pages end between equal instants.
  observed_at: new Date(Date.UTC(2025, 0, 1, 0, Math.floor(n / 2))).toISOString(),
  known_at,
  price_usd: String(n),
  market_cap_usd: n % 3 === 0 ? null : String(n % 4),
  ...more,
});

beforeEach(async () => {
  await emptyDatabase();
  await seed(
    db,
    Array.from({ length: 20 }, (_, n) => row(n, '2025-02-01T00:00:00Z')),
  );
});

/** Follows `next` to the end, letting `meanwhile` change the tape after the first page. */
async function walk(path: string, meanwhile: () => Promise<void> = async () => {}): Promise<Page[]> {
  const pages = [(await ask(path)).page];
  await meanwhile();
  for (let next = pages[0]?.pagination.next; next; next = pages.at(-1)?.pagination.next) {
    const answer = await ask(next);
    expect(answer.status).toBe(200);
    pages.push(answer.page);
  }
  return pages;
}

const ids = (pages: Page[]) => pages.flatMap((page) => page.data.map((r) => r.id));
const addRows = () =>
  seed(db, [
    row(30, '2025-02-02T00:00:00Z'),
    row(3, '2025-02-02T00:00:00Z', { observed_at: '2025-01-01T00:01:30Z' }),
    // A correction of a row that the walk has not reached yet.
    row(0, '2025-02-02T00:00:00Z', { revision: 2, price_usd: '99' }),
  ]).then(() =>
    db
      .execute('test.raw')(sql`
        update observations o set superseded_at = '2025-02-02Z'
        from listings l
        where l.id = o.listing_id and l.external_id = 'coin-0' and o.source = 'coinpaprika'
          and o.observed_at = '2025-01-01Z' and o.revision = 1`)
      .then(() => {}),
  );

test.for([
  'limit=3',
  'limit=3&order=asc',
  'limit=4&symbol=C0,C1,C3',
  'limit=3&sort=ingested_at',
  'limit=3&sort=ingested_at&order=asc&source=coingecko,coinpaprika',
  'limit=2&latest=true',
  'limit=2&latest=true&order=asc&sort=price_usd',
  'limit=3&latest=true&sort=created_at',
])('a walk of %s sees each row of its first moment once, whatever arrives', async (query) => {
  const whole = (await ask(`/data?${query.replace(/limit=\d+/, 'limit=1000')}`)).page;
  const pages = await walk(`/data?${query}`, addRows);
  expect(pages.length).toBeGreaterThan(2);
  expect(ids(pages)).toEqual(ids([whole]));
  expect(pages.map((page) => page.pagination.total)).toEqual(pages.map(() => whole.pagination.total));
  expect(pages.at(-1)?.pagination).toMatchObject({ next: null, next_cursor: null, offset: null });
});

test('a cursor works alone, with the same filters, and with another view', async () => {
  const { next_cursor } = (await ask('/data?symbol=c1&limit=1&fields=id')).page.pagination;
  const alone = await ask(`/data?cursor=${next_cursor}`);
  expect(alone.page.data).toEqual([{ id: 'coingecko_coin-1_spot_1735689900000000_1' }]);
  expect((await ask(`/data?cursor=${next_cursor}&ticker=C1`)).page.data).toEqual(alone.page.data);
  const wider = await ask(`/data?cursor=${next_cursor}&limit=2&fields=price_usd`);
  expect(wider.page.data).toEqual([{ price_usd: 11 }, { price_usd: 6 }]);
  expect(wider.page.pagination.limit).toBe(2);
});

test.for([
  ['other filters', (cursor: string) => `/data?cursor=${cursor}&symbol=C2`, 'invalid_cursor'],
  ['an offset', (cursor: string) => `/data?cursor=${cursor}&offset=1`, 'invalid_request'],
  ['another list', (cursor: string) => `/runs?cursor=${cursor}`, 'invalid_cursor'],
  ['a cut', (cursor: string) => `/data?cursor=${cursor.slice(0, -9)}`, 'invalid_cursor'],
  ['garbage', () => '/data?cursor=zzz', 'invalid_cursor'],
] as const)('a cursor with %s is a problem', async ([, path, code]) => {
  const { next_cursor } = (await ask('/data?symbol=C1&limit=1')).page.pagination;
  const answer = await ask(path(next_cursor ?? ''));
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({ code });
});

test.for([
  { after: ["2025-01-01T00:00:00Z'", 1, 'spot', 1] },
  { after: ['2025-01-01T00:00:00Z', 9e15, 'spot', 1] },
  { after: ['2025-01-01T00:00:00Z', 1, 'bogus', 1] },
  { after: [] },
  { sort: 'data known_at desc' },
  { version: 'infinity' },
])('a forged cursor is a problem, never an error of ours: %o', async (change) => {
  const { next_cursor } = (await ask('/data?limit=1')).page.pagination;
  const payload = JSON.parse(atob((next_cursor ?? '').replaceAll('-', '+').replaceAll('_', '/')));
  const forged = btoa(JSON.stringify({ ...payload, ...change })).replaceAll('=', '');
  const answer = await ask(`/data?cursor=${forged}`);
  expect(answer.json).toMatchObject({ status: 400, code: 'invalid_cursor' });
});

const MANY = 4501; // three slices

async function seedMany(): Promise<void> {
  await emptyDatabase();
  await seed(db, [row(1, '2025-02-01T00:00:00Z')]);
  await db.execute('test.raw')(sql`
    insert into observations (listing_id, kind, observed_at, revision, source, known_at, price_usd,
      raw_payload_id, pointer, run_id, normalizer_version, flags)
    select 1, 'spot', '2025-03-01Z'::timestamptz + n * interval '1 second', 1, 'coingecko', '2025-03-02Z', n, 1, '/0',
      1, 1, '{}' from generate_series(2, ${MANY}::int) n`);
  await seed(db, []);
}

test('an export without limit streams every match as of one instant', async () => {
  await seedMany();
  const response = await respond('/data?format=csv&fields=price_usd');
  await seed(db, [row(1, '2025-04-01T00:00:00Z', { observed_at: '2025-02-01T00:00:00Z' })]);
  const lines = (await response.text()).trimEnd().split('\r\n');
  expect(lines).toHaveLength(MANY + 1);
  expect(new Set(lines).size).toBe(MANY + 1);
  expect([lines[0], lines[1], lines.at(-1)]).toEqual(['price_usd', String(MANY), '1']);
  expect(response.headers.get('X-Complete-Through')).toBe('2025-03-02T00:00:00Z');
  const ndjson = await ask('/data?format=ndjson&fields=price_usd');
  expect(ndjson.text.trimEnd().split('\n')).toHaveLength(MANY + 1);
});

test('an export that fails midway breaks the connection and never looks complete', async () => {
  await seedMany();
  let statements = 0;
  const failing = new Proxy(db, {
    get(target, name) {
      if (name !== 'execute') return Reflect.get(target, name);
      statements += 1;
      return statements === 1 ? target.execute.bind(target) : () => () => Promise.reject(new Error('cut'));
    },
  });
  const response = await respond('/data?format=csv', { deps: { db: failing } });
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
});

test('CSV and NDJSON with limit are pages', async () => {
  const csv = await ask('/data?format=csv&limit=2&fields=price_usd');
  expect(csv.text).toBe('price_usd\r\n19\r\n18\r\n');
  const next = /^<(\/data\?[^>]+)>; rel="next"$/.exec(csv.header('Link') ?? '')?.[1];
  expect((await ask(next ?? '')).text).toBe('price_usd\r\n17\r\n16\r\n');
});

test('offset pages too', async () => {
  const answer = await ask('/data?limit=2&offset=18&decimals=string');
  expect(answer.column('price_usd')).toEqual(['1', '0']);
  expect(answer.page.pagination).toMatchObject({ offset: 18, returned: 2, total: 20, next: null });
  expect((await ask('/data?offset=1000000')).page.data).toEqual([]);
  // Only files have bars: there is no range to count in the index.
  const none = await ask('/data?source=coingecko&kind=bar_close&offset=5000');
  expect([none.status, none.page.data, none.page.pagination.total]).toEqual([200, [], 0]);
});

test('the longest filters fit into a cursor, and longer ones are refused at once', async () => {
  const ids = Array.from({ length: 99 }, (_, n) => `${'é'.repeat(25)}${n}`);
  const first = await ask(`/data?external_id=${ids},coin-1&limit=1`);
  const next = first.page.pagination.next ?? '';
  expect((await ask(next)).page.data).toHaveLength(1);
  const longer = await ask(`/data?external_id=${ids.map((id) => `${id}${id}`)}`);
  expect(longer.json).toMatchObject({ status: 400, detail: 'query holds more than 6000 bytes of filters.' });
});
