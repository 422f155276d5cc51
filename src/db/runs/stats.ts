import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { CallsByPurpose } from '../../domain/upstream/purpose.ts';
import type { Period } from '../../domain/upstream/quota.ts';
import type { Db } from '../client.ts';
import { instantText, selectInstant } from '../sql/instant-text.ts';
import { isCounted } from './counted.ts';
import type { RunStatus } from './lifecycle.ts';

/** Durations describe the present, so only the newest runs are measured. */
const RUNS_MEASURED = 100;

interface RunMoment {
  run_id: number;
  at: Instant;
}

interface RowSums {
  read: number;
  inserted: number;
  duplicate: number;
  rejected: number;
}

/** Counts are JSON numbers: whole, and far below 2^53. */
export interface SourceStatsRow {
  version: Instant;
  source: string;
  runs: Partial<Record<RunStatus, number>>;
  rows: RowSums;
  /** Runs that fetched history, which are not among `runs`. */
  backfills: { runs: Partial<Record<RunStatus, number>>; rows: RowSums };
  duration_ms: { runs: number; avg: number | null; p50: number | null; max: number | null };
  last_success: RunMoment | null;
  last_failure: (RunMoment & { code: string | null; message: string | null }) | null;
  checkpoints: { endpoint: string; fetched_at: Instant; watermark: Instant | null }[];
  observations: string;
  revisions: string;
  listings: string;
  /** Null for a source that was never polled. */
  quota: { plan: string; slow_factor: number; periods: QuotaPeriod[] } | null;
  /** About the tape, the same in each row. */
  retention: RetentionStats;
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

/** The figures of each of these sources so far, in one statement: SourceStatsRow rows in the requested order. */
export function listSourceStats(db: Db, sources: readonly string[], now: Instant) {
  return db.execute<SourceStatsRow>('runs.stats')(sql`
    select ${selectInstant('v.version')} as version, s.source, counted.runs, counted.rows, (${BACKFILLS}) as backfills,
      (${DURATIONS}) as duration_ms, (${LAST_SUCCESS}) as last_success, (${LAST_FAILURE}) as last_failure,
      (${CHECKPOINTS}) as checkpoints, kept.observations, kept.revisions, (${quota(now)}) as quota,
      (${RETENTION}) as retention,
      coalesce((select c.listings from listing_counts c where c.source = s.source), 0) as listings
    from unnest(${sql.param(sources)}::text[]) with ordinality as s (source, position)
    cross join tape_version v
    cross join lateral (
      select coalesce(json_object_agg(c.status, c.runs), '{}') as runs, ${ROW_SUMS} as rows
      from (
        select c.status, sum(c.runs) as runs, sum(c.rows_read) as rows_read, sum(c.rows_inserted) as rows_inserted,
          sum(c.rows_duplicate) as rows_duplicate, sum(c.rows_rejected) as rows_rejected
        from trigger_counts c where c.source = s.source and c.runs > 0 and ${isCounted('c')}
        group by c.status
      ) c
    ) counted
    cross join lateral (
      select coalesce(sum(c.observations), 0) as observations, coalesce(sum(c.revisions), 0) as revisions
      from source_counts c where c.source = s.source
    ) kept
    order by s.position`);
}

// For a source `s`, each a value of the select list: with joins, the planner would search for their best order,
// which takes longer than all of the reads.

const ROW_SUMS = sql`
  json_build_object('read', coalesce(sum(c.rows_read), 0), 'inserted', coalesce(sum(c.rows_inserted), 0),
    'duplicate', coalesce(sum(c.rows_duplicate), 0), 'rejected', coalesce(sum(c.rows_rejected), 0))`;

const RETENTION = sql`
  select json_build_object('horizon', ${instantText('r.horizon')}, 'rows_removed', r.rows_removed,
    'payloads_expired', r.payloads_expired, 'maintained_at', ${instantText('r.maintained_at')})
  from retention r`;

const BACKFILLS = sql`
  select json_build_object('runs', coalesce(json_object_agg(c.status, c.runs), '{}'), 'rows', ${ROW_SUMS})
  from trigger_counts c where c.source = s.source and c.runs > 0 and c.trigger = 'backfill'`;

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
  select json_build_object('run_id', r.id, 'at', ${instantText('r.finished_at')}) from runs r
  where r.source = s.source and ${isCounted('r')} and r.started_at is not null
    and r.status in ('succeeded', 'partial')
  order by r.started_at desc limit 1`;

const LAST_FAILURE = sql`
  select json_build_object('run_id', r.id, 'at', ${instantText('r.finished_at')}, 'code', r.error_code,
    'message', r.error_message)
  from runs r
  where r.source = s.source and ${isCounted('r')} and r.started_at is not null
    and r.status in ('partial', 'failed')
  order by r.started_at desc limit 1`;

const CHECKPOINTS = sql`
  select coalesce(json_agg(json_build_object('endpoint', c.endpoint, 'fetched_at', ${instantText('c.fetched_at')},
    'watermark', ${instantText('c.watermark')}) order by c.endpoint), '[]')
  from checkpoints c where c.source = s.source`;

const quota = (now: Instant): SQL => sql`
  select json_build_object('plan', u.plan, 'slow_factor', u.slow_factor, 'periods', (
    select coalesce(json_agg(json_build_object('period', c.period, 'starts_at', ${instantText('c.starts_at')},
      'calls', c.calls, 'calls_max', c.calls_max, 'by_purpose', (
        select coalesce(json_object_agg(p.purpose, p.calls), '{}') from call_purposes p
        where p.source = c.source and p.period = c.period and p.starts_at = c.starts_at
      )) order by c.starts_at), '[]')
    from call_ledger c
    where c.source = s.source
      and c.starts_at = date_trunc(c.period, ${now}::timestamptz at time zone 'utc') at time zone 'utc'
  ))
  from upstreams u where u.source = s.source`;
