import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Db } from '../client.ts';
import { type Lease, leaseEnd, lockLease } from '../tape/leases.ts';

export const RUN_STATUSES = ['queued', 'running', 'succeeded', 'partial', 'failed', 'skipped'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
/** `upload` and `dry_run` belong to the source csv; a `backfill` fetches history and is not a poll. */
export const TRIGGERS = ['cron', 'manual', 'upload', 'dry_run', 'backfill'] as const;
export type Trigger = (typeof TRIGGERS)[number];

export interface QueuedRunRow {
  id: string;
  source: string;
  status: RunStatus;
}

/** Accepts a run that a message will start: one QueuedRunRow. */
export function queueRun(db: Db, run: { source: string; trigger: Trigger }) {
  return db.execute<QueuedRunRow>('runs.queue')(sql`
    insert into runs (source, trigger, status, accepted_at)
    values (${run.source}, ${run.trigger}, 'queued', clock_timestamp())
    returning id, source, status`);
}

export interface StartedRow {
  run_id: string | null;
  token: string | null;
  outcome: 'started' | 'busy' | 'skipped' | 'gone';
  busy_seconds: string | null;
}

// The new holder of the lease knows that a run still marked as running has no holder any more.
const closeOrphans = (source: string, except: SQL): SQL => sql`
  update runs
  set status = 'failed', finished_at = clock_timestamp(), error_code = 'interrupted',
      error_message = 'The run ended without a word; the next run of its source took over.'
  where source = ${source} and trigger <> 'backfill' and status = 'running' and exists (select from lease) and ${except}`;

const takeLease = (source: string, condition: SQL): SQL => sql`
  insert into leases as l (name, token, expires_at)
  select ${source}, 1, ${leaseEnd()} where ${condition}
  on conflict (name) do update set token = l.token + 1, expires_at = excluded.expires_at
  where l.expires_at < clock_timestamp()
  returning token`;

const busySeconds = (source: string): SQL =>
  sql`(select ceil(extract(epoch from expires_at - clock_timestamp())) from leases
       where name = ${source} and expires_at > clock_timestamp())`;

/**
 * Starts the run of a tick if the source's lease is free. For a batch, whose last result is one StartedRow:
 * `started`, `busy`, or `skipped` if the same tick, or a later one, has had its run. An interrupted run does not
 * count.
 */
export function startScheduledRun(db: Db, { source, scheduled_at }: ScheduledRun) {
  const start = db.execute<StartedRow>('runs.start-scheduled')(sql`
    with served as (
      select exists (
        select from runs
        where source = ${source} and scheduled_at >= ${scheduled_at}::timestamptz and status <> 'running'
          and error_code is distinct from 'interrupted'
      ) as already
    ), lease as (${takeLease(source, sql`not (select already from served)`)}),
    orphans as (${closeOrphans(source, sql`true`)}),
    started as (
      insert into runs (source, trigger, status, accepted_at, started_at, scheduled_at)
      select ${source}, 'cron', 'running', clock_timestamp(), clock_timestamp(), ${scheduled_at}::timestamptz
      from lease
      returning id
    )
    select (select id from started) as run_id, (select token from lease) as token,
      case when (select already from served) then 'skipped'
           when exists (select from lease) then 'started'
           else 'busy' end as outcome,
      ${busySeconds(source)} as busy_seconds`);
  return [lockLease(db, source), start] as const;
}

export interface ScheduledRun {
  source: string;
  /** The minute of its tick. Null: not from a tick. */
  scheduled_at: Instant | null;
}

/**
 * Starts an accepted run. `skipped` if a run of its source started after it was accepted (which served its
 * request), `busy` if the lease is taken, `gone` if the run has already ended. A redelivered run that lost its
 * consumer starts again under its own id. For a batch, whose last result is one StartedRow.
 */
export function startQueuedRun(db: Db, run: { id: number; source: string }) {
  const start = db.execute<StartedRow>('runs.start-queued')(sql`
    with asked as (
      select id, accepted_at from runs where id = ${run.id}::bigint and status in ('queued', 'running')
    ), served as (
      select exists (
        select from runs r, asked
        where r.source = ${run.source} and r.trigger <> 'backfill' and r.id <> asked.id
          and r.started_at > asked.accepted_at
      ) as already
    ), lease as (
      ${takeLease(run.source, sql`exists (select from asked) and not (select already from served)`)}
    ), orphans as (${closeOrphans(run.source, sql`id <> ${run.id}::bigint`)}),
    started as (
      update runs set status = 'running', started_at = coalesce(started_at, clock_timestamp())
      where id in (select id from asked) and exists (select from lease)
      returning id
    ), skipped as (
      update runs set status = 'skipped', finished_at = clock_timestamp()
      where id in (select id from asked) and (select already from served) and status = 'queued'
      returning id
    )
    select (select id from started) as run_id, (select token from lease) as token,
      case when not exists (select from asked) then 'gone'
           when (select already from served) then 'skipped'
           when exists (select from lease) then 'started'
           else 'busy' end as outcome,
      ${busySeconds(run.source)} as busy_seconds`);
  return [lockLease(db, run.source), start] as const;
}

export interface RunEnd {
  status: 'succeeded' | 'partial' | 'failed';
  error: { code: ErrorCode; message: string } | null;
}

/** Ends a running run; a run that a later holder has closed does not change. */
export function finishRun(db: Db, lease: Lease, runId: number, end: RunEnd) {
  return db.execute('runs.finish')(sql`
    update runs
    set status = ${end.status}, finished_at = clock_timestamp(),
        error_code = ${end.error?.code ?? null}, error_message = ${end.error?.message ?? null}
    where id = ${runId}::bigint and status = 'running'
      and exists (select from leases where name = ${lease.name} and token = ${lease.token}::bigint)`);
}

/** Ends a run from outside, for example if its message is in the dead letter queue. */
export function failRun(db: Db, runId: number, error: { code: ErrorCode; message: string }) {
  return db.execute('runs.fail')(sql`
    update runs
    set status = 'failed', finished_at = clock_timestamp(),
        error_code = ${error.code}, error_message = ${error.message}
    where id = ${runId}::bigint and status in ('queued', 'running')`);
}

/** Ends runs whose message never came: the queue may lose messages, as it does locally at a restart. */
export function failLostRuns(db: Db) {
  return db.execute('runs.fail-lost')(sql`
    update runs
    set status = 'failed', finished_at = clock_timestamp(), error_code = 'message_lost',
        error_message = 'The queue never delivered the message of this run. Trigger it again.'
    where status = 'queued' and trigger in ('cron', 'manual')
      and accepted_at < clock_timestamp() - interval '10 minutes'`);
}

/** Adds to a run's counters for work outside the load of observations. */
export function countRun(
  db: Db,
  runId: number,
  rows: { read: number; inserted: number; duplicate: number; rejected: number },
) {
  return db.execute('runs.count')(sql`
    update runs
    set rows_read = rows_read + ${rows.read}::int, rows_inserted = rows_inserted + ${rows.inserted}::int,
        rows_duplicate = rows_duplicate + ${rows.duplicate}::int,
        rows_rejected = rows_rejected + ${rows.rejected}::int
    where id = ${runId}::bigint`);
}
