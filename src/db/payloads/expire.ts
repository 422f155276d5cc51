import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { closeVersion } from '../tape/version.ts';

/**
 * Gives up the bytes of the next `limit` replies of these sources that were fetched before an instant: from now on
 * they count as expired, even before R2 has deleted them. All replies that share an object expire together, and
 * none expires while a younger one needs the object. Proofs then change, so the tape gets a new version and must be
 * locked (openVersion). One row `{ expired }`.
 */
export function expirePayloads(db: Db, sources: readonly string[], before: Instant, limit: number) {
  return db.execute<{ expired: string }>('payloads.expire')(sql`
    with old as (
      select distinct p.sha256, p.r2_key
      from (
        select p.sha256, p.r2_key from raw_payloads p
        where p.expired_at is null and p.fetched_at < ${before}::timestamptz
          and p.source = any(${sql.param(sources)}::text[])
          and not exists (
            select from raw_payloads y
            where y.sha256 = p.sha256 and y.r2_key = p.r2_key and y.fetched_at >= ${before}::timestamptz)
        order by p.fetched_at
        limit ${limit}::int
      ) p
    ), expired as (
      update raw_payloads p set expired_at = clock_timestamp()
      from old
      where p.sha256 = old.sha256 and p.r2_key = old.r2_key and p.expired_at is null
      returning p.id
    ), counted as (
      update retention r set payloads_expired = r.payloads_expired + (select count(*) from expired)
      where exists (select from expired)
    ), version as (${closeVersion(sql`exists (select from expired)`)})
    select count(*) as expired from expired`);
}

/** Replies whose bytes were given up and may still be in R2, oldest first: `{ id, r2_key }` rows. */
export function listPayloadsToDelete(db: Db, limit: number) {
  return db.execute<{ id: string; r2_key: string }>('payloads.to-delete')(sql`
    select id, r2_key from raw_payloads
    where expired_at is not null and deleted_at is null
    order by id
    limit ${limit}::int`);
}

/** Records that R2 has deleted the bytes of these replies. */
export function markDeleted(db: Db, ids: string[]) {
  return db.execute('payloads.mark-deleted')(sql`
    update raw_payloads set deleted_at = clock_timestamp() where id = any(${sql.param(ids)}::bigint[])`);
}
