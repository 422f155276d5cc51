import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { SHOWN_STATUS, type UploadStatus } from './lifecycle.ts';

/** An upload whose bytes may be read again. */
export interface ReadableUpload {
  id: string;
  status: UploadStatus;
  dry_run: boolean;
  run_id: string;
  filename: string | null;
  sha256: string;
  size_bytes: string;
  r2_key: string;
  content_type: string | null;
  is_withdrawing: boolean;
  /** Whether the tape may contain its rows. */
  has_rows: boolean;
  /** The upload that reads its bytes again, unless that one failed or was withdrawn. */
  read_again_as: string | null;
}

/** The facts that a request to read an upload again needs: one ReadableUpload, or none. */
export function findReadable(db: Db, id: string) {
  return db.execute<ReadableUpload>('uploads.readable')(sql`
    select u.id, ${SHOWN_STATUS} as status, u.dry_run, u.run_id, u.filename, u.sha256, u.size_bytes, p.r2_key,
      p.content_type, r.withdraw_reason is not null and r.withdrawn_at is null as is_withdrawing,
      r.withdraw_reason is null and (u.status = 'succeeded' or r.rows_inserted > 0) as has_rows,
      (select a.id from uploads a where a.reads_again = u.id and a.status in ('queued', 'processing', 'succeeded'))
        as read_again_as
    from uploads u join runs r on r.id = u.run_id join raw_payloads p on p.id = u.raw_payload_id
    where u.id = ${id}`);
}

/** Requests the withdrawal of the upload that `by` reads again, if that was accepted. */
export function withdrawForReading(db: Db, runId: number, by: string) {
  return db.execute('uploads.withdraw-for-reading')(sql`
    update runs set withdraw_reason = ${`Read again as upload ${by}.`}
    where id = ${runId}::bigint and withdraw_reason is null and exists (select from uploads where id = ${by})`);
}

/** Uploads that waited for the withdrawal of a run. */
export function listReadersOf(db: Db, runId: number) {
  return db.execute<{ id: string }>('uploads.readers-of')(sql`
    select a.id from uploads u join uploads a on a.reads_again = u.id
    where u.run_id = ${runId}::bigint and a.status = 'queued'`);
}
