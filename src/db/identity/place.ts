import { type SQL, sql } from 'drizzle-orm';
import { hasPeriod } from '../observations/beat.ts';
import { type Clock, momentOf, sourceRank } from '../observations/prefer-source.ts';

// The position of an asset among others: by its rank, and without data of the last day after all others.

/** An asset counts as one with data, and a vendor's rank as valid, for this long. */
const RECENT_SECONDS = 86_400;

/** The instant this many seconds before the moment of a clock. */
export const secondsBefore = (clock: Clock, seconds: number): SQL =>
  sql`(${momentOf(clock)} - make_interval(secs => ${seconds}::int))`;

/** Data is recent from this instant on. */
export const recentFrom = (clock: Clock): SQL => secondsBefore(clock, RECENT_SECONDS);

/** Whether listings `l` that meet a condition have a spot row, or a bar with a known period, since an instant. */
export const hasRowSince = (listings: SQL, since: SQL): SQL => sql`(exists (
    select from listings l join latest_observations o on o.listing_id = l.id
    where ${listings} and o.observed_at >= ${since})
  or exists (select from listings l ${barsSince(since)} where ${listings} and ${hasPeriod('l.external_id')}))`;

/**
 * A condition for all listings `l` of an asset of which some are known, and for listings without an asset. Both
 * arguments are SQL.
 */
export const ofAsset = (asset_id: string, ids: string): SQL =>
  sql.raw(
    `l.id in (select m.id from listings m where m.asset_id = ${asset_id} union all select unnest(${ids}))`,
  );

/**
 * The ids of the assets that have such a row, once for each of their listings; null represents listings without an
 * asset.
 */
export const assetsWithRowSince = (since: SQL): SQL => sql`
  select l.asset_id from latest_observations o join listings l on l.id = o.listing_id where o.observed_at >= ${since}
  union all
  ${assetsWithBarSince(since)}`;

export const assetsWithBarSince = (since: SQL): SQL => sql`
  select l.asset_id from listings l ${barsSince(since)} where ${hasPeriod('l.external_id')}`;

// The counts may include a withdrawn bar, so the rows since the instant decide.
const barsSince = (since: SQL): SQL => sql`
  join counts bars on bars.listing_id = l.id and bars.kind = 'bar_close' and bars.observations > 0
    and bars.last_observed_at >= ${since}
    and exists (
      select from observations o
      where o.listing_id = bars.listing_id and o.kind = bars.kind and o.superseded_at is null
        and o.observed_at between ${since} and bars.last_observed_at)`;

/**
 * The position by rank of the asset whose listings `l` meet a condition: a select of one row. `rank` comes from the
 * first source that has one, in a recent row unless all are older. `listing_id` is the listing with that rank, or
 * without a rank the first listing with such a row.
 */
export const placeByRank = (listings: SQL, clock: Clock): SQL => sql`
  select not age.is_recent as is_old, ranked.rank, ranked.listing_id
  from (select ${hasRowSince(listings, recentFrom(clock))} as is_recent) age
  left join lateral (
    select o.rank, o.listing_id
    from listings l join latest_observations o on o.listing_id = l.id
    where ${listings} and (o.observed_at >= ${recentFrom(clock)} or not age.is_recent)
    order by ${byRank(clock, 'o')}
    limit 1
  ) ranked on true`;

/** The order in which spot rows of an asset give it its rank. `row` is their alias. */
export const byRank = ({ source_order }: Clock, row: string): SQL => sql`
  ${sql.raw(row)}.rank is null, ${sourceRank(source_order, `${row}.source`)}, ${sql.raw(row)}.listing_id`;
