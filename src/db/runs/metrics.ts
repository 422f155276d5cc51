import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { isCounted } from './counted.ts';
import type { RunStatus } from './lifecycle.ts';

/** Figures are JSON numbers: whole, or seconds with a fraction, and far below 2^53. */
export interface SourceMetricsRow {
  source: string;
  runs: Partial<Record<RunStatus, number>>;
  rows: { inserted: number; duplicate: number; rejected: number };
  /** Runs that fetched history, which are not among `runs`. */
  backfills: Partial<Record<RunStatus, number>>;
  durations: { runs: number; seconds: number };
  last_duration_s: number | null;
  last_run_age_s: number | null;
  observations: number;
  /** The calls of the current periods. */
  calls: { period: string; calls: number; calls_max: number | null }[];
}

/** The figures of each of these sources for metrics: SourceMetricsRow rows in the requested order. */
export function listSourceMetrics(db: Db, sources: readonly string[]) {
  return db.execute<SourceMetricsRow>('runs.source-metrics')(sql`
    select s.source, counted.*, fetched.backfills, last.*,
      (select coalesce(sum(c.observations), 0)::float8 from source_counts c where c.source = s.source) as observations,
      (select coalesce(json_agg(json_build_object('period', l.period, 'calls', l.calls, 'calls_max', l.calls_max)
          order by l.period), '[]')
        from call_ledger l
        where l.source = s.source and l.starts_at <= clock_timestamp()
          and l.starts_at + ('1 ' || l.period)::interval > clock_timestamp()) as calls
    from unnest(${sql.param(sources)}::text[]) with ordinality as s (source, position)
    cross join lateral (
      select coalesce(json_object_agg(c.status, c.runs), '{}') as runs,
        json_build_object('inserted', coalesce(sum(c.rows_inserted), 0),
          'duplicate', coalesce(sum(c.rows_duplicate), 0), 'rejected', coalesce(sum(c.rows_rejected), 0)) as rows,
        json_build_object('runs', coalesce(sum(c.measured), 0), 'seconds', coalesce(sum(c.seconds), 0)) as durations
      from (
        select c.status, sum(c.runs) as runs, sum(c.rows_inserted) as rows_inserted, sum(c.rows_duplicate) as rows_duplicate,
          sum(c.rows_rejected) as rows_rejected, sum(c.measured) as measured, sum(c.seconds) as seconds
        from trigger_counts c where c.source = s.source and c.runs > 0 and ${isCounted('c')}
        group by c.status
      ) c
    ) counted
    cross join lateral (
      select coalesce(json_object_agg(c.status, c.runs), '{}') as backfills
      from trigger_counts c where c.source = s.source and c.runs > 0 and c.trigger = 'backfill'
    ) fetched
    left join lateral (
      select extract(epoch from r.finished_at - r.started_at)::float8 as last_duration_s,
        extract(epoch from clock_timestamp() - r.started_at)::float8 as last_run_age_s
      from runs r
      where r.source = s.source and ${isCounted('r')} and r.started_at is not null and r.finished_at is not null
      order by r.started_at desc limit 1
    ) last on true
    order by s.position`);
}

export interface ServiceMetricsRow {
  tape_age_s: number;
  uploads: { queued: number; processing: number };
  alerts_pending: number;
}

/** Figures that belong to no source: one ServiceMetricsRow. */
export function findServiceMetrics(db: Db) {
  return db.execute<ServiceMetricsRow>('runs.service-metrics')(sql`
    select extract(epoch from clock_timestamp() - v.version)::float8 as tape_age_s,
      (select json_build_object('queued', count(*) filter (where status = 'queued'),
          'processing', count(*) filter (where status = 'processing'))
        from uploads where status in ('queued', 'processing')) as uploads,
      (select count(*)::int from alerts where sent_at is null) as alerts_pending
    from tape_version v`);
}
