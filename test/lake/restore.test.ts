import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { maintain } from '../../src/ingest/upkeep/maintain.ts';
import { inMemory, rowGroups } from '../../src/lake/decode.ts';
import { addEnds, type Ends } from '../../src/lake/ends.ts';
import { restoreGroup } from '../../src/lake/restore.ts';
import { candleValues, makeCandles } from '../support/candles.ts';
import { emptyDatabase, rows, testDeps } from '../support/deps.ts';
import { ask } from '../support/http.ts';
import { emptyLake, lakeDeps, manifest, partBytes, writeAll } from '../support/lake.ts';
import { type SeedRow, seed } from '../support/tape.ts';

const NOW = new Date('2026-03-20T12:34:56Z');
const deps = () => lakeDeps({ now: () => NOW }, { KEEP_OBSERVATIONS_DAYS: '10' });
const at = (observed_at: string, price_usd: string, more: Partial<SeedRow> = {}): SeedRow => ({
  external_id: 'a',
  observed_at,
  price_usd,
  ...more,
});

beforeEach(async () => {
  await emptyDatabase();
  await emptyLake();
});

/** All members in which a restored row could differ, and its counts. */
const state = async () => ({
  rows: await rows(sql`select * from observations order by listing_id, kind, observed_at, revision`),
  counts: await rows(sql`
    select listing_id, kind, observations, revisions, first_observed_at, last_observed_at from counts order by 1, 2`),
  sources: await rows(sql`select source, kind, observations, revisions from source_counts order by 1, 2`),
  removed: await rows(sql`select rows_removed from retention`),
  candles: await candleValues(),
});

async function restore(day: string): Promise<number> {
  const parts = (await manifest()).filter(({ kind }) => kind === 'changes');
  const ends: Ends = new Map();
  for (const { part } of parts) await addEnds(ends, inMemory(await partBytes(part)));
  let restored = 0;
  for (const { part } of parts.filter((one) => one.day === day))
    for await (const group of rowGroups(inMemory(await partBytes(part))))
      restored += await restoreGroup(testDeps().db, group, ends);
  return restored;
}

it('a restored day is as before: rows with their revisions, ends, provenance and counts', async () => {
  await seed(testDeps().db, [
    at('2026-03-01T09:10:00Z', '1.10', { flags: ['stale', 'backfill'] }),
    at('2026-03-01T09:20:00Z', '2', { superseded_at: '2026-03-02T08:00:00Z' }),
    at('2026-03-01T09:20:00Z', '2.000000000000000000000000001', {
      revision: 2,
      known_at: '2026-03-02T08:00:00Z',
    }),
    at('2026-03-01T09:30:00Z', '3', { superseded_at: '2026-03-01T11:00:00Z' }), // withdrawn
    at('2026-03-01T09:40:00Z', '4'),
    at('2026-03-20T10:00:00Z', '5'),
  ]);
  await makeCandles(testDeps().db);
  const before = await state();
  await writeAll(deps());
  expect(await maintain(deps())).toBe('done');
  expect(await rows(sql`select rows_removed::int from retention`)).toEqual([{ rows_removed: 3 }]);
  expect(await restore('2026-03-01')).toBe(2);
  expect(await restore('2026-03-02')).toBe(1);
  expect(await state()).toEqual(before);
  expect(await restore('2026-03-01')).toBe(0);
  expect(await state()).toEqual(before);
  const { data } = (await ask('/data?end_date=2026-03-02&order=asc')).page;
  expect(data.map((row) => row.price_usd)).toEqual([1.1, 2, 4]);
});

it('the thinning that removed rows does not remove them again after a restore', async () => {
  await seed(testDeps().db, [
    ...['09:10', '09:20', '09:30'].map((time) => at(`2026-03-01T${time}:00Z`, '1')),
    at('2026-03-20T10:00:00Z', '5'),
  ]);
  await writeAll(deps());
  await maintain(deps());
  expect(await restore('2026-03-01')).toBe(2);
  await maintain(deps());
  expect(
    await maintain(
      lakeDeps({ now: () => new Date('2026-03-21T12:00:00Z') }, { KEEP_OBSERVATIONS_DAYS: '10' }),
    ),
  ).toBe('done');
  expect(await rows(sql`select count(*)::int as rows from observations`)).toEqual([{ rows: 4 }]);
});
