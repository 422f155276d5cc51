import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';

/** Work that a message names by its kind alone, so that no row of its own tells whether it is done. */
export type TaskType = 'resolve' | 'maintain';

/** Asks for a task: one row `{ asked }`, the number of this asking. One that is at work is done again. */
export function askTask(db: Db, type: TaskType) {
  return db.execute<{ asked: string }>('tasks.ask')(sql`
    insert into tasks as t (type, asked, touched_at) values (${type}, 1, clock_timestamp())
    on conflict (type) do update set asked = t.asked + 1, touched_at = clock_timestamp()
    returning asked`);
}

export interface TaskRow {
  asked: string;
  done: string;
}

/** How a task stands: one TaskRow, or none when it was never asked for. */
export function findTask(db: Db, type: TaskType) {
  return db.execute<TaskRow>('tasks.find')(sql`select asked, done from tasks where type = ${type}`);
}

/** Ends a task up to an asking; what was asked meanwhile stays open. */
export function finishTask(db: Db, type: TaskType, asked: number) {
  return db.execute('tasks.finish')(sql`
    update tasks set done = greatest(done, ${asked}::bigint), touched_at = clock_timestamp()
    where type = ${type}`);
}

/** Work that is not done yet. */
export interface OpenRow {
  id: string;
  /** Whether nobody is at it: its message may be lost. */
  is_stalled: boolean;
}

/** Whether a task is open: one OpenRow, or none. */
export function listOpenTask(db: Db, type: TaskType) {
  return db.execute<OpenRow>('tasks.open')(sql`
    select type as id, touched_at < clock_timestamp() - interval '2 minutes' as is_stalled
    from tasks where type = ${type} and done < asked`);
}

/** One row `{ recent }`: whether a sweep has looked in the last five minutes. */
export function findSweep(db: Db) {
  return db.execute<{ recent: boolean }>('tasks.find-sweep')(sql`
    select exists (
      select from tasks where type = 'sweep'
        and touched_at between clock_timestamp() - interval '5 minutes' and clock_timestamp()
    ) as recent`);
}

/** Notes that a sweep has looked. */
export function noteSweep(db: Db) {
  return db.execute('tasks.note-sweep')(sql`
    insert into tasks (type, touched_at) values ('sweep', clock_timestamp())
    on conflict (type) do update set touched_at = excluded.touched_at`);
}
