import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import type { OpenRow } from '../runs/tasks.ts';
import { selectInstant } from '../sql/instant-text.ts';

/** Who writes parts holds it, one at a time. */
export const LAKE_LEASE = 'lake';

/** How far the lake is, and what its writer left behind. */
export interface LakeStateRow {
  /** The newest version of the tape. */
  version: Instant;
  /** Null before the first part. */
  written_through: Instant | null;
  /** The part that was planned and never finished, if there is one. */
  part: string | null;
  planned_to: Instant | null;
  content_hash: string | null;
}

/**
 * Begins to write, or goes on: one LakeStateRow. What retention took away while nobody wrote is noted as missing; with
 * the lake on it takes nothing that is not written.
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

/** Notes that no change lies between what is written and this version. */
export function advanceLake(db: Db, through: Instant) {
  return db.execute('lake.advance')(sql`
    update lake_progress set written_through = greatest(written_through, ${through}::timestamptz)`);
}

/** How far parts go: one row, with null when there is none. */
export function findWrittenThrough(db: Db) {
  return db.execute<{ written_through: Instant | null }>('lake.written-through')(sql`
    select ${selectInstant('p.written_through')} as written_through
    from (select) one left join lake_progress p on true`);
}

/** Keeps the request to write what is known by now. */
export function askForLake(db: Db) {
  return db.execute('lake.ask')(sql`
    insert into tasks as t (type, asked, touched_at) values ('lake', 1, clock_timestamp())
    on conflict (type) do update set asked = t.asked + 1, touched_at = clock_timestamp()`);
}

/** The asking that a writer answers which begins now: one row `{ asked }`, or none when none is open. */
export function findAskedLake(db: Db) {
  return db.execute<{ asked: string }>('lake.find-asked')(
    sql`select asked from tasks where type = 'lake' and done < asked`,
  );
}

/** Ends the askings up to this one; what was asked meanwhile stays open. */
export function finishAskedLake(db: Db, asked: number) {
  return db.execute('lake.finish-asked')(sql`
    update tasks set done = greatest(done, ${asked}::bigint), touched_at = clock_timestamp() where type = 'lake'`);
}

/** Whether writing was asked for and is not done: one OpenRow, or none. Stalled with nobody at it. */
export function listOpenLake(db: Db) {
  return db.execute<OpenRow>('lake.open-asked')(sql`
    select t.type as id, not exists (
      select from leases where name = ${LAKE_LEASE} and expires_at > clock_timestamp()) as is_stalled
    from tasks t where t.type = 'lake' and t.done < t.asked`);
}
