import { sql } from 'drizzle-orm';
import type { Instant } from '../domain/instant.ts';
import type { Db } from './client.ts';

export interface Checkpoint {
  source: string;
  endpoint: string;
  fetched_at: Instant;
  /** Newest observed_at that is committed from this endpoint. */
  watermark: Instant | null;
  raw_payload_id: number;
  run_id: number;
}

export interface CheckpointRow {
  source: string;
  endpoint: string;
  /** Unix milliseconds of the last good reply, as text. */
  fetched_ms: string;
}

/** Where every endpoint of every source stands. */
export function listCheckpoints(db: Db) {
  return db.execute(sql`
    select source, endpoint, floor(extract(epoch from fetched_at) * 1000)::bigint as fetched_ms
    from checkpoints`);
}

/** Moves an endpoint's checkpoint forward; never backwards. */
export function advanceCheckpoint(db: Db, to: Checkpoint) {
  return db.execute(sql`
    insert into checkpoints as c (source, endpoint, fetched_at, watermark, raw_payload_id, run_id)
    values (${to.source}, ${to.endpoint}, ${to.fetched_at}, ${to.watermark}, ${to.raw_payload_id}, ${to.run_id})
    on conflict (source, endpoint) do update
    set fetched_at = excluded.fetched_at, watermark = greatest(c.watermark, excluded.watermark),
        raw_payload_id = excluded.raw_payload_id, run_id = excluded.run_id
    where c.fetched_at <= excluded.fetched_at`);
}
