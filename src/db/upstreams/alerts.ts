import { sql } from 'drizzle-orm';
import type { HealthChange, HealthState } from '../../domain/alert.ts';
import type { Db } from '../client.ts';

/** An alert that was not delivered for this long is outdated. */
const OLD = sql`interval '1 day'`;
/** How long a sender of an alert has before another may try. */
const SENDING = sql`interval '2 minutes'`;

/** Announces each subject as `ok` unless it is already known. */
export function knowSubjects(db: Db, subjects: string[]) {
  return db.execute('alerts.know-subjects')(sql`
    insert into health_states (subject, status, changed_at)
    select subject, 'ok', clock_timestamp() from unnest(${sql.param(subjects)}::text[]) as i (subject)
    on conflict (subject) do nothing`);
}

/** The health that was last announced: HealthState rows (domain/alert). */
export function listHealthStates(db: Db) {
  return db.execute<HealthState>('alerts.health-states')(sql`select subject, status from health_states`);
}

/** One row `{ due }`: whether an alert waits to be sent. */
export function hasDueAlert(db: Db) {
  return db.execute<{ due: boolean }>('alerts.has-due')(sql`
    select exists (
      select from alerts
      where sent_at is null and due_at <= clock_timestamp() and raised_at > clock_timestamp() - ${OLD}
    ) as due`);
}

/**
 * Announces changes, all in one alert. If two processes found the same change, only the first announces it: a
 * subject that is no longer in the state `from` is omitted.
 */
export function raiseAlert(db: Db, changes: HealthChange[]) {
  const column = (key: keyof HealthChange) => sql.param(changes.map((change) => change[key]));
  return db.execute('alerts.raise')(sql`
    with found as (
      select * from unnest(${column('subject')}::text[], ${column('from')}::text[], ${column('to')}::text[],
        ${sql.param(changes.map((change) => JSON.stringify(change)))}::text[])
        with ordinality as i (subject, was, status, change, position)
    ), changed as (
      update health_states h set status = f.status, changed_at = clock_timestamp()
      from found f where h.subject = f.subject and h.status = f.was
      returning h.subject
    )
    insert into alerts (raised_at, changes, due_at)
    select clock_timestamp(), jsonb_agg(f.change::jsonb order by f.position), clock_timestamp()
    from found f join changed c on c.subject = f.subject
    having count(*) > 0`);
}

export interface ClaimedAlert {
  id: string;
  /** Unix milliseconds. */
  raised_ms: string;
  changes: HealthChange[];
  attempts: number;
}

/** Takes the oldest due alert, and reserves it for this sender: one ClaimedAlert, or none. */
export function claimAlert(db: Db) {
  return db.execute<ClaimedAlert>('alerts.claim')(sql`
    update alerts set attempts = attempts + 1, due_at = clock_timestamp() + ${SENDING}
    where id = (
      select id from alerts
      where sent_at is null and due_at <= clock_timestamp() and raised_at > clock_timestamp() - ${OLD}
      order by id limit 1
      for update skip locked
    )
    returning id, floor(extract(epoch from raised_at) * 1000)::bigint as raised_ms, changes, attempts`);
}

export function markSent(db: Db, id: string) {
  return db.execute('alerts.mark-sent')(sql`
    update alerts set sent_at = clock_timestamp(), error_message = null where id = ${id}::bigint`);
}

/** Stores why an alert was not delivered, and when to try again. */
export function postponeAlert(db: Db, id: string, failure: { message: string; wait_ms: number }) {
  return db.execute('alerts.postpone')(sql`
    update alerts
    set error_message = ${failure.message},
      due_at = clock_timestamp() + make_interval(secs => ${failure.wait_ms}::float8 / 1000)
    where id = ${id}::bigint and sent_at is null`);
}
