import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import type { Lease } from '../tape/leases.ts';
import { uploadLease } from './lifecycle.ts';

// How an upload ends: read to its end, judged, or failed.

/** Ends an upload that was read to its end, and its run. */
export function finishUpload(db: Db, id: string, lease: Lease) {
  return db.execute('uploads.finish')(sql`
    with ended as (
      update uploads
      set status = 'succeeded', finished_at = clock_timestamp(), touched_at = clock_timestamp()
      where id = ${id} and status in ('queued', 'processing') and ${isHeld(lease)}
      returning run_id, raw_payload_id
    ), forgotten as (${forgetSightings}),
    loaded as (
      update raw_payloads set loaded_at = clock_timestamp()
      where id in (select raw_payload_id from ended)
    )
    update runs set status = 'succeeded', finished_at = clock_timestamp()
    where id in (select run_id from ended) and status in ('queued', 'running')`);
}

export interface UploadError {
  code: string;
  message: string;
}

/**
 * Ends an upload that cannot continue, and its run, and releases its series, so the same bytes may start again. If
 * it has loaded rows, it withdraws them first: it accepts no more batches, and has neither released its series nor
 * finished until finishWithdrawal reports the end. The last result is `{ run_id, has_rows }`, or no row if it had
 * ended earlier. Without a lease (a dead letter), it ends only if nobody works on it: the dead message may have
 * been a duplicate.
 */
export function failUpload(db: Db, id: string, { code, message }: UploadError, lease: Lease | null) {
  const held = lease
    ? isHeld(lease)
    : sql`not exists (select from leases where name = ${uploadLease(id)} and expires_at > clock_timestamp())`;
  return [
    // Waits for a batch in progress; the next statement then sees its rows.
    db.execute('uploads.lock')(sql`select from uploads where id = ${id} for update`),
    db.execute<{ run_id: string; has_rows: boolean }>('uploads.fail')(sql`
      with asked as (
        select u.id, u.run_id, u.raw_payload_id, not u.dry_run and r.rows_inserted > 0 as has_rows
        from uploads u join runs r on r.id = u.run_id
        where u.id = ${id} and u.status in ('queued', 'processing') and ${held}
      ), ended as (
        update uploads u
        set status = 'failed', error_code = ${code}, error_message = ${message}, touched_at = clock_timestamp(),
          finished_at = case when not a.has_rows then clock_timestamp() end,
          series_key = case when a.has_rows then u.series_key end
        from asked a where u.id = a.id
        returning u.raw_payload_id
      ), forgotten as (${forgetSightings})
      update runs r
      set status = 'failed', error_code = ${code}, error_message = ${message}, finished_at = clock_timestamp(),
        withdraw_reason = case when a.has_rows then ${`The upload failed: ${message}`} end
      from asked a where r.id = a.run_id
      returning r.id as run_id, a.has_rows`),
  ] as const;
}

const isHeld = ({ name, token }: Lease): SQL =>
  sql`exists (select from leases where name = ${name} and token = ${token}::bigint)`;

const forgetSightings = sql`
  delete from upload_sightings where raw_payload_id in (select raw_payload_id from ended)`;

export interface Verdict {
  read: string;
  /** Inserted rows and duplicates. */
  taken: string;
  /**
   * The most frequent reason for rejects, its first record, and the number of its rejects; null without rejects.
   */
  code: string | null;
  message: string | null;
  pointer: string | null;
  times: string | null;
}

/** The counts of an upload, and why records were rejected: one Verdict. */
export function judgeUpload(db: Db, id: string) {
  return db.execute<Verdict>('uploads.verdict')(sql`
    select r.rows_read as read, r.rows_inserted + r.rows_duplicate as taken, reason.*
    from uploads u join runs r on r.id = u.run_id
    left join lateral (
      select x.code, (array_agg(x.message order by x.place))[1] as message,
        (array_agg(x.pointer order by x.place))[1] as pointer, count(*) as times
      from (
        select code, message, pointer, substring(pointer from '^bytes=([0-9]+)')::bigint as place
        from rejects where raw_payload_id = u.raw_payload_id
      ) x
      group by x.code
      order by times desc, min(x.place)
      limit 1
    ) reason on true
    where u.id = ${id}`);
}
