import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import { instantText, selectInstant } from '../sql/instant-text.ts';
import { keptObject } from './kept-object.ts';

/** The path from a row to its bytes. */
export interface OriginFacts {
  run_id: string;
  run_trigger: string;
  run_started_at: Instant | null;
  /** Why the rows of its run were withdrawn; null if they were not. */
  withdraw_reason: string | null;
  endpoint: string;
  url: string;
  status: number;
  content_type: string | null;
  fetched_at: Instant;
  /** When these bytes first came from this endpoint. */
  first_fetched_at: Instant;
  size_bytes: string;
  sha256: string;
  r2_key: string;
  encoding: 'gzip' | 'identity';
  /** When retention gave up the bytes; null while they are kept. */
  expired_at: Instant | null;
}

/** The select list of OriginFacts, for the joins of `originOf`. */
export const ORIGIN: SQL = sql`
  r.id as run_id, r.trigger as run_trigger, ${selectInstant('r.started_at')} as run_started_at, r.withdraw_reason,
  p.endpoint, p.url, p.status, p.content_type, ${selectInstant('p.fetched_at')} as fetched_at,
  ${selectInstant('first.fetched_at')} as first_fetched_at, p.size_bytes, p.sha256,
  coalesce(kept.r2_key, p.r2_key) as r2_key, p.encoding,
  case when kept.r2_key is null then ${instantText('p.expired_at')} end as expired_at`;

/** The joins from `row`, an alias, to its run `r`, its payload `p`, and the place of the bytes. */
export const originOf = (row: string): SQL => sql`
  join runs r on r.id = ${sql.raw(row)}.run_id
  join raw_payloads p on p.id = ${sql.raw(row)}.raw_payload_id
  cross join lateral (
    select min(e.fetched_at) as fetched_at from raw_payloads e
    where e.sha256 = p.sha256 and e.source = p.source and e.endpoint = p.endpoint and e.fetched_at <= p.fetched_at
  ) first
  left join lateral (${keptObject}) kept on true`;
