import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { listOpenRebuilds, openRebuild, REBUILD_LEASE } from '../../../src/db/candles/rebuild.ts';
import { takeLease } from '../../../src/db/tape/leases.ts';
import { consume } from '../../../src/ingest/queue/consume.ts';
import { tick } from '../../../src/ingest/queue/tick.ts';
import { rebuildCandles } from '../../../src/ingest/upkeep/rebuild-candles.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { loadReadings } from '../../support/readings.ts';

beforeEach(emptyDatabase);

const { db } = testDeps();

/** `<interval> <open time> <rule> <beat>`, with a mark for thinned ones */
const rules = async () =>
  (
    await rows<{ line: string }>(sql`
      select concat_ws(' ', interval, to_char(open_time at time zone 'utc', 'MM-DD HH24'), rule, beat_seconds,
        case when frozen then 'frozen' end) as line
      from candles order by interval, open_time`)
  ).map(({ line }) => line);

/** The state that a former release leaves: no rule set, no beat. */
const forget = (condition = sql`true`) =>
  rows(sql`update candles set rule = 1, beat_seconds = null where ${condition}`);

const DAYS = [
  { at: '2025-01-10T10:10:00Z', price: '1' },
  { at: '2025-01-10T11:10:00Z', price: '2' },
  { at: '2025-01-11T10:10:00Z', price: '3' },
];

describe('candles of an older rule', () => {
  it('are renewed in slices, with the beat of their last reading', async () => {
    await loadReadings(DAYS, { beat_seconds: 600 });
    const before = await rules();
    expect(before).toEqual([
      '1d 01-10 00 2 600',
      '1d 01-11 00 2 600',
      '1h 01-10 10 2 600',
      '1h 01-10 11 2 600',
      '1h 01-11 10 2 600',
    ]);
    await forget();
    expect(await rebuildCandles(testDeps(), { slice_candles: 1 })).toBe('done');
    expect(await rules()).toEqual(before);
    expect(await listOpenRebuilds(db)).toEqual([]);
  });

  it('get the beat of the newest reading', async () => {
    await loadReadings([{ at: '2025-01-10T10:30:00Z', price: '1' }], { beat_seconds: 3600 });
    await loadReadings([{ at: '2025-01-10T10:40:00Z', price: '2' }], { beat_seconds: 300 });
    await loadReadings([{ at: '2025-01-10T10:10:00Z', price: '3' }], { beat_seconds: 600 });
    expect(await rules()).toEqual(['1d 01-10 00 2 300', '1h 01-10 10 2 300']);
    await forget();
    await loadReadings([{ at: '2025-01-10T10:20:00Z', price: '4' }]); // not the last reading: nothing is known about it
    expect(await rules()).toEqual(['1d 01-10 00 1', '1h 01-10 10 1']);
    await loadReadings([{ at: '2025-01-10T10:50:00Z', price: '4' }], { beat_seconds: 900 });
    expect(await rules()).toEqual(['1d 01-10 00 2 900', '1h 01-10 10 2 900']);
  });

  it('keep the contents that thinning left, and count as hourly if their beat is unknown', async () => {
    await loadReadings(DAYS, { beat_seconds: 600 });
    await rows(sql`update candles set frozen = true, high_usd = 99 where open_time < '2025-01-11Z'`);
    await forget();
    await rows(sql`delete from observations where observed_at < '2025-01-10T11:00:00Z'`);
    await rebuildCandles(testDeps());
    expect(await rules()).toEqual([
      '1d 01-10 00 2 600 frozen',
      '1d 01-11 00 2 600',
      '1h 01-10 10 2 3600 frozen',
      '1h 01-10 11 2 600 frozen',
      '1h 01-11 10 2 600',
    ]);
    expect(await rows(sql`select distinct high_usd from candles where frozen`)).toEqual([{ high_usd: '99' }]);
  });

  it('are removed if no reading is left in them', async () => {
    await loadReadings(DAYS);
    await forget();
    await rows(sql`delete from observations where observed_at >= '2025-01-11Z'`);
    await rebuildCandles(testDeps());
    expect(await rules()).toHaveLength(3);
  });
});

describe('a rebuild', () => {
  const messages = () => {
    const sent: { type: string }[] = [];
    return {
      sent,
      queue: { send: async (message: { type: string }) => void sent.push(message) } as unknown as Queue,
    };
  };

  it('is requested by every tick until it is done, and by none while it is running', async () => {
    await loadReadings(DAYS);
    const { sent, queue } = messages();
    const rebuilds = () => sent.filter((message) => message.type === 'rebuild_candles');
    const settings = { SOURCES: 'coinlore' };
    const beat = () => tick(testDeps({ queue }, settings), Date.UTC(2026, 0, 1, 0, 5)).catch(() => {});
    await beat();
    expect(rebuilds()).toEqual([]);
    await forget();
    await beat();
    expect(rebuilds()).toEqual([{ type: 'rebuild_candles' }]);
    await takeLease(db, REBUILD_LEASE);
    await beat();
    expect(rebuilds()).toHaveLength(1);
    expect(await rebuildCandles(testDeps())).toEqual({ busy_seconds: 30 });
  });

  it('that was requested continues where it stopped, in any message', async () => {
    await loadReadings(DAYS);
    await rows(sql`update candles set open_usd = 99`);
    await openRebuild(db);
    const asked: number[] = [];
    const slow = testDeps({ now: () => new Date(asked.push(0) * 11_000) });
    expect(await rebuildCandles(slow, { slice_rows: 1 })).toBe('continue');
    expect(await rows(sql`select (day at time zone 'utc')::date::text as day from candle_rebuild`)).toEqual([
      { day: '2025-01-11' },
    ]);
    expect(await rebuildCandles(testDeps(), { slice_rows: 1 })).toBe('done');
    expect(await rows(sql`select distinct open_usd from candles where open_usd = 99`)).toEqual([]);
    expect(await rows(sql`select * from candle_rebuild`)).toEqual([]);
  });

  it('of a former release starts again from its message', async () => {
    await loadReadings(DAYS);
    await rows(sql`update candles set open_usd = 99`);
    const { sent, queue } = messages();
    const body = { type: 'rebuild_candles', from: { listing_id: 7, day: '2025-01-10T00:00:00Z' } };
    const answers: string[] = [];
    const message = {
      id: 'm',
      body,
      attempts: 1,
      ack: () => void answers.push('ack'),
      retry: () => void answers.push('retry'),
    };
    await consume(testDeps({ queue }), message);
    expect([answers, sent]).toEqual([['ack'], []]);
    expect(await rows(sql`select distinct open_usd from candles where open_usd = 99`)).toEqual([]);
  });
});
