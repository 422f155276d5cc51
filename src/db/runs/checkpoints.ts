import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';

export interface Checkpoint {
  source: string;
  endpoint: string;
  fetched_at: Instant;
  /** The newest committed observed_at of this endpoint. */
  watermark: Instant | null;
  /** The effective pace at that time. */
  every_minutes: number;
  raw_payload_id: number;
  run_id: number;
}

export interface CheckpointRow {
  source: string;
  endpoint: string;
  /** Unix milliseconds of the last good reply, as text. */
  fetched_ms: string;
  /** Unix milliseconds of the tick that requested it, even if the tick came late; null for a manual request. */
  scheduled_ms: string | null;
  /** Whether it ever had rows; a page past the end never does. */
  has_rows: boolean;
}

/**
 * The checkpoints of all endpoints of all sources. An old release did not store the minute of a tick; it normally
 * polled within that minute.
 */
export function listCheckpoints(db: Db) {
  return db.execute<CheckpointRow>('runs.checkpoints')(sql`
    select c.source, c.endpoint, ${ms('c.fetched_at')} as fetched_ms,
      ${ms("coalesce(r.scheduled_at, case r.trigger when 'cron' then date_trunc('minute', r.started_at) end)")}
        as scheduled_ms,
      c.watermark is not null as has_rows
    from checkpoints c left join runs r on r.id = c.run_id`);
}

const ms = (instant: string) => sql.raw(`floor(extract(epoch from ${instant}) * 1000)::bigint`);

/** Advances an endpoint's checkpoint; never moves it back. */
export function advanceCheckpoint(db: Db, to: Checkpoint) {
  return db.execute('runs.advance-checkpoint')(sql`
    insert into checkpoints as c (source, endpoint, fetched_at, watermark, every_minutes, raw_payload_id, run_id)
    values (${to.source}, ${to.endpoint}, ${to.fetched_at}, ${to.watermark}, ${to.every_minutes}::int,
      ${to.raw_payload_id}, ${to.run_id})
    on conflict (source, endpoint) do update
    set fetched_at = excluded.fetched_at, watermark = greatest(c.watermark, excluded.watermark),
        every_minutes = excluded.every_minutes,
        raw_payload_id = excluded.raw_payload_id, run_id = excluded.run_id
    where c.fetched_at <= excluded.fetched_at`);
}
