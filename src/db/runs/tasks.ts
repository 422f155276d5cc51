import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';

// Work without a row of its own that shows whether it is done.

/** Work that is not done yet. */
export interface OpenRow {
  id: string;
  /** Whether nobody works on it, so its message may be lost. */
  is_stalled: boolean;
}

/**
 * CTE body that requests the resolution of assets if `reasons`, a relation of at most one row, has a row. A
 * resolution that is already running is repeated.
 */
export const askForResolution = (reasons: SQL): SQL => sql`
  insert into tasks as t (type, asked, touched_at) select 'resolve', 1, clock_timestamp() from ${reasons}
  on conflict (type) do update set asked = t.asked + 1, touched_at = clock_timestamp()`;

/**
 * The request that a resolution starting now answers: one row `{ asked }`, or none if there was never a request.
 */
export function findAskedResolution(db: Db) {
  return db.execute<{ asked: string }>('tasks.find-resolution')(
    sql`select asked from tasks where type = 'resolve'`,
  );
}

/** Ends the resolution up to a request; later requests stay open. */
export function finishResolution(db: Db, asked: number) {
  return db.execute('tasks.finish-resolution')(sql`
    update tasks set done = greatest(done, ${asked}::bigint), touched_at = clock_timestamp() where type = 'resolve'`);
}

/**
 * Whether a requested resolution is open: one OpenRow, or none. Stalled if nobody has started it for two minutes.
 */
export function listOpenResolution(db: Db) {
  return db.execute<OpenRow>('tasks.open-resolution')(sql`
    select type as id, touched_at < clock_timestamp() - interval '2 minutes' as is_stalled
    from tasks where type = 'resolve' and done < asked`);
}

/** One row `{ recent }`: whether a sweep has run in the last five minutes. */
export function findSweep(db: Db) {
  return db.execute<{ recent: boolean }>('tasks.find-sweep')(sql`
    select exists (
      select from tasks where type = 'sweep'
        and touched_at between clock_timestamp() - interval '5 minutes' and clock_timestamp()
    ) as recent`);
}

/** Records that a sweep has run. */
export function noteSweep(db: Db) {
  return db.execute('tasks.note-sweep')(sql`
    insert into tasks (type, touched_at) values ('sweep', clock_timestamp())
    on conflict (type) do update set touched_at = excluded.touched_at`);
}
