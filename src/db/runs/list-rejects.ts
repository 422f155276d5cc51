import { sql } from 'drizzle-orm';
import type { RejectCode } from '../../domain/reject.ts';
import type { Db } from '../client.ts';

/** A reject of an upload and its place in the file. */
export interface UploadRejectRow {
  byte_offset: string;
  line: number;
  code: RejectCode;
  message: string;
  raw: string;
}

/** A reject of a page, with the total number; a page without rejects is one row of nulls with the number. */
export type RejectPageRow = { total: string } & (UploadRejectRow | { byte_offset: null });

/**
 * One page of an upload's rejects in file order, after the record at byte `after`: at most `limit` RejectPageRow
 * rows. No row if there is no such upload.
 */
export function listUploadRejects(
  db: Db,
  uploadId: string,
  { limit, offset, after }: { limit: number; offset: number; after: number | null },
) {
  return db.execute<RejectPageRow>('runs.upload-rejects')(sql`
    select total.total, page.*
    from uploads u
    cross join lateral (select count(*) as total from rejects where raw_payload_id = u.raw_payload_id) total
    left join lateral (
      select * from (
        select substring(x.pointer from '^bytes=([0-9]+)')::bigint as byte_offset,
          substring(x.pointer from 'line=([0-9]+)$')::int as line, x.code, x.message, x.raw
        from rejects x where x.raw_payload_id = u.raw_payload_id
      ) placed
      where ${after === null ? sql`true` : sql`placed.byte_offset > ${after}::bigint`}
      order by placed.byte_offset
      limit ${limit}::int offset ${offset}::int
    ) page on true
    where u.id = ${uploadId}
    order by page.byte_offset`);
}
