import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { listOpenRebuilds, openRebuild } from '../../../src/db/candles/rebuild.ts';
import { type Rebuild, rebuildCandles } from '../../../src/ingest/upkeep/rebuild-candles.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { loadReadings as load, takeBack } from '../../support/readings.ts';

beforeEach(emptyDatabase);

/** `<listing> <interval> <open time>: open high low close (count)` */
async function candles(): Promise<string[]> {
  const found = await rows<Record<string, string>>(sql`
    select l.external_id as id, c.interval, to_char(c.open_time at time zone 'utc', 'MM-DD HH24') as at,
      c.open_usd as o, c.high_usd as h, c.low_usd as l, c.close_usd as c, c.count as n
    from candles c join listings l on l.id = c.listing_id order by 1, 2 desc, 3`);
  return found.map(
    ({ id, interval, at, o, h, l, c, n }) => `${id} ${interval} ${at}: ${o} ${h} ${l} ${c} (${n})`,
  );
}

/** Rebuilds all candles. */
async function rebuildAll(slices: Rebuild = {}): Promise<void> {
  await openRebuild(testDeps().db);
  while ((await rebuildCandles(testDeps(), slices)) !== 'done');
}

/** Counts that disagree with the observations; loads use them to decide whether to look for a row. */
const wrongCounts = () =>
  rows(sql`
    select c.*
    from counts c join lateral (
      select count(*) filter (where superseded_at is null) as observations, count(*) as revisions,
        min(observed_at) filter (where superseded_at is null) as first_observed_at,
        max(observed_at) filter (where superseded_at is null) as last_observed_at
      from observations o where o.listing_id = c.listing_id and o.kind = c.kind
    ) o on true
    where (c.observations, c.revisions) is distinct from (o.observations, o.revisions)
      or c.first_observed_at > o.first_observed_at or c.last_observed_at < o.last_observed_at`);

describe('candles of observations', () => {
  it('are made from prices as they come, per listing, hour and day of UTC, with all digits', async () => {
    await load([
      { at: '2025-01-10T10:00:00Z', price: '100.10000000000000000001' },
      { at: '2025-01-10T10:59:59.999999Z', price: '90.5' },
      { at: '2025-01-10T11:00:00Z', price: '120' },
      { at: '2025-01-11T00:00:00Z', price: '0.00000001' },
      { id: 'b', at: '2025-01-10T10:30:00Z', price: '7' },
    ]);
    await load([{ at: '2025-01-10T11:05:00Z', price: '80' }]);
    expect(await candles()).toEqual([
      'a 1h 01-10 10: 100.10000000000000000001 100.10000000000000000001 90.5 90.5 (2)',
      'a 1h 01-10 11: 120 120 80 80 (2)',
      'a 1h 01-11 00: 0.00000001 0.00000001 0.00000001 0.00000001 (1)',
      'a 1d 01-10 00: 100.10000000000000000001 120 80 80 (4)',
      'a 1d 01-11 00: 0.00000001 0.00000001 0.00000001 0.00000001 (1)',
      'b 1h 01-10 10: 7 7 7 7 (1)',
      'b 1d 01-10 00: 7 7 7 7 (1)',
    ]);
  });

  it('merge late rows into their buckets', async () => {
    await load([{ at: '2025-01-10T10:30:00Z', price: '5' }]);
    await load([
      { at: '2025-01-10T10:10:00Z', price: '3' },
      { at: '2025-01-10T10:20:00Z', price: '9' },
    ]);
    expect(await candles()).toEqual(['a 1h 01-10 10: 3 9 3 5 (3)', 'a 1d 01-10 00: 3 9 3 5 (3)']);
  });

  it('ignore bars, unknown prices and duplicates', async () => {
    const reading = { at: '2025-01-10T10:30:00Z', price: '5' };
    await load([reading, { at: '2025-01-10T10:31:00Z', price: null }]);
    await load([reading, { at: '2025-01-10T10:45:00Z', price: '50', kind: 'bar_close' }]);
    expect(await candles()).toEqual(['a 1h 01-10 10: 5 5 5 5 (1)', 'a 1d 01-10 00: 5 5 5 5 (1)']);
  });

  it('follow a value that another supersedes, including an unknown one', async () => {
    await load([
      { at: '2025-01-10T10:10:00Z', price: '1' },
      { at: '2025-01-10T10:20:00Z', price: '9' },
      { at: '2025-01-10T12:00:00Z', price: '4' },
    ]);
    await load([
      { at: '2025-01-10T10:20:00Z', price: '2' },
      { at: '2025-01-10T10:30:00Z', price: '3' },
      { at: '2025-01-10T12:00:00Z', price: null },
    ]);
    expect(await candles()).toEqual(['a 1h 01-10 10: 1 3 1 3 (3)', 'a 1d 01-10 00: 1 3 1 3 (3)']);
  });

  it('are restored when rows are withdrawn, and removed with the last row', async () => {
    await load([{ at: '2025-01-10T10:10:00Z', price: '1' }]);
    const wrong = await load([
      { at: '2025-01-10T10:10:00Z', price: '5' },
      { at: '2025-01-10T10:20:00Z', price: '9' },
      { at: '2025-01-12T10:20:00Z', price: '9' },
    ]);
    await takeBack(wrong);
    expect(await candles()).toEqual(['a 1h 01-10 10: 1 1 1 1 (1)', 'a 1d 01-10 00: 1 1 1 1 (1)']);
    await load([{ at: '2025-01-10T10:20:00Z', price: '9' }]); // the key is free again
    expect(await candles()).toEqual(['a 1h 01-10 10: 1 9 1 9 (2)', 'a 1d 01-10 00: 1 9 1 9 (2)']);
  });

  it('do not change when frozen', async () => {
    await load([
      { at: '2025-01-10T10:10:00Z', price: '1' },
      { at: '2025-01-10T11:10:00Z', price: '2' },
    ]);
    await rows(sql`update candles set frozen = true where open_time = '2025-01-10T10:00:00Z'`);
    await load([
      { at: '2025-01-10T10:10:00Z', price: '7' },
      { at: '2025-01-10T10:20:00Z', price: '8' },
      { at: '2025-01-10T11:20:00Z', price: '3' },
    ]);
    await rebuildAll();
    expect(await candles()).toEqual([
      'a 1h 01-10 10: 1 1 1 1 (1)',
      'a 1h 01-10 11: 2 3 2 3 (2)',
      'a 1d 01-10 00: 7 8 2 3 (4)',
    ]);
  });
});

describe('rebuilt candles', () => {
  it('correct candles that disagree with the observations', async () => {
    await load([
      { at: '2025-01-10T10:10:00Z', price: '1' },
      { id: 'b', at: '2025-01-10T10:10:00Z', price: '2' },
    ]);
    const before = await candles();
    await rows(sql`update candles set high_usd = 99 where interval = '1h'`);
    await rows(sql`delete from candles where interval = '1d'`);
    await rows(sql`
      insert into candles select listing_id, interval, open_time + interval '3 days', 1, 1, 1, 1, open_time, open_time, 1
      from candles`);
    await rows(
      sql`insert into candles select 900, '1h', '2020-01-01Z', 1, 1, 1, 1, '2020-01-01Z', '2020-01-01Z', 1`,
    );
    await rebuildAll();
    expect(await candles()).toEqual(before);
    expect(await rows(sql`select count(*)::int as n from candles`)).toEqual([{ n: before.length }]);
    expect(await rows(sql`select * from stale_candles`)).toEqual([]);
  });

  it('resume where they stopped, and start again when requested meanwhile', async () => {
    await load([
      { at: '2025-01-10T10:10:00Z', price: '1' },
      { at: '2025-01-11T10:10:00Z', price: '2' },
      { at: '2025-01-12T10:10:00Z', price: '3' },
    ]);
    const before = await candles();
    await rows(sql`update candles set close_usd = 99`);
    let now_ms = Date.parse('2026-01-10T12:00:00Z');
    const slow = testDeps({
      now: () => {
        now_ms += 11_000; // each reading of the clock ends a slice
        return new Date(now_ms);
      },
    });
    const wrong = async () => (await rows(sql`select 1 from candles where close_usd = 99`)).length;
    const open = () => listOpenRebuilds(slow.db);
    await openRebuild(slow.db);
    expect(await rebuildCandles(slow, { slice_rows: 1 })).toBe('continue');
    expect(await wrong()).toBe(4);
    expect(await open()).toEqual([{ id: 'asked', is_stalled: true }]);
    expect(await rebuildCandles(slow, { slice_rows: 1 })).toBe('continue');
    expect(await wrong()).toBe(2);
    await rows(sql`update candles set close_usd = 99 where open_time < '2025-01-11'`);
    await openRebuild(slow.db);
    let slices = 1;
    while ((await rebuildCandles(slow, { slice_rows: 1 })) === 'continue') slices += 1;
    expect(slices).toBe(4); // three days, and the end
    expect(await candles()).toEqual(before);
    expect(await open()).toEqual([]);
    expect(await rebuildCandles(slow)).toBe('done'); // one message too many
  });

  it('equal the incrementally maintained ones for any history, and so do the counts', async () => {
    const minute = fc.integer({ min: 0, max: 3 * 24 * 60 - 1 });
    const reading = fc.record({
      id: fc.constantFrom('a', 'b'),
      at: minute.map((each) =>
        new Date(Date.UTC(2025, 0, 10) + Math.floor(each / 7) * 7 * 60_000).toISOString(),
      ),
      price: fc.option(fc.integer({ min: 1, max: 99 }).map(String), { freq: 8 }),
      kind: fc.constantFrom('spot' as const, 'spot' as const, 'bar_close' as const),
    });
    const batch = fc.uniqueArray(reading, {
      minLength: 1,
      maxLength: 60,
      selector: ({ id, at, kind }) => `${id} ${at} ${kind}`,
    });
    const step = fc.oneof(
      { weight: 4, arbitrary: batch.map((readings) => ({ type: 'load' as const, readings })) },
      { weight: 1, arbitrary: fc.nat().map((pick) => ({ type: 'withdraw' as const, pick })) },
    );
    const sizes = fc.integer({ min: 1, max: 50 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), sizes, async (steps, slice_rows) => {
        await emptyDatabase();
        const runs: number[] = [];
        for (const each of steps) {
          if (each.type === 'load') runs.push(await load(each.readings));
          else if (runs.length > 0) await takeBack(runs[each.pick % runs.length] ?? 0);
        }
        const kept = await candles();
        expect(await wrongCounts()).toEqual([]);
        await rows(sql`update candles set open_usd = 0, count = 0`);
        await rebuildAll({ slice_rows });
        expect(kept).toEqual(await candles());
      }),
      { numRuns: 15 },
    );
  });
});
