import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { queueReplay } from '../../../src/db/replays/lifecycle.ts';
import { poll } from '../../../src/ingest/poll/run.ts';
import { maintain } from '../../../src/ingest/upkeep/maintain.ts';
import { replay } from '../../../src/ingest/upkeep/replay.ts';
import { NORMALIZER_VERSION, POLLED_SOURCES } from '../../../src/sources/registry.ts';
import { candleValues, makeCandles } from '../../support/candles.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask, bearer } from '../../support/http.ts';
import { type SeedRow, seed } from '../../support/tape.ts';
import { coinpaprikaUrl, forgetScript, script, ticker } from '../../support/upstream.ts';

const NOW = '2026-03-20T12:34:56Z';
const HORIZON = '2026-03-10T00:00:00Z';

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
  // The reply of the seeded rows.
  await rows(sql`
    insert into raw_payloads (source, run_id, endpoint, url, status, headers, fetched_at, duration_ms, size_bytes,
      sha256, r2_key, encoding)
    values ('coinpaprika', 1, 'x', 'https://upstream.test/x', 200, '{}', '2026-03-01Z', 1, 1, 'x', 'x', 'gzip')`);
});

async function thin(now = NOW): Promise<void> {
  const deps = testDeps({ now: () => new Date(now) }, { KEEP_OBSERVATIONS_DAYS: '10' });
  expect(await maintain(deps)).toBe('done');
}

const at = (observed_at: string, price_usd: string, more: Partial<SeedRow> = {}): SeedRow => ({
  source: 'coinpaprika',
  external_id: 'a',
  symbol: 'A',
  observed_at,
  price_usd,
  ...more,
});
const OLD = [
  at('2026-03-01T09:10:00Z', '1'),
  at('2026-03-01T09:20:00Z', '2'),
  at('2026-03-01T09:30:00Z', '3'),
];
const YOUNG = [
  at('2026-03-10T00:00:00Z', '4'),
  at('2026-03-12T09:10:00Z', '5', { superseded_at: '2026-03-13Z' }),
  at('2026-03-12T09:10:00Z', '6', { revision: 2, known_at: '2026-03-13Z' }),
  at('2026-03-20T12:00:00Z', '7'),
];
const FILE = at('2026-01-01Z', '8', { source: 'csv', external_id: 'canonical:a' });

async function seedThinned(): Promise<void> {
  const { db } = testDeps();
  await seed(db, [...OLD, ...YOUNG, FILE]);
  await makeCandles(db);
  await thin();
}

const problem = async (path: string) => {
  const { status, json } = await ask(path);
  return [status, (json as { code?: string }).code, (json as { earliest?: string }).earliest];
};
const GONE = [410, 'beyond_retention', HORIZON];

describe('as_of', () => {
  it('before the horizon is 410 with the earliest instant', async () => {
    await seedThinned();
    for (const path of [
      '/data?as_of=2026-03-09T23:59:59.999999Z',
      '/data?as_of=2026-03-01T09:25:00Z&symbol=A',
      '/data?as_of=2026-03-01&history=true',
      '/data?as_of=2026-03-01&latest=true',
      '/prices?symbol=A&as_of=2026-03-09',
    ])
      expect(await problem(path), path).toEqual(GONE);
  });

  it('from the horizon on returns the same as it did then', async () => {
    const { db } = testDeps();
    await seed(db, [...OLD, ...YOUNG, FILE]);
    await makeCandles(db);
    const moments = [HORIZON, '2026-03-12T10:00:00Z', '2026-03-13T00:00:00Z', '2026-03-20T12:00:00Z'];
    const answers = () =>
      Promise.all(
        moments.flatMap((moment) => [
          ask(`/data?as_of=${moment}&start_date=${HORIZON}&history=true`),
          ask(`/data?as_of=${moment}&latest=true`),
          ask(`/prices?symbol=A&as_of=${moment}`),
        ]),
      ).then((all) => all.map(({ json }) => (json as { data: unknown }).data));
    const before = await answers();
    await thin();
    expect(await answers()).toEqual(before);
  });

  it('is answered for rows that are never thinned', async () => {
    await seedThinned();
    for (const filter of ['source=csv', 'kind=bar_close', `start_date=${HORIZON}`])
      expect((await ask(`/data?as_of=2026-01-02&${filter}`)).status, filter).toBe(200);
    expect((await ask('/data?as_of=2026-01-02&source=csv')).column('price_usd')).toEqual([8]);
  });
});

describe('/data', () => {
  it('returns thinned_before if it reaches back before the horizon', async () => {
    await seedThinned();
    const { page } = await ask('/data');
    expect(page.data.map((row) => row.price_usd)).toEqual([7, 6, 4, 3, 8]);
    expect(page.pagination.total).toBe(5);
    expect(page.meta.thinned_before).toBe(HORIZON);
    expect((await ask(`/data?start_date=${HORIZON}`)).page.meta).not.toHaveProperty('thinned_before');
    expect((await ask('/data?source=csv')).page.meta).not.toHaveProperty('thinned_before');
  });

  it('has no thinned_before if nothing was ever thinned', async () => {
    await seed(testDeps().db, OLD);
    expect((await ask('/data')).page.meta).not.toHaveProperty('thinned_before');
  });

  it('refuses a change feed that would miss changes', async () => {
    await seedThinned();
    expect(await problem('/data?ingested_after=2026-03-09')).toEqual(GONE);
    const feed = await ask('/data?ingested_after=2026-03-12T12:00:00Z&sort=ingested_at&order=asc');
    expect(feed.column('price_usd')).toEqual([6, 7]);
  });
});

describe('paging while rows are thinned', () => {
  const cursorOf = async (query: string) =>
    encodeURIComponent((await ask(`/data?${query}`)).page.pagination.next_cursor ?? '');

  beforeEach(async () => {
    const { db } = testDeps();
    await seed(db, [...OLD, ...YOUNG]);
    await makeCandles(db);
  });

  it('continues while its pages are above the horizon', async () => {
    const cursor = await cursorOf('limit=1');
    await thin();
    const { page } = await ask(`/data?cursor=${cursor}&limit=1`);
    expect(page.data.map((row) => row.price_usd)).toEqual([6]);
    const next = encodeURIComponent(page.pagination.next_cursor ?? '');
    expect(await problem(`/data?cursor=${next}&limit=10`)).toEqual(GONE);
  });

  it.each(['limit=1&order=asc', 'limit=3', 'limit=1&sort=ingested_at&order=asc', 'limit=1&as_of=2026-03-14'])(
    '%s is refused instead of returning too few rows',
    async (query) => {
      const cursor = await cursorOf(query);
      await thin();
      expect(await problem(`/data?cursor=${cursor}&limit=10`)).toEqual(GONE);
    },
  );

  it('upwards is complete after the horizon', async () => {
    const cursor = await cursorOf('limit=4&order=asc');
    await thin();
    expect((await ask(`/data?cursor=${cursor}`)).column('price_usd')).toEqual([6, 7]);
  });

  it('over rows that are not thinned continues', async () => {
    const cursor = await cursorOf(`limit=1&start_date=${HORIZON}`);
    await thin();
    expect((await ask(`/data?cursor=${cursor}&limit=10`)).column('price_usd')).toEqual([6, 4]);
  });

  it('that began afterwards sees the remaining rows', async () => {
    await thin();
    const cursor = await cursorOf('limit=1&as_of=2026-03-14');
    expect((await ask(`/data?cursor=${cursor}&limit=10`)).column('price_usd')).toEqual([4, 3]);
  });
});

it('a thinned id is 410, and an id that never existed is unknown', async () => {
  await seedThinned();
  const id = (time: string, revision = 1) => `coinpaprika_a_spot_${Date.parse(time)}000_${revision}`;
  for (const path of [
    `/observations/${id('2026-03-01T09:20:00Z')}`,
    `/observations/${id('2026-03-01T09:20:00Z')}/proof`,
  ])
    expect(await problem(path), path).toEqual(GONE);
  for (const unknown of [
    id('2026-03-01T09:40:00Z'),
    id('2026-03-12T09:00:00Z'),
    id('2026-03-20T12:00:00Z', 2),
  ])
    expect(await problem(`/observations/${unknown}`), unknown).toEqual([404, 'not_found', undefined]);
});

describe('a row that arrives late', () => {
  let clock_s = 0;

  async function pollTicker(last_updated: string, price: string): Promise<void> {
    const [source] = POLLED_SOURCES.filter(({ id }) => id === 'coinpaprika');
    if (source === undefined) throw new Error('no coinpaprika');
    await script('/coinpaprika/tickers', {
      body: `[${ticker({ id: 'a', symbol: 'A', price, last_updated })}]`,
    });
    clock_s += 1;
    const now = () => new Date(Date.parse(NOW) + clock_s * 1000);
    const request = {
      endpoint: 'tickers',
      url: `${coinpaprikaUrl()}/tickers`,
      headers: {},
      every_minutes: 1,
    };
    const result = await poll(testDeps({ now }), { source, requests: [request] });
    if (result.outcome !== 'ended') throw new Error(result.outcome);
  }

  const flagged = () =>
    rows(
      sql`select price_usd from observations where 'after_thinning' = any(flags) order by observed_at, revision`,
    );

  it('to a frozen bucket is kept and flagged, and its candle stays', async () => {
    await seedThinned();
    const before = await candleValues();
    await pollTicker('2026-03-01T09:25:00Z', '99');
    expect(await candleValues()).toEqual(before);
    expect(await flagged()).toEqual([{ price_usd: '99' }]);
    expect((await ask('/data?end_date=2026-03-01T10:00:00Z&source=coinpaprika')).page.data).toMatchObject([
      { price_usd: 3, flags: [] },
      { price_usd: 99, flags: ['stale', 'after_thinning'] },
    ]);
  });

  it('that corrects a remaining row of a frozen bucket is flagged', async () => {
    await seedThinned();
    await pollTicker('2026-03-01T09:30:00Z', '99');
    expect(await flagged()).toEqual([{ price_usd: '99' }]);
  });

  it('and is the newest of its listing shows the flag there too', async () => {
    const { db } = testDeps();
    await seed(db, OLD);
    await makeCandles(db);
    await thin();
    await pollTicker('2026-03-01T09:50:00Z', '99');
    expect((await ask('/data?latest=true')).page.data).toMatchObject([
      { price_usd: 99, flags: ['stale', 'anomaly', 'after_thinning'] },
    ]);
  });

  it('to a bucket that lost nothing joins its candle', async () => {
    await seedThinned();
    await pollTicker('2026-03-10T00:30:00Z', '99');
    expect(await flagged()).toEqual([]);
    expect(
      await rows(sql`select close_usd from candles where open_time = '2026-03-10Z' and interval = '1h'`),
    ).toEqual([{ close_usd: '99' }]);
  });

  it('repeats a stored value without a flag', async () => {
    await seedThinned();
    await rows(sql`update observations set market_cap_usd = 835075076863, volume_24h_usd = 42325120266.691,
      percent_change_24h = -4.01 where price_usd = 3`);
    await pollTicker('2026-03-01T09:30:00Z', '3');
    expect(await flagged()).toEqual([]);
    expect(await rows(sql`select rows_duplicate::int from runs`)).toEqual([{ rows_duplicate: 1 }]);
  });

  it('is proved, and a replay finds no difference', async () => {
    await seedThinned();
    await pollTicker('2026-03-01T09:25:00Z', '99');
    const { page } = await ask('/data?end_date=2026-03-01T09:26:00Z&source=coinpaprika');
    const { json } = await ask(`/observations/${page.data[0]?.id}/proof`);
    expect(json).toMatchObject({
      data: {
        matches: true,
        values: {
          flags: {
            served: ['stale', 'after_thinning'],
            recomputed: ['stale', 'after_thinning'],
            matches: true,
          },
        },
      },
    });
    expect(await compare()).toMatchObject({ rows: { unchanged: 1, changed: 0, new: 0, gone: 0 } });
  });

  it('and was thinned later is not restored by a replay', async () => {
    const { db } = testDeps();
    await seed(db, [at('2026-03-12T09:30:00Z', '3')]);
    await makeCandles(db);
    await pollTicker('2026-03-12T09:20:00Z', '2');
    await rows(sql`update observations set known_at = observed_at`);
    await thin('2026-04-20Z');
    expect(await rows(sql`select price_usd from observations`)).toEqual([{ price_usd: '3' }]);
    expect(await compare()).toMatchObject({
      rows: { unchanged: 0, changed: 0, new: 0, gone: 0, skipped: 1 },
    });
  });
});

async function compare(): Promise<unknown> {
  const everything = {
    source: null,
    fetched_from: null,
    fetched_before: null,
    run_id: null,
    upload_id: null,
  };
  const { db } = testDeps();
  const [row] = await queueReplay(db, everything, NORMALIZER_VERSION);
  while ((await replay(testDeps(), { replay_id: Number(row?.id) })) !== 'done');
  return ((await ask(`/replays/${row?.id}`, { headers: bearer('dev') })).json as { data: unknown }).data;
}

it('/stats shows the retention settings, the removed rows, and when', async () => {
  const shown = async (vars: Record<string, string> = {}) =>
    ((await ask('/stats', { vars })).json as { retention: unknown }).retention;
  expect(await shown()).toEqual({
    keep_observations_days: null,
    keep_raw_days: null,
    thinned_before: null,
    rows_removed: 0,
    payloads_expired: 0,
    maintained_at: null,
  });
  await seedThinned();
  expect(await shown({ KEEP_OBSERVATIONS_DAYS: '10', KEEP_RAW_DAYS: '30' })).toEqual({
    keep_observations_days: 10,
    keep_raw_days: 30,
    thinned_before: HORIZON,
    rows_removed: 2,
    payloads_expired: 0,
    maintained_at: expect.stringMatching(/Z$/),
  });
});
