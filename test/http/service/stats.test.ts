import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { RUN_STATUSES, TRIGGERS } from '../../../src/db/runs/lifecycle.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { type SeedRun, seedRuns } from '../../support/tape.ts';

// /stats, /metrics and /health cover the same runs.

const { db } = testDeps();
const deps = { now: () => new Date('2025-01-10T12:00:00Z') };

beforeEach(emptyDatabase);

interface Rows {
  read: number;
  inserted: number;
  duplicate: number;
  rejected: number;
}
interface SourceStats {
  source: string;
  runs: Record<string, number>;
  rows: Rows;
  backfills: { runs: Record<string, number>; rows: Rows };
  duration_ms: { runs: number; avg: number | null };
  last_success: { run_id: number; at: string } | null;
  last_failure: { run_id: number; code: string | null } | null;
}

async function told() {
  const [stats, health, metrics] = await Promise.all([
    ask('/stats', { deps }),
    ask('/health', { deps }),
    ask('/metrics', { deps }),
  ]);
  const samples = new Map(
    metrics.text.split('\n').map((line) => [line.replace(/ [^ ]+$/, ''), line.replace(/^.* /, '')]),
  );
  const { sources, totals } = stats.json as {
    sources: SourceStats[];
    totals: { runs: number; rows: Rows };
  };
  const { sources: healths } = health.json as {
    sources: { source: string; status: string; last_run_at: string | null; last_success_at: string | null }[];
  };
  return {
    totals,
    stats: (source: string) => sources.find((one) => one.source === source),
    health: (source: string) => healths.find((one) => one.source === source),
    metric: (name: string, labels: string) => Number(samples.get(`cointape_${name}{${labels}}`)),
  };
}

const from = (time: string, seconds: number) => ({
  started_at: `2025-01-10T${time}:00Z`,
  finished_at: new Date(Date.parse(`2025-01-10T${time}:00Z`) + seconds * 1000).toISOString(),
});

test('polls and uploads count, whatever their status; dry runs and history do not', async () => {
  await seedRuns(db, [
    { status: 'succeeded', ...from('11:00', 2), rows: [10, 9, 1, 0], withdrawn_at: '2025-01-10T11:30:00Z' },
    {
      status: 'partial',
      trigger: 'manual',
      ...from('11:50', 4),
      rows: [10, 5, 3, 2],
      error: ['upstream_failed', 'x'],
    },
    { status: 'succeeded', ...from('11:55', 3), rows: [10, 0, 10, 0] },
    { status: 'skipped', trigger: 'manual' },
    { status: 'queued', trigger: 'manual' },
    // Both are newer than any poll.
    { status: 'succeeded', trigger: 'backfill', ...from('11:57', 50), rows: [700, 700, 0, 0] },
    { status: 'failed', trigger: 'backfill', ...from('11:58', 60), error: ['upstream_timeout', 'x'] },
    { source: 'csv', status: 'succeeded', trigger: 'upload', ...from('10:00', 5), rows: [6, 4, 1, 1] },
    { source: 'csv', status: 'failed', trigger: 'dry_run', ...from('11:59', 9), rows: [100, 90, 0, 10] },
    { source: 'csv', status: 'succeeded', trigger: 'dry_run', ...from('11:40', 9), rows: [100, 100, 0, 0] },
  ]);
  // A replay is not a run, and promoting it loads under the run that fetched the bytes.
  await rows(
    sql`insert into replays (source, status, normalizer_version, accepted_at) values ('coingecko', 'compared', 2, '2025-01-10T11:59:30Z')`,
  );
  const { stats, health, metric, totals } = await told();
  const none = { queued: 0, running: 0, succeeded: 0, partial: 0, failed: 0, skipped: 0 };
  expect(stats('coingecko')).toMatchObject({
    runs: { ...none, succeeded: 2, partial: 1, skipped: 1, queued: 1 },
    rows: { read: 30, inserted: 14, duplicate: 14, rejected: 2 },
    backfills: {
      runs: { ...none, succeeded: 1, failed: 1 },
      rows: { read: 700, inserted: 700, duplicate: 0, rejected: 0 },
    },
    duration_ms: { runs: 3, avg: 3000 },
    last_success: { run_id: 3, at: '2025-01-10T11:55:03Z' },
    last_failure: { run_id: 2, code: 'upstream_failed' },
  });
  expect(stats('csv')).toMatchObject({
    runs: { ...none, succeeded: 1 },
    rows: { read: 6, inserted: 4, duplicate: 1, rejected: 1 },
    duration_ms: { runs: 1, avg: 5000 },
    last_success: { run_id: 8 },
    last_failure: null,
  });
  expect(totals).toMatchObject({ runs: 6, rows: { read: 36, inserted: 18, duplicate: 15, rejected: 3 } });
  expect(health('coingecko')).toMatchObject({
    status: 'ok',
    last_run_at: '2025-01-10T11:55:00Z',
    last_success_at: '2025-01-10T11:55:03Z',
  });
  expect(health('csv')).toMatchObject({
    last_run_at: '2025-01-10T10:00:00Z',
    last_success_at: '2025-01-10T10:00:05Z',
  });
  expect(metric('runs_total', 'source="coingecko",status="failed"')).toBe(0);
  expect(metric('backfills_total', 'source="coingecko",status="failed"')).toBe(1);
  expect(metric('last_run_duration_seconds', 'source="coingecko"')).toBe(3);
  expect(metric('last_run_duration_seconds', 'source="csv"')).toBe(5);
});

const moment = fc.integer({ min: 0, max: 86_000 });
const run = fc
  .record({
    source: fc.constantFrom('coingecko', 'coinpaprika', 'csv'),
    trigger: fc.constantFrom(...TRIGGERS),
    status: fc.constantFrom(...RUN_STATUSES),
    second: moment,
    seconds: fc.integer({ min: 1, max: 90 }),
    rows: fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99), fc.nat(99)),
  })
  .map(({ second, seconds, status, ...rest }): SeedRun => {
    const at = (ms: number) => new Date(Date.parse('2025-01-09T00:00:00Z') + ms * 1000).toISOString();
    const begun = status !== 'queued' && status !== 'skipped' ? { started_at: at(second) } : {};
    const ended = status !== 'running' && 'started_at' in begun ? { finished_at: at(second + seconds) } : {};
    return { ...rest, status, ...begun, ...ended };
  });

test('any mix of runs is reported in the same way everywhere', async () => {
  for (const runs of fc.sample(fc.array(run, { minLength: 6, maxLength: 30 }), { seed: 3, numRuns: 8 })) {
    await emptyDatabase();
    await seedRuns(db, runs);
    const { stats, health, metric, totals } = await told();
    const counted = runs.filter(({ trigger }) => trigger !== 'dry_run' && trigger !== 'backfill');
    for (const source of ['coingecko', 'coinpaprika', 'csv']) {
      const own = counted.filter((each) => each.source === source);
      const inserted = own.reduce((sum, { rows: [, count] = [0, 0, 0, 0] }) => sum + count, 0);
      const found = stats(source);
      for (const status of RUN_STATUSES) {
        const count = own.filter((each) => each.status === status).length;
        expect(found?.runs[status]).toBe(count);
        const name = status === 'queued' || status === 'running' ? 'runs_open' : 'runs_total';
        expect(metric(name, `source="${source}",status="${status}"`)).toBe(count);
      }
      expect(found?.rows.inserted).toBe(inserted);
      expect(metric('rows_total', `source="${source}",outcome="inserted"`)).toBe(inserted);
      expect(metric('run_duration_seconds_count', `source="${source}"`)).toBe(found?.duration_ms.runs);
      expect(health(source)?.last_success_at ?? null).toBe(found?.last_success?.at ?? null);
      const failed = own.some(({ status }) => status === 'failed' || status === 'partial');
      expect(found?.last_failure !== null).toBe(failed);
    }
    expect(totals.runs).toBe(counted.length);
  }
});
