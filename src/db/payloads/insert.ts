import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Db } from '../client.ts';

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
  /** The rank limit it is read with; null is none. */
  poll_top: number | null;
}

export interface KeptRow {
  id: string;
  /** When these bytes first came from this endpoint, as Postgres text in UTC. */
  first_fetched_at: string;
}

/** Indexes one reply. Inserting the same reply again answers with the first row. */
export function insertRawPayload(db: Db, p: RawPayload) {
  return db.execute<KeptRow>('payloads.insert')(sql`
    insert into raw_payloads (source, run_id, endpoint, url, status, headers, content_type, fetched_at,
      duration_ms, size_bytes, sha256, r2_key, encoding, error_code, poll_top)
    values (${p.source}, ${p.run_id}, ${p.endpoint}, ${p.url}, ${p.status}, ${JSON.stringify(p.headers)}::jsonb,
      ${p.content_type}, ${p.fetched_at}, ${p.duration_ms}, ${p.size_bytes}, ${p.sha256}, ${p.r2_key},
      ${p.encoding}, ${p.error_code}, ${p.poll_top}::int)
    on conflict (run_id, endpoint, fetched_at) do update set error_code = excluded.error_code
    returning id, (least(fetched_at, (
      select min(earlier.fetched_at) from raw_payloads earlier
      where earlier.sha256 = ${p.sha256} and earlier.source = ${p.source} and earlier.endpoint = ${p.endpoint}
    )) at time zone 'utc')::text || '+00' as first_fetched_at`);
}

/** Marks a payload's records as committed; a second load of it is undone with `already_loaded`. */
export function markLoaded(db: Db, id: number) {
  return db.execute('payloads.mark-loaded')(sql`
    with marked as (
      update raw_payloads set loaded_at = clock_timestamp()
      where id = ${id}::bigint and loaded_at is null
      returning id
    )
    select guard(exists (select from marked), 'already_loaded')`);
}

/** Says why a payload that came with a good status was not used. */
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
