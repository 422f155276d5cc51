import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../../../src/db/client.ts';
import { planThinning, raiseHorizon } from '../../../src/db/retention/thin.ts';
import { openVersion } from '../../../src/db/tape/version.ts';
import type { Deps } from '../../../src/deps.ts';
import { poll } from '../../../src/ingest/poll/run.ts';
import { tick } from '../../../src/ingest/queue/tick.ts';
import { maintain } from '../../../src/ingest/upkeep/maintain.ts';
import { POLLED_SOURCES } from '../../../src/sources/registry.ts';
import { candleValues, makeCandles } from '../../support/candles.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { type SeedRow, seed } from '../../support/tape.ts';
import { coinpaprikaUrl, forgetScript, script, ticker } from '../../support/upstream.ts';

const NOW = new Date('2026-03-20T12:34:56Z');
/** Ten days are kept in full: rows before 10 March are thinned by hour, rows before 8 February by day. */
const keep = (replaced: Partial<Deps> = {}) =>
  testDeps({ now: () => NOW, ...replaced }, { KEEP_OBSERVATIONS_DAYS: '10' });

beforeEach(emptyDatabase);

/** Maintains to the end; returns how many messages it took. */
async function maintainAll(deps: Deps = keep()): Promise<number> {
  for (let slices = 1; ; slices += 1) {
    const outcome = await maintain(deps);
    if (outcome === 'done') return slices;
    if (outcome !== 'continue') throw new Error(`It is busy for ${outcome.busy_seconds} s.`);
  }
}

const reading = (observed_at: string, price_usd: string | null, more: Partial<SeedRow> = {}): SeedRow => ({
  external_id: 'a',
  observed_at,
  price_usd,
  ...more,
});

async function seedWithCandles(seeds: SeedRow[]): Promise<void> {
  const { db } = testDeps();
  await seed(db, seeds);
  await makeCandles(db);
}

const left = () =>
  rows<{ at: string; price: string }>(sql`
    select to_char(o.observed_at at time zone 'utc', 'MM-DD HH24:MI') as at, o.price_usd as price
    from observations o join listings l on l.id = o.listing_id
    order by l.source, l.external_id, o.kind, o.observed_at, o.revision`);
const leftAt = async () => (await left()).map(({ at }) => at);

const frozen = async () =>
  (
    await rows<{ name: string }>(sql`
      select interval || to_char(open_time at time zone 'utc', ' MM-DD HH24') as name from candles
      where frozen order by interval, open_time`)
  ).map(({ name }) => name);

const version = async () =>
  (await rows<{ version: string }>(sql`select version from tape_version`))[0]?.version;

/** Counts that disagree with the rows; there must be none. */
const wrongCounts = () =>
  rows(sql`
    select * from (
      select listing_id, kind, source, count(*) filter (where superseded_at is null) as observations,
        count(*) as revisions, min(observed_at) filter (where superseded_at is null) as first_observed_at,
        max(observed_at) filter (where superseded_at is null) as last_observed_at
      from observations group by listing_id, kind, source
    ) o
    full join counts c using (listing_id, kind, source, observations, revisions, first_observed_at, last_observed_at)
    where o.observations is null or c.listing_id is null`);
const wrongSourceCounts = () =>
  rows(sql`
    select * from (
      select source, kind, count(*) filter (where superseded_at is null) as observations, count(*) as revisions
      from observations group by source, kind
    ) o full join source_counts c using (source, kind, observations, revisions)
    where c.last_observed_at is null`);

describe('old observations', () => {
  it('are thinned to the last of each hour, and newer ones stay complete', async () => {
    await seedWithCandles([
      reading('2026-03-09T22:10:00Z', '1'),
      reading('2026-03-09T22:40:00Z', '4'),
      reading('2026-03-09T22:59:59.999999Z', '2'),
      reading('2026-03-09T23:00:00Z', '3'),
      reading('2026-03-09T23:30:00Z', '5'),
      reading('2026-03-10T00:00:00Z', '6'),
      reading('2026-03-10T00:05:00Z', '7'),
      reading('2026-03-20T12:00:00Z', '8'),
    ]);
    await maintainAll();
    expect(await left()).toEqual([
      { at: '03-09 22:59', price: '2' },
      { at: '03-09 23:30', price: '5' },
      { at: '03-10 00:00', price: '6' },
      { at: '03-10 00:05', price: '7' },
      { at: '03-20 12:00', price: '8' },
    ]);
    expect(await wrongCounts()).toEqual([]);
    expect(await wrongSourceCounts()).toEqual([]);
  });

  it('are thinned to the last of each day at four times the age', async () => {
    await seedWithCandles([
      reading('2026-02-07T09:10:00Z', '1'),
      reading('2026-02-07T09:20:00Z', '2'),
      reading('2026-02-07T23:59:00Z', '3'),
      reading('2026-02-08T09:10:00Z', '4'),
      reading('2026-02-08T09:20:00Z', '5'),
      reading('2026-02-08T23:00:00Z', '6'),
      reading('2026-03-20T12:00:00Z', '7'),
    ]);
    await maintainAll();
    expect(await leftAt()).toEqual(['02-07 23:59', '02-08 09:20', '02-08 23:00', '03-20 12:00']);
    expect(await wrongCounts()).toEqual([]);
  });

  it('do not change their candles, and freeze those that lost a row', async () => {
    await seedWithCandles([
      reading('2026-02-07T09:10:00Z', '1.5'),
      reading('2026-02-07T10:20:00Z', '9'),
      reading('2026-02-07T23:59:00Z', '3'),
      reading('2026-03-01T09:10:00Z', '0.00000000000000000000000001'),
      reading('2026-03-01T09:20:00Z', '5'),
      reading('2026-03-01T11:00:00Z', '6'),
      reading('2026-03-02T11:00:00Z', '6'),
      reading('2026-03-20T12:00:00Z', '7'),
    ]);
    const before = await candleValues();
    await maintainAll();
    expect(await candleValues()).toEqual(before);
    expect(await frozen()).toEqual([
      '1d 02-07 00',
      '1d 03-01 00',
      '1h 02-07 09',
      '1h 02-07 10',
      '1h 03-01 09',
    ]);
  });

  it('get missing candles before they are removed', async () => {
    const { db } = testDeps();
    await seed(db, [
      reading('2026-03-01T09:10:00Z', '1'),
      reading('2026-03-01T09:20:00Z', '5'),
      reading('2026-03-01T09:30:00Z', '3'),
    ]);
    await maintainAll();
    expect(await leftAt()).toEqual(['03-01 09:30']);
    expect(await candleValues()).toMatchObject([
      { interval: '1d', open_usd: '1', high_usd: '5', low_usd: '1', close_usd: '3', count: 3 },
      { interval: '1h', open_usd: '1', high_usd: '5', low_usd: '1', close_usd: '3', count: 3 },
    ]);
    expect(await rows(sql`select * from stale_candles`)).toEqual([]);
  });

  it('without a price are thinned too', async () => {
    await seedWithCandles([reading('2026-03-01T09:10:00Z', null), reading('2026-03-01T09:20:00Z', null)]);
    await maintainAll();
    expect(await leftAt()).toEqual(['03-01 09:20']);
    expect(await frozen()).toEqual([]);
  });

  it('stay if they are from files, bars, or the newest of a listing', async () => {
    await seedWithCandles([
      reading('2026-01-01T09:10:00Z', '1', { source: 'csv', external_id: 'canonical:a' }),
      reading('2026-01-01T09:20:00Z', '2', { source: 'csv', external_id: 'canonical:a' }),
      reading('2026-01-01T09:10:00Z', '3', { source: 'csv', external_id: 'x:a:-:usd:1h', kind: 'bar_close' }),
      reading('2026-01-01T09:20:00Z', '4', { external_id: 'dead' }),
      reading('2026-01-01T09:30:00Z', '5', { source: 'coinpaprika', external_id: 'dead' }),
      reading('2026-01-01T09:10:00Z', '6', { source: 'coinpaprika', external_id: 'dead' }),
    ]);
    await maintainAll();
    expect((await left()).map(({ price }) => price)).toEqual(['4', '5', '1', '2', '3']);
    expect(await wrongCounts()).toEqual([]);
    expect(await rows(sql`select price_usd from latest_observations where source = 'coinpaprika'`)).toEqual([
      { price_usd: '5' },
    ]);
  });

  it('lose the revisions that no available instant sees, and keep the others', async () => {
    await seedWithCandles([
      reading('2026-03-01T09:10:00Z', '1', { superseded_at: '2026-03-02Z' }),
      reading('2026-03-01T09:10:00Z', '2', { revision: 2, known_at: '2026-03-02Z' }),
      reading('2026-03-01T09:20:00Z', '3', { superseded_at: '2026-03-05Z' }),
      reading('2026-03-01T09:20:00Z', '4', { revision: 2, known_at: '2026-03-05Z' }),
      reading('2026-03-01T10:20:00Z', '5', { superseded_at: '2026-03-15Z' }),
      reading('2026-03-01T10:20:00Z', '6', { revision: 2, known_at: '2026-03-15Z' }),
      reading('2026-03-01T11:00:00Z', '7', { superseded_at: '2026-03-02Z' }), // withdrawn
    ]);
    await maintainAll();
    expect((await left()).map(({ price }) => price)).toEqual(['4', '5', '6', '7']);
    expect(await wrongSourceCounts()).toEqual([]);
  });

  it('that became known within the days that are kept stay, at any age', async () => {
    await seedWithCandles([
      reading('2026-03-01T09:10:00Z', '1', { known_at: '2026-03-11Z' }),
      reading('2026-03-01T09:20:00Z', '2'),
      reading('2026-03-01T10:10:00Z', '3'),
      reading('2026-03-01T10:20:00Z', '4', { known_at: '2026-03-11Z' }),
    ]);
    await maintainAll();
    expect(await leftAt()).toEqual(['03-01 09:10', '03-01 09:20', '03-01 10:10', '03-01 10:20']);
    await maintainAll({ ...keep(), now: () => new Date('2026-03-25Z') });
    expect(await leftAt()).toEqual(['03-01 09:20', '03-01 10:20']);
  });

  it('that became known after their midnight are thinned a day later', async () => {
    await seedWithCandles([
      reading('2026-03-09T23:50:00Z', '1'),
      reading('2026-03-09T23:55:00Z', '2', { known_at: '2026-03-10T00:01:00Z' }),
      reading('2026-03-20T00:00:00Z', '3'),
    ]);
    await maintainAll();
    expect(await leftAt()).toEqual(['03-09 23:50', '03-09 23:55', '03-20 00:00']);
    await maintainAll({ ...keep(), now: () => new Date('2026-03-21T01:00:00Z') });
    expect(await leftAt()).toEqual(['03-09 23:55', '03-20 00:00']);
  });
});

it('does nothing when everything is kept', async () => {
  await seedWithCandles([reading('2026-01-01T09:10:00Z', '1'), reading('2026-01-01T09:20:00Z', '2')]);
  expect(await maintain(testDeps({ now: () => NOW }))).toBe('done');
  expect(await leftAt()).toHaveLength(2);
  expect(await rows(sql`select horizon, maintained_at from retention`)).toEqual([
    { horizon: null, maintained_at: null },
  ]);
});

it('changes nothing if it comes again', async () => {
  await seedWithCandles([reading('2026-03-01T09:10:00Z', '1'), reading('2026-03-01T09:20:00Z', '2')]);
  await maintainAll();
  const [kept, candles, then] = [await left(), await candleValues(), await version()];
  await maintainAll();
  expect([await left(), await candleValues(), await version()]).toEqual([kept, candles, then]);
  expect(await rows(sql`select rows_removed from retention`)).toEqual([{ rows_removed: '1' }]);
});

it('advances the tape version with every removed row', async () => {
  await seedWithCandles([reading('2026-03-01T09:10:00Z', '1'), reading('2026-03-01T09:20:00Z', '2')]);
  const before = await version();
  await maintainAll();
  expect(await version()).not.toBe(before);
  expect(await rows(sql`select removed_at = version as last from retention, tape_version`)).toEqual([
    { last: true },
  ]);
});

it('waits for the holder of its lease', async () => {
  await testDeps().db.execute('test.raw')(
    sql`insert into leases (name, token, expires_at) values ('maintenance', 1, now() + interval '20 seconds')`,
  );
  expect(await maintain(keep())).toEqual({ busy_seconds: 20 });
});

/** Ten coins, every five minutes of three days from 1 March: 8,640 rows. */
async function seedMany(): Promise<void> {
  const { db } = testDeps();
  await db.execute('test.raw')(sql`
    insert into listings (source, external_id, first_known_at)
    select 'coingecko', 'coin-' || n, '2026-03-01Z' from generate_series(1, 10) n`);
  await seedEvery(db, '2026-03-01Z', '2026-03-03T23:55:00Z');
}

async function seedEvery(db: Db, from: string, to: string): Promise<void> {
  await db.execute('test.raw')(sql`
    insert into observations (listing_id, kind, observed_at, revision, source, known_at, price_usd, raw_payload_id,
      pointer, run_id, normalizer_version, flags)
    select l.id, 'spot', t, 1, l.source, t + interval '20 seconds', 1 + l.id * 0.1 + extract(epoch from t)::int % 977,
      1, '/0', 1, 1, '{}'
    from listings l, generate_series(${from}::timestamptz, ${to}::timestamptz, interval '5 minutes') t
    order by t, l.id`);
  await seed(db, []);
  await makeCandles(db);
}

describe('killed midway', () => {
  it.each([1, 2, 3, 4, 5, 6, 7])(
    'at batch %i, before or after its commit, it ends as if nothing had happened',
    async (fatal) => {
      await seedMany();
      const before = await candleValues();
      for (const committed of [false, true]) {
        let batches = 0;
        const { db } = testDeps();
        const dying = new Proxy(db, {
          get(target, name) {
            const value = Reflect.get(target, name);
            if (name !== 'batch') return typeof value === 'function' ? value.bind(target) : value;
            return async (queries: Parameters<Db['batch']>[0]) => {
              batches += 1;
              const result = batches !== fatal || committed ? await target.batch(queries) : null;
              if (batches === fatal) throw new Error('killed');
              return result;
            };
          },
        });
        await maintainAll(keep({ db: dying })).catch(() => {});
      }
      await maintainAll();
      expect(await rows(sql`select count(*)::int as rows from observations`)).toEqual([{ rows: 720 }]);
      expect(await candleValues()).toEqual(before);
      expect(await wrongCounts()).toEqual([]);
      expect(await wrongSourceCounts()).toEqual([]);
      expect(await rows(sql`select rows_removed from retention`)).toEqual([{ rows_removed: '7920' }]);
    },
  );
});

it('runs beside loads, which lose nothing and wait for at most one slice', async () => {
  await seedMany();
  await forgetScript();
  const [source] = POLLED_SOURCES.filter(({ id }) => id === 'coinpaprika');
  if (source === undefined) throw new Error('no coinpaprika');
  const request = { endpoint: 'tickers', url: `${coinpaprikaUrl()}/tickers`, headers: {}, every_minutes: 1 };
  const pollMany = async () => {
    for (let minute = 0; minute < 5; minute += 1) {
      const coins = Array.from({ length: 20 }, (_, n) =>
        ticker({ id: `c-${n}`, price: `${minute + 1}`, last_updated: `2026-03-20T12:0${minute}:00Z` }),
      );
      await script('/coinpaprika/tickers', { body: `[${coins.join(',')}]` });
      await poll(keep(), { source, requests: [request] });
    }
  };
  await Promise.all([maintainAll(), pollMany()]);
  expect(
    await rows(sql`select source, count(*)::int as rows from observations group by source order by source`),
  ).toEqual([
    { source: 'coingecko', rows: 720 },
    { source: 'coinpaprika', rows: 100 },
  ]);
  expect(await rows(sql`select status, rows_inserted::int from runs`)).toEqual(
    Array(5).fill({ status: 'succeeded', rows_inserted: 20 }),
  );
  expect(await wrongCounts()).toEqual([]);
  expect(await wrongSourceCounts()).toEqual([]);
});

it('ends its slice when time is up, and continues in the next message', async () => {
  await seedMany();
  let ms = NOW.getTime();
  const now = () => {
    ms += 20_000;
    return new Date(ms);
  };
  expect(await maintainAll(keep({ now }))).toBeGreaterThan(1);
  expect(await rows(sql`select count(*)::int as rows from observations`)).toEqual([{ rows: 720 }]);
});

it('removes 100,000 rows in bounded transactions', async () => {
  const { db } = testDeps();
  await db.execute('test.raw')(sql`
    insert into listings (source, external_id, first_known_at)
    select 'coinpaprika', 'coin-' || n, '2026-03-01Z' from generate_series(1, 100) n`);
  await seedEvery(db, '2026-03-01Z', '2026-03-04T18:55:00Z');
  const before = await rows(sql`select count(*)::int as rows from observations`);
  await maintainAll();
  expect(before).toEqual([{ rows: 109_200 }]);
  expect(await rows(sql`select count(*)::int as rows from observations`)).toEqual([{ rows: 9_100 }]);
  expect(await wrongCounts()).toEqual([]);
}, 120_000);

it.each(['0', '-1', 'ten', '1.5', '36501'])('refuses to keep %s days', (days) => {
  expect(() => testDeps({}, { KEEP_OBSERVATIONS_DAYS: days })).toThrow('KEEP_OBSERVATIONS_DAYS');
  expect(() => testDeps({}, { KEEP_RAW_DAYS: days })).toThrow('KEEP_RAW_DAYS');
});

it('is requested once an hour, if retention is configured', async () => {
  const sent: unknown[] = [];
  const queue = { send: async (message: unknown) => void sent.push(message) } as unknown as Queue;
  const tickAt = (time: string, variables: Record<string, string>) => {
    const ms = Date.parse(time);
    return tick(testDeps({ now: () => new Date(ms), queue }, variables), ms).catch(() => {});
  };
  await tickAt('2026-03-20T12:00:00Z', {});
  expect(sent).not.toContainEqual({ type: 'maintain' });
  for (const variables of [{ KEEP_OBSERVATIONS_DAYS: '10' }, { KEEP_RAW_DAYS: '10' }]) {
    await tickAt('2026-03-20T12:00:00Z', variables);
    await tickAt('2026-03-20T12:05:00Z', variables);
    expect(sent.filter((message) => JSON.stringify(message) === '{"type":"maintain"}')).toHaveLength(1);
    sent.length = 0;
  }
});

it('does not move the horizon back if more is kept from now on', async () => {
  const { db } = testDeps();
  const plan = (horizon: string) =>
    db.batch([
      openVersion(db),
      raiseHorizon(db, horizon),
      planThinning(db, { source: 'coingecko', unit: 'hour', horizon }),
    ]);
  await plan('2026-03-10T00:00:00Z');
  await plan('2026-02-01T00:00:00Z');
  expect(
    await rows(sql`select r.horizon::text, t.horizon::text as thinned from retention r, thinnings t`),
  ).toEqual([{ horizon: '2026-03-10 00:00:00+00', thinned: '2026-03-10 00:00:00+00' }]);
});
