import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { instantText } from '../sql/instant-text.ts';
import { closeVersion } from '../tape/version.ts';
import { bucketStart } from './follow.ts';

/** A day of a listing. */
export interface ListingDay {
  listing_id: number;
  day: string;
}

/** The place behind a slice; nulls when it was the last. */
export interface RebuiltRow {
  listing_id: number | null;
  day: string | null;
}

/**
 * Notes the next days as stale, by listing and day from `from` on: those that about `limit` spot observations
 * lie in, and those of candles between them. Keeps the place behind them for this asking of the task. To be followed
 * by settleCandles in the same transaction, with the tape locked. One RebuiltRow.
 */
export function markNextStale(db: Db, from: ListingDay & { asked: number }, limit: number) {
  const [listing_id, day] = [sql`${from.listing_id}::int`, sql`${from.day}::timestamptz`];
  return db.execute<RebuiltRow>('candles.mark-next-stale')(sql`
    with slice as materialized (
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
    version as (${closeVersion(sql`true`)}),
    place as (
      select listing_id, ${instantText("(final.day + interval '1 day')")} as day from final
    ),
    moved as (
      update tasks set touched_at = clock_timestamp(),
        place = jsonb_build_object('asked', ${from.asked}::bigint, 'listing_id', p.listing_id, 'day', p.day)
      from place p where type = 'rebuild_candles'
    )
    select p.listing_id, p.day
    from (values (true)) one left join place p on true`);
}
