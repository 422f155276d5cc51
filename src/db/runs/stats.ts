import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { CallsByPurpose } from '../../domain/upstream/purpose.ts';
import type { Period } from '../../domain/upstream/quota.ts';
import { type Db, rowIn } from '../client.ts';
import { LAKE_STATS, type LakeStatsRow } from '../lake/stats.ts';
import { instantOfJson, jsonInstant } from '../sql/instant-text.ts';
import { type SpareWork, type WantedWork, wantedWork } from '../upstreams/spare-work.ts';
import { isCounted } from './counted.ts';
import type { RunStatus, Trigger } from './lifecycle.ts';

/** Durations describe the present, so only the newest runs are measured. */
const RUNS_MEASURED = 100;

interface RunMoment {
  run_id: number;
  at: Instant;
}

/** Runs of one trigger that ended, or stand, alike, and what they read. */
export interface RunSums {
  trigger: Trigger;
  status: RunStatus;
  runs: number;
  read: number;
  inserted: number;
  duplicate: number;
  rejected: number;
}

/** What statsIn reads: counts are JSON numbers, whole and far below 2^53, and instants have no Z. */
export interface SourceStatsRow extends SourceStats {
  /** In the first row only, because it is the same in each. */
  tape: TapeStats | null;
}

export interface SourceStats {
  source: string;
  sums: RunSums[];
  duration_ms: { runs: number; avg: number | null; p50: number | null; max: number | null };
  last_success: RunMoment | null;
  last_failure: (RunMoment & { code: string | null; message: string | null }) | null;
  checkpoints: { endpoint: string; fetched_at: Instant; watermark: Instant | null }[];
  kept: { observations: number; revisions: number };
  listings: string;
  /** Null for a source that was never polled. */
  quota: QuotaStats | null;
  /** The endpoints whose newest answer was none. */
  failures: { endpoint: string; failures: number; failed_at: Instant }[];
  /** The calls that gaps and history still want; null of a source that has none. */
  wanted: WantedWork | null;
}

export interface TapeStats {
  version: Instant;
  retention: RetentionStats;
  lake: LakeStatsRow;
}

export interface QuotaStats {
  plan: string;
  slow_factor: number;
  /** Until when it is left alone. */
  ask_after: Instant | null;
  periods: QuotaPeriod[];
}

/** The rows and bytes that maintenance has removed so far. */
export interface RetentionStats {
  horizon: Instant | null;
  rows_removed: number;
  payloads_expired: number;
  maintained_at: Instant | null;
}

/** A period of the call ledger that is not over. */
export interface QuotaPeriod {
  period: Period;
  starts_at: Instant;
  calls: number;
  calls_max: number | null;
  /** For a month, without calls that an older release counted. */
  by_purpose: CallsByPurpose;
}

/**
 * What each of these sources has done so far, and what a forecast of its calls needs to know, in one statement:
 * SourceStatsRow rows in the order asked. `works` are those of sources that are given gaps and history.
 */
export function listSourceStats(
  db: Db,
  { sources, works, now }: { sources: readonly string[]; works: readonly SpareWork[]; now: Instant },
) {
  // Each a value of the select list: as joins the planner would look for their best order, which takes longer than all
  // they read.
  return db.execute<SourceStatsRow>('runs.stats')(sql`
    select s.source, (${SUMS}) as sums, (${DURATIONS}) as duration_ms, (${LAST_SUCCESS}) as last_success,
      (${LAST_FAILURE}) as last_failure, (${CHECKPOINTS}) as checkpoints, (${KEPT}) as kept, (${quota(now)}) as quota,
      (${FAILURES}) as failures, ${wantedOf(works)} as wanted, case when s.position = 1 then (${TAPE}) end as tape,
      coalesce((select c.listings from listing_counts c where c.source = s.source), 0) as listings
    from unnest(${sql.param(sources)}::text[]) with ordinality as s (source, position)
    order by s.position`);
}

/** The sources of these rows in their order, and the tape. */
export function statsIn(rows: SourceStatsRow[]): { sources: SourceStats[]; tape: TapeStats } {
  const { tape } = rowIn(rows);
  if (tape === null) throw new Error('The first row of the statistics lacks the tape.');
  const { version, retention, lake } = tape;
  return {
    sources: rows.map(sourceStats),
    tape: {
      version: instantOfJson(version),
      retention: {
        ...retention,
        horizon: instantOfJson(retention.horizon),
        maintained_at: instantOfJson(retention.maintained_at),
      },
      lake,
    },
  };
}

const sourceStats = (row: SourceStatsRow): SourceStats => ({
  ...row,
  last_success: row.last_success && momentOf(row.last_success),
  last_failure: row.last_failure && momentOf(row.last_failure),
  checkpoints: row.checkpoints.map((point) => ({
    ...point,
    fetched_at: instantOfJson(point.fetched_at),
    watermark: instantOfJson(point.watermark),
  })),
  quota: row.quota && {
    ...row.quota,
    ask_after: instantOfJson(row.quota.ask_after),
    periods: row.quota.periods.map((period) => ({ ...period, starts_at: instantOfJson(period.starts_at) })),
  },
  failures: row.failures.map((failure) => ({ ...failure, failed_at: instantOfJson(failure.failed_at) })),
});

const momentOf = <Moment extends RunMoment>(moment: Moment): Moment => ({
  ...moment,
  at: instantOfJson(moment.at),
});

const SUMS = sql`
  select coalesce(json_agg(json_build_object('trigger', c.trigger, 'status', c.status, 'runs', c.runs,
    'read', c.rows_read, 'inserted', c.rows_inserted, 'duplicate', c.rows_duplicate, 'rejected', c.rows_rejected)), '[]')
  from trigger_counts c where c.source = s.source and c.runs > 0`;

const KEPT = sql`
  select json_build_object('observations', coalesce(sum(c.observations), 0), 'revisions', coalesce(sum(c.revisions), 0))
  from source_counts c where c.source = s.source`;

const FAILURES = sql`
  select coalesce(json_agg(json_build_object('endpoint', f.endpoint, 'failures', f.failures,
    'failed_at', ${jsonInstant('f.failed_at')})), '[]')
  from endpoint_failures f where f.source = s.source`;

const wantedOf = (works: readonly SpareWork[]): SQL =>
  works.length === 0
    ? sql`null::json`
    : sql`case s.source ${sql.join(
        works.map((work) => sql`when ${work.source} then (${wantedWork(work)})`),
        sql` `,
      )} end`;

const TAPE = sql`
  select json_build_object('version', ${jsonInstant('v.version')}, 'lake', ${LAKE_STATS}, 'retention',
    json_build_object('horizon', ${jsonInstant('r.horizon')}, 'rows_removed', r.rows_removed,
      'payloads_expired', r.payloads_expired, 'maintained_at', ${jsonInstant('r.maintained_at')}))
  from tape_version v cross join retention r left join lake_progress p on true`;

const DURATIONS = sql`
  select json_build_object('runs', count(*), 'avg', round(avg(ms)),
    'p50', percentile_disc(0.5) within group (order by ms), 'max', max(ms))
  from (
    select round(extract(epoch from r.finished_at - r.started_at) * 1000) as ms from runs r
    where r.source = s.source and ${isCounted('r')} and r.started_at is not null
      and r.finished_at is not null
    order by r.started_at desc limit ${RUNS_MEASURED}::int
  ) newest`;

const LAST_SUCCESS = sql`
  select json_build_object('run_id', r.id, 'at', ${jsonInstant('r.finished_at')}) from runs r
  where r.source = s.source and ${isCounted('r')} and r.started_at is not null
    and r.status in ('succeeded', 'partial')
  order by r.started_at desc limit 1`;

const LAST_FAILURE = sql`
  select json_build_object('run_id', r.id, 'at', ${jsonInstant('r.finished_at')}, 'code', r.error_code,
    'message', r.error_message)
  from runs r
  where r.source = s.source and ${isCounted('r')} and r.started_at is not null
    and r.status in ('partial', 'failed')
  order by r.started_at desc limit 1`;

const CHECKPOINTS = sql`
  select coalesce(json_agg(json_build_object('endpoint', c.endpoint, 'fetched_at', ${jsonInstant('c.fetched_at')},
    'watermark', ${jsonInstant('c.watermark')}) order by c.endpoint), '[]')
  from checkpoints c where c.source = s.source`;

const quota = (now: Instant): SQL => sql`
  select json_build_object('plan', u.plan, 'slow_factor', u.slow_factor, 'ask_after', ${jsonInstant('u.ask_after')},
    'periods', (
    select coalesce(json_agg(json_build_object('period', c.period, 'starts_at', ${jsonInstant('c.starts_at')},
      'calls', c.calls, 'calls_max', c.calls_max, 'by_purpose', (
        select coalesce(json_object_agg(p.purpose, p.calls), '{}') from call_purposes p
        where p.source = c.source and p.period = c.period and p.starts_at = c.starts_at
      )) order by c.starts_at), '[]')
    from call_ledger c
    where c.source = s.source
      and c.starts_at = date_trunc(c.period, ${now}::timestamptz at time zone 'utc') at time zone 'utc'
  ))
  from upstreams u where u.source = s.source`;
