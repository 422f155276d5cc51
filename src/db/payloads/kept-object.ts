import { sql } from 'drizzle-orm';

/**
 * `{ r2_key }` of an object with the bytes of the raw payload `p`: its own object, or, if that has expired, an
 * object of the same bytes from another day. No row if all of them have expired.
 */
export const keptObject = sql`
  select k.r2_key from raw_payloads k
  where k.sha256 = p.sha256 and k.encoding = p.encoding and k.expired_at is null
  order by k.id <> p.id, k.fetched_at
  limit 1`;
