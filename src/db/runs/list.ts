import { type SQL, sql } from 'drizzle-orm';
import type { Anomaly } from '../../domain/anomaly.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { instantText } from '../sql/instant-text.ts';
import type { RunStatus, Trigger } from './lifecycle.ts';

export interface RunRow {
  id: string;
  source: string;
  trigger: Trigger;
  status: RunStatus;
  accepted_at: Instant;
  started_at: Instant | null;
  finished_at: Instant | null;
  duration_ms: string | null;
  rows_read: string;
  rows_inserted: string;
  rows_duplicate: string;
  rows_rejected: string;
  error_code: string | null;
  error_message: string | null;
  anomalies: Anomaly[];
  withdraw_reason: string | null;
  withdrawn_at: Instant | null;
}

export interface RunFilter {
  sources: string[] | null;
  statuses: RunStatus[] | null;
}

/** A run of a page, with the number of matching runs; an empty page is one row of nulls with the number. */
export type RunPageRow = { total: string } & (RunRow | { id: null });

/** The select list of a RunRow from `r`. */
export const RUN_ROW: SQL = sql`
  r.id, r.source, r.trigger, r.status, ${instantText('r.accepted_at')} as accepted_at,
  ${instantText('r.started_at')} as started_at, ${instantText('r.finished_at')} as finished_at,
  round(extract(epoch from r.finished_at - r.started_at) * 1000)::bigint as duration_ms,
  r.rows_read, r.rows_inserted, r.rows_duplicate, r.rows_rejected, r.error_code, r.error_message, r.anomalies,
  r.withdraw_reason, ${instantText('r.withdrawn_at')} as withdrawn_at`;

/** One page of runs, newest first, after the run `after`: at most `limit` RunPageRow rows. */
export function listRuns(
  db: Db,
  {
    filter,
    limit,
    offset,
    after,
  }: { filter: RunFilter; limit: number; offset: number; after: number | null },
) {
  return db.execute<RunPageRow>('runs.page')(sql`
    select total.total, page.*
    from (select count(*) as total from runs r where ${conditions(filter)}) total
    left join (
      select ${RUN_ROW} from runs r
      where ${conditions(filter)} and ${after === null ? sql`true` : sql`r.id < ${after}::bigint`}
      order by r.id desc
      limit ${limit}::int offset ${offset}::int
    ) page on true
    order by page.id desc`);
}

function conditions({ sources, statuses }: RunFilter): SQL {
  return sql.join(
    [
      sql`true`,
      ...(sources ? [sql`r.source = any(${sql.param(sources)}::text[])`] : []),
      ...(statuses ? [sql`r.status = any(${sql.param(statuses)}::text[])`] : []),
    ],
    sql` and `,
  );
}

export interface RequestOfRun {
  endpoint: string;
  url: string;
  status: number;
  fetched_at: Instant;
  duration_ms: number;
  size_bytes: number;
  sha256: string;
  loaded: boolean;
  error_code: string | null;
}

export interface RejectOfRun {
  code: string;
  message: string;
  pointer: string;
  external_id: string | null;
  raw: string;
}

export type RunDetailRow = RunRow & {
  requests: RequestOfRun[];
  rejects: RejectOfRun[];
  rejects_count: string;
};

export const REJECTS_SHOWN = 20;

/** One run with its upstream replies and its first rejects: one RunDetailRow, or none. */
export function findRun(db: Db, id: number) {
  return db.execute<RunDetailRow>('runs.find')(sql`
    select ${RUN_ROW},
      (select coalesce(json_agg(json_build_object('endpoint', p.endpoint, 'url', p.url, 'status', p.status,
          'fetched_at', ${instantText('p.fetched_at')}, 'duration_ms', p.duration_ms, 'size_bytes', p.size_bytes,
          'sha256', p.sha256, 'loaded', p.loaded_at is not null, 'error_code', p.error_code) order by p.id), '[]')
        from raw_payloads p where p.run_id = r.id) as requests,
      (select coalesce(json_agg(json_build_object('code', x.code, 'message', x.message, 'pointer', x.pointer,
          'external_id', x.external_id, 'raw', x.raw) order by x.id), '[]')
        from (select * from rejects where run_id = r.id order by id limit ${REJECTS_SHOWN}::int) x) as rejects,
      (select count(*) from rejects x where x.run_id = r.id) as rejects_count
    from runs r where r.id = ${id}::bigint`);
}
