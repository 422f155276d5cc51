import { beforeEach, expect, test } from 'vitest';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { seedRuns } from '../../support/tape.ts';

const { db } = testDeps();
const deps = { now: () => new Date('2025-01-10T12:00:00Z') };

beforeEach(emptyDatabase);

const at = (time: string) => ({
  started_at: `2025-01-10T${time}:00Z`,
  finished_at: `2025-01-10T${time}:02Z`,
});

test('everything is ok', async () => {
  await seedRuns(db, [
    { source: 'coingecko', status: 'succeeded', ...at('11:58') },
    { source: 'coinpaprika', status: 'succeeded', ...at('11:59') },
    // Neither a skipped nor a running run says anything about the source.
    { source: 'coinpaprika', status: 'skipped', accepted_at: '2025-01-10T11:59:30Z' },
    { source: 'coingecko', status: 'running', started_at: '2025-01-10T11:59:59Z' },
  ]);
  const { status, json } = await ask('/health', { deps, vars: { VERSION: { id: 'abc', tag: '' } } });
  expect(status).toBe(200);
  expect(json).toEqual({
    status: 'ok',
    database: { connected: true, latency_ms: expect.any(Number), message: null },
    sources: [
      {
        source: 'coinpaprika',
        status: 'ok',
        last_run_at: '2025-01-10T11:59:00Z',
        last_success_at: '2025-01-10T11:59:02Z',
        age_seconds: 58,
        stale: false,
        effective_pace: null,
        anomalies: [],
        lost_fields: [],
        message: null,
        forecast: {
          pace_minutes: 5,
          next_call_at: '2025-01-10T12:00:00Z',
          planned_calls: 12_692,
          spare_calls: 0,
          projected_calls: 12_692,
          calls_max: null,
          wanted: { gap: 0, history: 0 },
        },
      },
      {
        source: 'coingecko',
        status: 'ok',
        last_run_at: '2025-01-10T11:59:59Z',
        last_success_at: '2025-01-10T11:58:02Z',
        age_seconds: 118,
        stale: false,
        effective_pace: null,
        anomalies: [],
        lost_fields: [],
        message: null,
        forecast: expect.objectContaining({ pace_minutes: 10, planned_calls: 6_730 }),
      },
      {
        source: 'csv',
        status: 'ok',
        last_run_at: null,
        last_success_at: null,
        age_seconds: null,
        stale: false,
        effective_pace: null,
        anomalies: [],
        lost_fields: [],
        message: null,
        forecast: null,
      },
    ],
    upstreams: 'live',
    version: 'abc',
  });
});

test('a failing, a partial and a never-run source are degraded, and say why', async () => {
  await seedRuns(db, [
    { source: 'coingecko', status: 'succeeded', ...at('11:40') },
    {
      source: 'coingecko',
      status: 'failed',
      ...at('11:50'),
      error: ['upstream_timeout', 'No reply within 20 s.'],
    },
  ]);
  const { status, json } = await ask('/health', { deps });
  expect(status).toBe(200);
  expect(json).toMatchObject({
    status: 'degraded',
    sources: [
      {
        source: 'coinpaprika',
        status: 'degraded',
        message: expect.stringMatching(/never run.*POST \/trigger-etl/),
      },
      {
        source: 'coingecko',
        status: 'degraded',
        last_success_at: '2025-01-10T11:40:02Z',
        message:
          'Run 2 failed at 2025-01-10T11:50:02Z: No reply within 20 s. The next tick tries again; see /runs/2.',
      },
      { source: 'csv', status: 'ok' },
    ],
  });
  expect((await ask('/health?fail_on=degraded', { deps })).status).toBe(503);
  await seedRuns(db, [
    { source: 'coingecko', status: 'partial', ...at('11:55'), error: ['upstream_failed', 'Page 3: 500.'] },
  ]);
  expect((await ask('/health', { deps })).json).toMatchObject({
    sources: [
      {},
      { status: 'degraded', stale: false, message: expect.stringContaining('kept what it could: Page 3') },
      {},
    ],
  });
});

test.for([
  // Three beats of a source: its own pace, or POLL_MINUTES when that is slower.
  ['coinpaprika', '11:44', 5, true],
  ['coinpaprika', '11:45', 5, false],
  ['coingecko', '11:29', 5, true],
  ['coingecko', '11:31', 5, false],
  ['coingecko', '10:59', 20, true],
  ['coingecko', '11:01', 20, false],
  ['csv', '01:00', 5, false],
] as const)(
  '%s with its last success at %s and a tick each %i minutes: stale %s',
  async ([source, time, minutes, stale]) => {
    await seedRuns(db, [{ source, status: 'succeeded', ...at(time) }]);
    const { json } = await ask('/health', { deps, vars: { POLL_MINUTES: String(minutes) } });
    expect(json).toMatchObject({
      sources: expect.arrayContaining([
        expect.objectContaining({
          source,
          stale,
          status: stale ? 'degraded' : 'ok',
          message: stale ? expect.stringContaining('one is due every') : null,
        }),
      ]),
    });
  },
);

test('a first run in progress is no success yet', async () => {
  await seedRuns(db, [{ source: 'coingecko', status: 'running', started_at: '2025-01-10T11:59:59Z' }]);
  expect((await ask('/health', { deps })).json).toMatchObject({
    sources: [
      {},
      { source: 'coingecko', status: 'degraded', message: 'Its first run has not ended yet.' },
      {},
    ],
  });
});
