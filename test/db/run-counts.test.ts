import { type SQL, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RUN_STATUSES, TRIGGERS } from '../../src/db/runs/lifecycle.ts';
import { emptyDatabase, rows } from '../support/deps.ts';

// Triggers keep trigger_counts, and run_counts for the previous release, equal to the sums over the runs, after any
// event.

const kept = () =>
  rows(sql`
  select source, trigger, status, runs::text, rows_read::text, rows_inserted::text, rows_duplicate::text, rows_rejected::text,
    measured::text, trim_scale(seconds)::text as seconds
  from trigger_counts where runs <> 0 order by 1, 2, 3`);
const found = () =>
  rows(sql`
  select source, trigger, status, count(*)::text as runs, sum(rows_read)::text as rows_read,
    sum(rows_inserted)::text as rows_inserted, sum(rows_duplicate)::text as rows_duplicate,
    sum(rows_rejected)::text as rows_rejected, count(finished_at - started_at)::text as measured,
    trim_scale(coalesce(sum(extract(epoch from finished_at - started_at)), 0))::text as seconds
  from runs group by source, trigger, status order by 1, 2, 3`);
const keptBefore = () =>
  rows(sql`
  select source, status, runs, rows_read, rows_inserted, rows_duplicate, rows_rejected, measured,
    trim_scale(seconds) as seconds
  from run_counts where runs <> 0 order by 1, 2`);
const summed = () =>
  rows(sql`
  select source, status, sum(runs)::bigint as runs, sum(rows_read)::bigint as rows_read,
    sum(rows_inserted)::bigint as rows_inserted, sum(rows_duplicate)::bigint as rows_duplicate,
    sum(rows_rejected)::bigint as rows_rejected, sum(measured)::bigint as measured, trim_scale(sum(seconds)) as seconds
  from trigger_counts group by source, status having sum(runs) <> 0 order by 1, 2`);

const at = (ms: number | null): SQL =>
  ms === null ? sql`null::timestamptz` : sql`'2026-01-01Z'::timestamptz + ${ms}::int * interval '1 ms'`;
const source = fc.constantFrom('coingecko', 'coinpaprika', 'csv');
const trigger = fc.constantFrom(...TRIGGERS);
const status = fc.constantFrom(...RUN_STATUSES);
const moment = fc.option(fc.integer({ min: 0, max: 5_000_000 }));
const number = fc.integer({ min: 0, max: 100_000 });
const run = fc.nat({ max: 8 });

const change = fc.oneof(
  fc.tuple(source, trigger, status, moment, moment, number).map(
    ([from, cause, state, started, finished, read]) => sql`
      insert into runs (source, trigger, status, accepted_at, started_at, finished_at, rows_read, rows_inserted)
      values (${from}, ${cause}, ${state}, '2026-01-01Z', ${at(started)}, ${at(finished)}, ${read}::int, ${read}::int)`,
  ),
  fc.tuple(run, status, moment).map(
    ([id, state, finished]) => sql`
      update runs set status = ${state}, finished_at = ${at(finished)} where id % 9 = ${id}::int`,
  ),
  fc.tuple(run, number).map(
    ([id, more]) => sql`
      update runs set rows_duplicate = rows_duplicate + ${more}::int, rows_rejected = rows_rejected + 1
      where id % 9 = ${id}::int`,
  ),
  fc.tuple(run, source).map(([id, from]) => sql`update runs set source = ${from} where id % 9 = ${id}::int`),
  run.map((id) => sql`delete from runs where id % 9 = ${id}::int`),
);

test('the sums of runs are those of the runs', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 5, maxLength: 25 }), async (changes) => {
      await emptyDatabase();
      for (const each of changes) await rows(each);
      expect(await kept()).toEqual(await found());
      expect(await keptBefore()).toEqual(await summed());
    }),
    { numRuns: 20 },
  );
}, 120_000);

test('one run from request to end is counted once', async () => {
  await emptyDatabase();
  await rows(
    sql`insert into runs (source, trigger, status, accepted_at) values ('csv', 'upload', 'queued', '2026-01-01Z')`,
  );
  await rows(sql`update runs set status = 'running', started_at = '2026-01-01Z'`);
  await rows(sql`update runs set rows_read = 5, rows_inserted = 4, rows_rejected = 1`);
  await rows(sql`update runs set status = 'succeeded', finished_at = '2026-01-01T00:00:02.5Z'`);
  expect(await kept()).toEqual([
    {
      source: 'csv',
      trigger: 'upload',
      status: 'succeeded',
      runs: '1',
      rows_read: '5',
      rows_inserted: '4',
      rows_duplicate: '0',
      rows_rejected: '1',
      measured: '1',
      seconds: '2.5',
    },
  ]);
});
