import { sql } from 'drizzle-orm';
import type { Reject } from '../../domain/reject.ts';
import type { Db } from '../client.ts';

/** Stores rejects; repeating a load stores each once. */
export function insertRejects(
  db: Db,
  origin: { source: string; run_id: number; raw_payload_id: number },
  rejects: Reject[],
) {
  const column = (key: keyof Reject) => sql.param(rejects.map((reject) => reject[key]));
  return db.execute('runs.insert-rejects')(sql`
    insert into rejects (source, run_id, raw_payload_id, pointer, external_id, code, message, raw, rejected_at)
    select ${origin.source}, ${origin.run_id}::bigint, ${origin.raw_payload_id}::bigint,
      i.pointer, i.external_id, i.code, i.message, i.raw, clock_timestamp()
    from unnest(${column('pointer')}::text[], ${column('external_id')}::text[], ${column('code')}::text[],
      ${column('message')}::text[], ${column('raw')}::text[]) as i (pointer, external_id, code, message, raw)
    on conflict (raw_payload_id, pointer) do nothing`);
}

/** Rejects of a payload without raw text: the process ended between the load and setRejectRaws. */
export function listBareRejects(db: Db, rawPayloadId: number) {
  return db.execute<{ pointer: string }>('runs.bare-rejects')(sql`
    select pointer from rejects where raw_payload_id = ${rawPayloadId}::bigint and raw = ''`);
}

/** Adds the raw text to rejects that were found inside the database, where only the pointer is known. */
export function setRejectRaws(db: Db, rawPayloadId: number, raws: { pointer: string; raw: string }[]) {
  return db.execute('runs.set-reject-raws')(sql`
    update rejects r set raw = i.raw
    from unnest(${sql.param(raws.map(({ pointer }) => pointer))}::text[],
      ${sql.param(raws.map(({ raw }) => raw))}::text[]) as i (pointer, raw)
    where r.raw_payload_id = ${rawPayloadId}::bigint and r.pointer = i.pointer`);
}
