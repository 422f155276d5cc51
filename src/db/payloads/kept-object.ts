import { sql } from 'drizzle-orm';

/**
 * `{ r2_key }` of an object that holds the bytes of the raw payload `p`: its own, or when that has
 * expired that of the same bytes on another day. No row when all of them have expired.
 */
export const keptObject = sql`
  select k.r2_key from raw_payloads k
  where k.sha256 = p.sha256 and k.encoding = p.encoding and k.expired_at is null
  order by k.id <> p.id, k.fetched_at
  limit 1`;
