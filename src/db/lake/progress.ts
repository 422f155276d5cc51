import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import type { OpenRow } from '../runs/tasks.ts';
import { selectInstant } from '../sql/instant-text.ts';

/** The lease for writing parts: one holder at a time. */
export const LAKE_LEASE = 'lake';

/** The state of the lake, and the unfinished work of its writer. */
export interface LakeStateRow {
  /** The newest version of the tape. */
  version: Instant;
  /** Null before the first part. */
  written_through: Instant | null;
  /** The part that was planned and not finished, if there is one. */
  part: string | null;
  planned_to: Instant | null;
  content_hash: string | null;
}

/**
 * Starts or continues writing: one LakeStateRow. Rows that retention removed while nobody wrote are recorded as
 * missing. While the lake is on, retention removes only written rows.
 */
export function openLake(db: Db) {
  return db.execute<LakeStateRow>('lake.open')(sql`
    with opened as (
      insert into lake_progress as p (complete_from) select r.horizon from retention r
      on conflict (id) do update set complete_from =
        case when p.written_through is null or excluded.complete_from > p.written_through
          then excluded.complete_from else p.complete_from end
      returning written_through
    )
    select ${selectInstant('v.version')} as version, ${selectInstant('o.written_through')} as written_through,
      p.part, ${selectInstant('p.version_to')} as planned_to, p.content_hash
    from tape_version v cross join opened o
    left join lake_parts p on p.kind = 'changes' and p.written_at is null`);
}

/** Records that there are no changes between the written ones and this version. */
export function advanceLake(db: Db, through: Instant) {
  return db.execute('lake.advance')(sql`
    update lake_progress set written_through = greatest(written_through, ${through}::timestamptz)`);
}

/** The end of the written parts: one row, with null if there are none. */
export function findWrittenThrough(db: Db) {
  return db.execute<{ written_through: Instant | null }>('lake.written-through')(sql`
    select ${selectInstant('p.written_through')} as written_through
    from (select) one left join lake_progress p on true`);
}

/** Stores the request to write everything known by now. */
export function askForLake(db: Db) {
  return db.execute('lake.ask')(sql`
    insert into tasks as t (type, asked, touched_at) values ('lake', 1, clock_timestamp())
    on conflict (type) do update set asked = t.asked + 1, touched_at = clock_timestamp()`);
}

/** The request that a writer starting now answers: one row `{ asked }`, or none if none is open. */
export function findAskedLake(db: Db) {
  return db.execute<{ asked: string }>('lake.find-asked')(
    sql`select asked from tasks where type = 'lake' and done < asked`,
  );
}

/** Ends the requests up to this one; later requests stay open. */
export function finishAskedLake(db: Db, asked: number) {
  return db.execute('lake.finish-asked')(sql`
    update tasks set done = greatest(done, ${asked}::bigint), touched_at = clock_timestamp() where type = 'lake'`);
}

/** Whether a requested write is still open: one OpenRow, or none. Stalled if nobody works on it. */
export function listOpenLake(db: Db) {
  return db.execute<OpenRow>('lake.open-asked')(sql`
    select t.type as id, not exists (
      select from leases where name = ${LAKE_LEASE} and expires_at > clock_timestamp()) as is_stalled
    from tasks t where t.type = 'lake' and t.done < t.asked`);
}
