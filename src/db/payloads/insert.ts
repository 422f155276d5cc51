import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Db } from '../client.ts';
import type { rawPayloads } from '../schema/runs.ts';
import { columnList } from '../sql/column-list.ts';

export interface RawPayload {
  source: string;
  run_id: number;
  endpoint: string;
  url: string;
  status: number;
  headers: Record<string, string>;
  content_type: string | null;
  fetched_at: Instant;
  duration_ms: number;
  size_bytes: number;
  sha256: string;
  r2_key: string;
  encoding: 'gzip' | 'identity';
  error_code: ErrorCode | null;
  /** The rank limit for reading it; null is none. */
  poll_top: number | null;
  /** The planned or actual distance between the readings of one series. */
  beat_seconds: number;
}

export interface KeptRow {
  id: string;
  /** When these bytes first came from this endpoint, as Postgres text in UTC. */
  first_fetched_at: string;
}

/** Columns that are filled when a reply is read, loaded or given up. */
type Later =
  | 'loaded_at'
  | 'records'
  | 'newest_observed_at'
  | 'unknowns'
  | 'shape'
  | 'expired_at'
  | 'deleted_at';
type NewPayload = Record<Exclude<keyof typeof rawPayloads.$inferInsert, 'id' | Later>, SQL>;

const valuesOf = (p: RawPayload): NewPayload => ({
  source: sql`${p.source}`,
  run_id: sql`${p.run_id}`,
  endpoint: sql`${p.endpoint}`,
  url: sql`${p.url}`,
  status: sql`${p.status}`,
  headers: sql`${JSON.stringify(p.headers)}::jsonb`,
  content_type: sql`${p.content_type}`,
  fetched_at: sql`${p.fetched_at}`,
  duration_ms: sql`${p.duration_ms}`,
  size_bytes: sql`${p.size_bytes}`,
  sha256: sql`${p.sha256}`,
  r2_key: sql`${p.r2_key}`,
  encoding: sql`${p.encoding}`,
  error_code: sql`${p.error_code}`,
  poll_top: sql`${p.poll_top}::int`,
  beat_seconds: sql`${p.beat_seconds}::int`,
});

/** Indexes one reply. Inserting the same reply again returns the first row. */
export function insertRawPayload(db: Db, p: RawPayload) {
  const values = valuesOf(p);
  return db.execute<KeptRow>('payloads.insert')(sql`
    insert into raw_payloads (${columnList(Object.keys(values))})
    values (${sql.join(Object.values(values), sql`, `)})
    on conflict (run_id, endpoint, fetched_at) do update set error_code = excluded.error_code
    returning id, (least(fetched_at, (
      select min(earlier.fetched_at) from raw_payloads earlier
      where earlier.sha256 = ${p.sha256} and earlier.source = ${p.source} and earlier.endpoint = ${p.endpoint}
    )) at time zone 'utc')::text || '+00' as first_fetched_at`);
}

/** Marks a payload's records as committed; a second load of it is rolled back with `already_loaded`. */
export function markLoaded(db: Db, id: number) {
  return db.execute('payloads.mark-loaded')(sql`
    with marked as (
      update raw_payloads set loaded_at = clock_timestamp()
      where id = ${id}::bigint and loaded_at is null
      returning id
    )
    select guard(exists (select from marked), 'already_loaded')`);
}

/** Records why a payload with a good status was not used. */
export function setPayloadError(db: Db, id: number, code: ErrorCode) {
  return db.execute('payloads.set-error')(
    sql`update raw_payloads set error_code = ${code} where id = ${id}::bigint`,
  );
}

/** One row `{ loaded }`: whether the records of a payload are committed. Asked after a lost reply. */
export function isLoaded(db: Db, id: number) {
  return db.execute<{ loaded: boolean }>('payloads.is-loaded')(
    sql`select loaded_at is not null as loaded from raw_payloads where id = ${id}::bigint`,
  );
}
