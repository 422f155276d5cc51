import { sql } from 'drizzle-orm';
import { UNKNOWN_BEAT_SECONDS } from '../../domain/beat.ts';
import { CANDLE_RULE } from '../../domain/candle.ts';
import type { Db } from '../client.ts';
import type { OpenRow } from '../runs/tasks.ts';
import { instantText } from '../sql/instant-text.ts';
import { closeVersion } from '../tape/version.ts';
import { beatOfLast, bucketStart } from './follow.ts';

/** The lease for a rebuild of candles: one holder at a time. */
export const REBUILD_LEASE = 'candles';

const RULE = sql.raw(String(CANDLE_RULE));

/** A day of a listing. */
export interface ListingDay {
  listing_id: number;
  day: string;
}

const FIRST_DAY: ListingDay = { listing_id: 0, day: '1970-01-01T00:00:00Z' };

/** Starts a rebuild of all candles; an open rebuild starts again from the beginning. */
export function openRebuild(db: Db) {
  return db.execute('candles.open-rebuild')(sql`
    insert into candle_rebuild (listing_id, day) values (${FIRST_DAY.listing_id}::int, ${FIRST_DAY.day})
    on conflict (id) do update set (listing_id, day) = (excluded.listing_id, excluded.day)`);
}

/**
 * Candles to rebuild, because an older rule made them (`outdated`) or because of a request (`asked`): one OpenRow
 * for both, or none. Stalled if nobody works on it.
 */
export function listOpenRebuilds(db: Db) {
  return db.execute<OpenRow>('candles.open-rebuilds')(sql`
    select r.id, not exists (
      select from leases where name = ${REBUILD_LEASE} and expires_at > clock_timestamp()) as is_stalled
    from (values ('outdated', exists (select from candles where rule < ${RULE})),
                 ('asked', exists (select from candle_rebuild))) r (id, is_open)
    where r.is_open
    limit 1`);
}

/**
 * Marks the days of the next `limit` candles of an older rule as stale. Frozen candles do not change, except that
 * they get the beat of their last reading if it is still known. settleCandles must follow in the same transaction,
 * with the tape locked. Returns one row; a count below `limit` means that these were the last.
 */
export function markOutdated(db: Db, limit: number) {
  return db.execute<{ found: number }>('candles.mark-outdated')(sql`
    with slice as materialized (
      select listing_id, interval, open_time, frozen from candles
      where rule < ${RULE}
      order by listing_id, open_time
      limit ${limit}::int
    ), marked as (
      insert into stale_candles (listing_id, day)
      select distinct listing_id, ${bucketStart('day', 'open_time')} from slice where not frozen
      on conflict do nothing
    ), renewed as (
      update candles c
      set rule = ${RULE}, beat_seconds = coalesce(${beatOfLast('c')}, ${UNKNOWN_BEAT_SECONDS}::int)
      from slice s
      where s.frozen and c.listing_id = s.listing_id and c.interval = s.interval and c.open_time = s.open_time
    ), version as (${closeVersion(sql`exists (select from slice)`)})
    select count(*)::int as found from slice`);
}

/** The position after a slice; nulls if the slice was the last. */
export interface RebuiltRow {
  listing_id: number | null;
  day: string | null;
}

/**
 * Marks the next days of the open rebuild as stale, by listing and day: the days of about `limit` spot
 * observations, and the days of candles between them. Moves its position after them. settleCandles must follow in
 * the same transaction, with the tape locked. Returns one RebuiltRow. The rebuild is closed if this slice was the
 * last or no rebuild is open.
 */
export function markNextStale(db: Db, limit: number) {
  const [listing_id, day] = [sql`(select listing_id from place)`, sql`(select day from place)`];
  return db.execute<RebuiltRow>('candles.mark-next-stale')(sql`
    with place as materialized (select listing_id, day from candle_rebuild),
    slice as materialized (
      select c.listing_id, ${bucketStart('day', 'o.observed_at')} as day
      from counts c cross join lateral (
        select o.observed_at from observations o
        where o.listing_id = c.listing_id and o.kind = 'spot'
          and o.observed_at >= case when c.listing_id = ${listing_id} then ${day} else '-infinity' end
        order by o.observed_at
        limit ${limit}::int
      ) o
      where c.kind = 'spot' and c.listing_id >= ${listing_id}
      order by c.listing_id, o.observed_at
      limit ${limit}::int
    ),
    -- behind a slice that is not full there is nothing: what is left of the candles belongs to it
    final as (
      select listing_id, day from slice
      where (select count(*) from slice) = ${limit}::int
      order by listing_id desc, day desc
      limit 1
    ),
    between_them as (
      select c.listing_id, ${bucketStart('day', 'c.open_time')} as day
      from candles c
      where (c.listing_id, c.open_time) >= (${listing_id}, ${day}) and not c.frozen
        and coalesce((c.listing_id, c.open_time) < (select listing_id, day + interval '1 day' from final), true)
    ),
    marked as (
      insert into stale_candles (listing_id, day)
      select listing_id, day from slice union select listing_id, day from between_them
      on conflict do nothing
    ),
    -- a rebuild that was requested again meanwhile starts at its beginning
    moved as (
      update candle_rebuild r set (listing_id, day) = (select f.listing_id, f.day + interval '1 day' from final f)
      where exists (select from final) and (r.listing_id, r.day) = (select listing_id, day from place)
    ),
    closed as (
      delete from candle_rebuild r
      where not exists (select from final) and (r.listing_id, r.day) = (select listing_id, day from place)
    ),
    version as (${closeVersion(sql`exists (select from place)`)})
    select final.listing_id, ${instantText("(final.day + interval '1 day')")} as day
    from (values (true)) one left join final on true`);
}
