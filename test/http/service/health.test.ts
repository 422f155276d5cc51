import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { seed, seedRuns } from '../../support/tape.ts';

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
        newest_data_age_seconds: null,
        effective_pace: null,
        anomalies: [],
        lost_fields: [],
        message: null,
      },
      {
        source: 'coingecko',
        status: 'ok',
        last_run_at: '2025-01-10T11:59:59Z',
        last_success_at: '2025-01-10T11:58:02Z',
        age_seconds: 118,
        stale: false,
        newest_data_age_seconds: null,
        effective_pace: null,
        anomalies: [],
        lost_fields: [],
        message: null,
      },
      {
        source: 'csv',
        status: 'ok',
        last_run_at: null,
        last_success_at: null,
        age_seconds: null,
        stale: false,
        newest_data_age_seconds: null,
        effective_pace: null,
        anomalies: [],
        lost_fields: [],
        message: null,
      },
    ],
    upstreams: 'live',
    version: 'abc',
  });
});

test('a source that returns the same old rows for hours is degraded, although its runs succeed', async () => {
  const run = (time: string) => seedRuns(db, [{ source: 'coingecko', status: 'succeeded', ...at(time) }]);
  const told = async (time: string) => {
    const now = () => new Date(`2025-01-10T${time}:00Z`);
    const { sources } = (await ask('/health', { deps: { now } })).json as {
      sources: Record<string, unknown>[];
    };
    return sources.find(({ source }) => source === 'coingecko');
  };
  await seed(db, [
    { external_id: 'bitcoin', observed_at: '2025-01-10T09:59:00Z', known_at: '2025-01-10T10:00:02Z' },
    { external_id: 'bitcoin', observed_at: '2025-01-10T08:00:00Z' },
    { external_id: 'ether', observed_at: '2025-01-09T00:00:00Z', known_at: '2025-01-10T10:00:02Z' },
  ]);
  await run('10:00');
  expect(await told('10:05')).toMatchObject({ status: 'ok', newest_data_age_seconds: 360, message: null });
  // On time for three beats of ten minutes.
  await run('10:28');
  expect(await told('10:29')).toMatchObject({ status: 'ok', message: null });
  await run('10:30');
  expect(await told('10:30')).toMatchObject({
    status: 'degraded',
    stale: false,
    newest_data_age_seconds: 1860,
    message:
      'Its runs succeed and bring nothing new: its newest data is of 2025-01-10T09:59:00Z, 31 minutes old, and due ' +
      'every 10. It goes on sending what it sent before; ask its vendor.',
  });
  // Revisions of the same old instant are not newer data.
  await seed(db, [
    {
      external_id: 'bitcoin',
      observed_at: '2025-01-10T09:59:00Z',
      known_at: '2025-01-10T13:00:00Z',
      revision: 2,
    },
  ]);
  await run('13:00');
  expect(await told('13:01')).toMatchObject({ status: 'degraded', newest_data_age_seconds: 10_920 });
  // A slower pace makes older data normal: three beats of 40 minutes.
  await rows(sql`insert into upstreams (source, slow_factor) values ('coingecko', 4)`);
  await seed(db, [{ external_id: 'bitcoin', observed_at: '2025-01-10T11:30:00Z' }]);
  expect(await told('13:01')).toMatchObject({
    status: 'ok',
    message: expect.stringContaining('4 times more slowly'),
  });
  await seed(db, [{ external_id: 'bitcoin', observed_at: '2025-01-10T13:00:00Z' }]);
  expect(await told('13:01')).toMatchObject({ status: 'ok', newest_data_age_seconds: 60 });
});

test('a source whose data was old when it came reports that and is ok', async () => {
  await seed(db, [
    { external_id: 'bitcoin', observed_at: '2022-01-29T09:31:00Z', known_at: '2025-01-10T11:58:02Z' },
  ]);
  await seedRuns(db, [{ source: 'coingecko', status: 'succeeded', ...at('11:58') }]);
  expect((await ask('/health', { deps })).json).toMatchObject({
    sources: [
      {},
      {
        source: 'coingecko',
        status: 'ok',
        message:
          'Its newest data is of 2022-01-29T09:31:00Z, 1551029 minutes old, and due every 10; it was late when it came.',
      },
      {},
    ],
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
  // Three beats of a source: its own pace, or POLL_MINUTES if that is slower.
  ['coinpaprika', '11:44', 5, true],
  ['coinpaprika', '11:45', 5, false],
  ['coingecko', '11:29', 5, true],
  ['coingecko', '11:31', 5, false],
  ['coingecko', '10:59', 20, true],
  ['coingecko', '11:01', 20, false],
  ['csv', '01:00', 5, false],
] as const)(
  '%s with its last success at %s and a tick every %i minutes: stale %s',
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

test('a first run in progress is not a success yet', async () => {
  await seedRuns(db, [{ source: 'coingecko', status: 'running', started_at: '2025-01-10T11:59:59Z' }]);
  expect((await ask('/health', { deps })).json).toMatchObject({
    sources: [
      {},
      { source: 'coingecko', status: 'degraded', message: 'Its first run has not ended yet.' },
      {},
    ],
  });
});
