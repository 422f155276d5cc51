import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { Stats } from '../../../src/http/service/schemas.ts';
import { clockAt, remoteDeps } from '../../support/clock.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { seedRuns } from '../../support/tape.ts';

const { db } = testDeps();
const deps = { now: () => new Date('2026-01-16T12:00:30Z') };
/** CoinGecko with a demo key and CoinPaprika without one, under public host names. */
const demo = {
  ...deps,
  settings: remoteDeps(clockAt('2026-01-16T12:00:30Z'), {}, { COINGECKO_API_KEY: 'k' }).settings,
};

beforeEach(emptyDatabase);

interface Told {
  sources: {
    source: string;
    quota: { forecast: unknown } | null;
    status: string;
    stale: boolean;
    message: string | null;
  }[];
}
const told = async (path: string) => (await ask(path, { deps })).json as Told;
const health = async (source: string) => (await told('/health')).sources.find((one) => one.source === source);

test('/stats shows the calls of the current periods against the plan, and the planned calls', async () => {
  await rows(sql`insert into upstreams (source, plan, slow_factor) values ('coingecko', 'demo', 2)`);
  await rows(sql`insert into call_ledger (source, period, starts_at, calls, calls_max) values
    ('coingecko', 'month', '2025-12-01Z', 9000, 10000), ('coingecko', 'month', '2026-01-01Z', 4000, 10000),
    ('coingecko', 'minute', '2026-01-16T11:59:00Z', 7, 100), ('coingecko', 'minute', '2026-01-16T12:00:00Z', 5, 100)`);
  await rows(sql`insert into call_purposes (source, period, starts_at, purpose, calls) values
    ('coingecko', 'month', '2025-12-01Z', 'live', 9000), ('coingecko', 'month', '2026-01-01Z', 'live', 3600),
    ('coingecko', 'month', '2026-01-01Z', 'history', 300)`);
  const answer = await ask('/stats', { deps: demo });
  expect(Stats.safeParse(answer.json).error).toBe(undefined);
  expect((answer.json as Told).sources.map(({ quota }) => quota)).toEqual([
    null,
    {
      plan: 'demo',
      slow_factor: 2,
      periods: [
        {
          period: 'month',
          starts_at: '2026-01-01T00:00:00Z',
          ends_at: '2026-02-01T00:00:00Z',
          calls: 4000,
          calls_max: 10_000,
          by_purpose: { live: 3600, lists: 0, manual: 0, gap: 0, history: 300 },
          projected_calls: 8_108,
        },
        {
          period: 'minute',
          starts_at: '2026-01-16T12:00:00Z',
          ends_at: '2026-01-16T12:01:00Z',
          calls: 5,
          calls_max: 100,
          by_purpose: null,
          projected_calls: null,
        },
      ],
      forecast: {
        pace_minutes: 20,
        next_call_at: '2026-01-16T12:05:00Z',
        planned_calls: 4_108,
        spare_calls: 0,
        projected_calls: 8_108,
        calls_max: 10_000,
        wanted: { gap: 0, history: 0 },
      },
    },
    null,
  ]);
});

test('/stats shows how fast a source is polled, and when next', async () => {
  await rows(sql`insert into checkpoints (source, endpoint, fetched_at, every_minutes, raw_payload_id, run_id)
    select 'coingecko', endpoint, '2026-01-16T12:00:02Z', 10, 1, 1 from unnest('{coins/markets?page=1,global,exchange_rates,coins/list}'::text[] ||
      '{coins/markets?page=2,coins/markets?page=3,coins/markets?page=4}'::text[]) endpoint`);
  await rows(sql`insert into upstreams (source) values ('coinpaprika'), ('coingecko')`);
  const forecasts = async () =>
    new Map(
      ((await ask('/stats', { deps: demo })).json as Told).sources.map(({ source, quota }) => [
        source,
        quota?.forecast,
      ]),
    );
  const found = await forecasts();
  expect(found.get('csv')).toBe(undefined);
  expect(found.get('coingecko')).toMatchObject({
    pace_minutes: 10,
    next_call_at: '2026-01-16T12:10:00Z',
    calls_max: 10_000,
  });
  // A source that is left alone, and one without calls left, are polled later.
  await rows(sql`update upstreams set ask_after = '2026-01-16T12:31:00Z' where source = 'coingecko'`);
  await rows(
    sql`insert into call_ledger (source, period, starts_at, calls) values ('coinpaprika', 'month', '2026-01-01Z', 20000)`,
  );
  const later = await forecasts();
  expect([later.get('coinpaprika'), later.get('coingecko')]).toMatchObject([
    { pace_minutes: null, next_call_at: '2026-02-01T00:00:00Z', planned_calls: 0, projected_calls: 20_000 },
    { pace_minutes: 10, next_call_at: '2026-01-16T12:35:00Z' },
  ]);
});

const failed = (error: [string, string]) =>
  seedRuns(db, [
    {
      source: 'coingecko',
      status: 'failed',
      started_at: '2026-01-16T12:00:00Z',
      finished_at: '2026-01-16T12:00:01Z',
      error,
    },
  ]);

test.for([
  ['upstream_key_refused', 'Check COINGECKO_API_KEY; COINGECKO_PLAN=demo goes with'],
  ['upstream_plan_limit', 'The plan does not include this'],
  ['upstream_banned', 'The upstream blocks this address'],
  ['upstream_rate_limited', 'It is asked more slowly by itself now'],
  ['upstream_failed', 'The next tick tries again'],
] as const)('/health gives the remedy for %s', async ([code, remedy]) => {
  await failed([code, 'coins/markets?page=1 answered badly.']);
  expect(await health('coingecko')).toMatchObject({
    status: 'degraded',
    message: expect.stringContaining(remedy),
  });
});

test('/health says when a paused source is tried again', async () => {
  await failed(['upstream_failed', 'tickers answered 500']);
  await rows(sql`insert into upstreams (source, ask_after) values ('coingecko', '2026-01-16T13:00:00Z')`);
  expect((await health('coingecko'))?.message).toBe(
    'Run 1 failed at 2026-01-16T12:00:01Z: tickers answered 500. It is tried again at 2026-01-16T13:00:00Z, or at once ' +
      'by POST /trigger-etl; see /runs/1.',
  );
});

test('/health says that the calls of the plan are used up', async () => {
  await rows(sql`insert into upstreams (source, quota_since) values ('coinpaprika', '2026-01-15Z')`);
  expect(await health('coinpaprika')).toMatchObject({
    status: 'degraded',
    message: expect.stringMatching(/^Not asked since 2026-01-15T00:00:00Z.*COINPAPRIKA_CALLS_PER_MONTH/),
  });
});

test('/health shows the effective pace of a slowed source, which is no separate incident', async () => {
  await rows(sql`insert into runs (source, trigger, status, accepted_at, started_at, finished_at)
    select 'coinpaprika', 'cron', 'succeeded', t, t, t from (select timestamptz '2026-01-16T11:01:00Z' as t) x`);
  await rows(sql`insert into upstreams (source, slow_factor) values ('coinpaprika', 4)`);
  expect(await health('coinpaprika')).toMatchObject({
    status: 'ok',
    stale: false,
    effective_pace: { every_minutes: 20, planned_minutes: 5 },
    message:
      'It said "too many requests" and is asked every 20 minutes for now, 4 times more slowly than planned.',
  });
  await rows(sql`update runs set finished_at = '2026-01-16T10:50:00Z'`);
  const slow = 'No success for 70 minutes; it said "too many requests" and is asked 4 times more slowly now.';
  expect(await health('coinpaprika')).toMatchObject({ status: 'degraded', stale: true, message: slow });
  await rows(sql`update upstreams set ask_after = '2026-01-16T12:20:00Z'`);
  expect(await health('coinpaprika')).toMatchObject({
    message: `${slow} It is tried again at 2026-01-16T12:20:00Z, or at once by POST /trigger-etl.`,
  });
});

test('/health accepts a source that is slowed down on purpose, and does not count a backfill as a poll', async () => {
  const run = (
    time: string,
    trigger = 'cron',
  ) => sql`insert into runs (source, trigger, status, accepted_at, started_at,
    finished_at, error_code) values ('coinpaprika', ${trigger}, ${trigger === 'cron' ? 'succeeded' : 'failed'},
    ${time}, ${time}, ${time}, 'upstream_refused')`;
  await rows(run('2026-01-16T11:30:00Z'));
  await rows(run('2026-01-16T11:59:00Z', 'backfill'));
  expect(await health('coinpaprika')).toMatchObject({ stale: true });
  await rows(sql`insert into checkpoints (source, endpoint, fetched_at, every_minutes, raw_payload_id, run_id)
    values ('coinpaprika', 'tickers', '2026-01-16T11:30:00Z', 15, 1, 1)`);
  expect(await health('coinpaprika')).toMatchObject({
    stale: false,
    status: 'ok',
    effective_pace: { every_minutes: 15, planned_minutes: 5 },
    message: null,
  });
});
