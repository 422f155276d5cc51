import { type SQL, sql } from 'drizzle-orm';
import type { FileHints, StoredHints } from '../../domain/files/parameters.ts';
import type { Db } from '../client.ts';
import type { OpenRow } from '../runs/tasks.ts';
import { leaseEnd } from '../tape/leases.ts';

export const UPLOAD_STATUSES = ['queued', 'processing', 'succeeded', 'failed', 'withdrawn'] as const;
export type UploadStatus = (typeof UPLOAD_STATUSES)[number];

export interface NewUpload {
  id: string;
  filename: string | null;
  hints: FileHints;
  /** Null for a dry run: two dry runs are never the same upload. */
  series_key: string | null;
  dry_run: boolean;
  sha256: string;
  size_bytes: number;
  r2_key: string;
  content_type: string | null;
  /** The upload whose bytes it reads again. */
  reads_again: string | null;
}

export interface AcceptedRow {
  id: string;
  status: UploadStatus;
  run_id: string;
  r2_key: string;
  fresh: boolean;
  /** Its rows are being withdrawn, so the same bytes can neither be this upload nor start again yet. */
  withdrawing: boolean;
}

/**
 * Accepts an upload with its run and its raw payload, all at once. Returns one AcceptedRow: if the same bytes were
 * accepted earlier for the same series, it is the first upload, and `fresh` is false. If two arrive at once, one
 * fails with a unique violation (23505), and finds the other when it tries again.
 */
export function acceptUpload(db: Db, upload: NewUpload) {
  return db.execute<AcceptedRow>('uploads.accept')(sql`
    with same as (
      select u.id, ${SHOWN_STATUS} as status, u.run_id, p.r2_key,
        r.withdraw_reason is not null as withdrawing
      from uploads u join runs r on r.id = u.run_id join raw_payloads p on p.id = u.raw_payload_id
      where u.series_key = ${upload.series_key}
    ), run as (
      insert into runs (source, trigger, status, accepted_at)
      select 'csv', case when ${upload.dry_run} then 'dry_run' else 'upload' end, 'queued', clock_timestamp()
      where not exists (select from same)
      returning id, accepted_at
    ), payload as (
      insert into raw_payloads (source, run_id, endpoint, url, status, headers, content_type, fetched_at,
        duration_ms, size_bytes, sha256, r2_key, encoding)
      select 'csv', run.id, 'upload', ${upload.filename ?? ''}, 200, '{}', ${upload.content_type}, run.accepted_at,
        0, ${upload.size_bytes}, ${upload.sha256}, ${upload.r2_key}, 'identity'
      from run
      returning id
    ), accepted as (
      insert into uploads (id, run_id, raw_payload_id, filename, hints, series_key, reads_again, dry_run, status,
        sha256, size_bytes, accepted_at, touched_at)
      select ${upload.id}, run.id, payload.id, ${upload.filename}, ${JSON.stringify(upload.hints)}::jsonb,
        ${upload.series_key}, ${upload.reads_again}, ${upload.dry_run}::boolean, 'queued', ${upload.sha256}, ${upload.size_bytes},
        run.accepted_at, run.accepted_at
      from run cross join payload
      returning id, status, run_id
    )
    select id, status, run_id, ${upload.r2_key}::text as r2_key, true as fresh, false as withdrawing from accepted
    union all
    select id, status, run_id, r2_key, false, withdrawing from same`);
}

export interface StartedUpload {
  outcome: 'started' | 'busy' | 'waiting' | 'gone';
  token: string | null;
  busy_seconds: string | null;
  id: string;
  run_id: string;
  raw_payload_id: string;
  fetched_at: string;
  r2_key: string;
  filename: string | null;
  hints: StoredHints;
  dry_run: boolean;
  size_bytes: string;
  done_bytes: string;
  next_line: number;
  encoding: string | null;
  plan: unknown;
  /** The number of records in the preview. */
  previewed: number;
  rows_read: string;
  rows_rejected: string;
}

/** The status of upload `u` for readers: a failed upload is `processing` until its rows are withdrawn. */
export const SHOWN_STATUS: SQL = sql`case when u.status = 'failed' and u.finished_at is null then 'processing'
  else u.status end`;

export const uploadLease = (id: string): string => `upload:${id}`;

/**
 * Takes the upload's lease and returns its progress. No row if there is no such upload; `waiting` while the rows of
 * the upload that it reads again are being withdrawn.
 */
export function startUpload(db: Db, id: string) {
  const name = uploadLease(id);
  return db.execute<StartedUpload>('uploads.start')(sql`
    with asked as (
      select * from uploads where id = ${id} and status in ('queued', 'processing')
    ), waits as (
      select from asked a join uploads u on u.id = a.reads_again join runs r on r.id = u.run_id
      where r.withdraw_reason is not null and r.withdrawn_at is null
    ), lease as (
      insert into leases as l (name, token, expires_at)
      select ${name}, 1, ${leaseEnd()} from asked where not exists (select from waits)
      on conflict (name) do update set token = l.token + 1, expires_at = excluded.expires_at
      where l.expires_at < clock_timestamp()
      returning token
    ), processing as (
      update uploads set status = 'processing', touched_at = clock_timestamp()
      where id = ${id} and exists (select from lease)
    ), running as (
      update runs set status = 'running', started_at = coalesce(started_at, clock_timestamp())
      where id in (select run_id from asked) and exists (select from lease)
    )
    select case when not exists (select from asked) then 'gone'
                when exists (select from waits) then 'waiting'
                when exists (select from lease) then 'started' else 'busy' end as outcome,
      (select token from lease) as token,
      (select ceil(extract(epoch from expires_at - clock_timestamp())) from leases
       where name = ${name} and expires_at > clock_timestamp()) as busy_seconds,
      u.id, u.run_id, u.raw_payload_id, (p.fetched_at at time zone 'utc')::text || '+00' as fetched_at, p.r2_key,
      u.filename, u.hints, u.dry_run, u.size_bytes, u.done_bytes, u.next_line, u.encoding, u.plan, coalesce(jsonb_array_length(u.preview), 0) as previewed,
      r.rows_read, r.rows_rejected
    from uploads u join raw_payloads p on p.id = u.raw_payload_id join runs r on r.id = u.run_id
    where u.id = ${id}`);
}

/** Stores the plan from the header: a later slice need not read it again. */
export function keepFilePlan(
  db: Db,
  id: string,
  planned: { plan: unknown; encoding: string; done_bytes: number; next_line: number },
) {
  return db.execute('uploads.plan')(sql`
    update uploads
    set plan = ${JSON.stringify(planned.plan)}::jsonb, encoding = ${planned.encoding},
        done_bytes = ${planned.done_bytes}, next_line = ${planned.next_line}, touched_at = clock_timestamp()
    where id = ${id} and done_bytes = 0`);
}

/**
 * Advances an upload by one batch. If that batch was committed before, the whole transaction is rolled back with
 * `already_loaded`.
 */
export function advanceUpload(
  db: Db,
  to: { id: string; from_bytes: number; to_bytes: number; next_line: number },
) {
  return db.execute('uploads.advance')(sql`
    with moved as (
      update uploads
      set done_bytes = ${to.to_bytes}, next_line = ${to.next_line}, touched_at = clock_timestamp()
      where id = ${to.id} and done_bytes = ${to.from_bytes} and status = 'processing'
      returning id
    )
    select guard(exists (select from moved), 'already_loaded')`);
}

/** One row `{ done_bytes }`: how far an upload is committed. Asked after a lost reply. */
export function uploadOffset(db: Db, id: string) {
  return db.execute<{ done_bytes: string }>('uploads.offset')(
    sql`select done_bytes from uploads where id = ${id}`,
  );
}

/** Adds records to the preview of an upload. */
export function keepPreview(db: Db, id: string, preview: unknown) {
  return db.execute('uploads.keep-preview')(sql`
    update uploads set preview = coalesce(preview, '[]') || ${JSON.stringify(preview)}::jsonb where id = ${id}`);
}

/**
 * Uploads that are not done, as OpenRow rows: stalled if their consumer died, or nobody has started them for two
 * minutes. A message for an upload that is being read finds its lease taken.
 */
export function listOpenUploads(db: Db) {
  return db.execute<OpenRow>('uploads.open')(sql`
    select u.id, coalesce(l.expires_at > '-infinity' and l.expires_at < clock_timestamp(), false)
        or (u.touched_at < clock_timestamp() - interval '2 minutes' and coalesce(l.expires_at < clock_timestamp(), true))
        as is_stalled
    from uploads u left join leases l on l.name = 'upload:' || u.id
    where u.status in ('queued', 'processing')
    order by is_stalled desc, u.accepted_at limit 100`);
}
