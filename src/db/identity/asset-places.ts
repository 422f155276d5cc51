import { type SQL, sql } from 'drizzle-orm';
import { momentOf } from '../observations/prefer-source.ts';
import { answeringEach, SERIES_COLUMNS } from '../prices/price-at.ts';
import { newestSeries } from '../prices/series.ts';
import { columnList } from '../sql/column-list.ts';
import type { ReadingClock } from './asset-row.ts';
import { type AssetOrder, NAME, SECTIONS } from './asset-sections.ts';
import { sortColumn } from './asset-sorts.ts';
import { byRank, recentFrom, secondsBefore } from './place.ts';

type Request = ReadingClock & AssetOrder;

/**
 * The places of many assets in an order, found for all of them at once: `id`, `section`, `value`, `listing_id`.
 * `matches` selects the ids. With thousands of them, a lookup per asset takes two to three times the CPU time.
 */
export const placesOf = (request: Request, matches: SQL): SQL => sql`
  with matches as materialized (${matches})
  select p.id, ${SECTIONS.of('p.is_recent is not true', 'p.value', 'p.listing_id')} as section, p.value, p.listing_id
  from (
    select s.id, max(s.value) as value, max(s.listing_id) as listing_id, bool_or(s.is_recent) as is_recent
    from (
      ${found(request)}
      union all
      select m.id, ${own(request)}, null, null from matches m
    ) s
    group by s.id
  ) p`;

// The row of an asset itself: only a name is its own. It also keeps assets without a series.
const own = ({ sort }: Request): SQL =>
  sortColumn(sort) === null ? sql`(select ${sql.raw(NAME)} from assets a where a.id = m.id)` : sql`null`;

/** One row per asset with series: `id`, `value`, `listing_id`, `is_recent`. A bar gives an asset no place. */
const found = (request: Request): SQL => sql`
  select s.asset_id as id, ${ofSpot('value')} as value, ${ofSpot('listing_id')} as listing_id, s.is_recent
  from (${placing(request, sortColumn(request.sort))}) s`;

const ofSpot = (column: string): SQL => sql.raw(`case when s.kind = 'spot' then s.${column} end`);

/** The row that each asset has its place from. */
function placing(request: Request, column: ReturnType<typeof sortColumn>): SQL {
  if (column === null)
    return sql`
      select distinct on (s.asset_id) s.*
      from (${series(request, sql`null::text as value, null::text as kind, null::int as listing_id`)}) s`;
  const value = sql.raw(`n.${column} as value`);
  return column === 'rank'
    ? ranked(request, sql`${value}, n.listing_id, n.source, n.kind, n.observed_at, n.rank`)
    : answeringEach(
        series(request, sql`${value}, n.listing_id, ${columnList(SERIES_COLUMNS, 'n')}`),
        momentOf(request),
        request.source_order,
      );
}

/** Says the same as placeByRank: of a recent asset only recent rows count, and bars never. */
function ranked(request: Request, columns: SQL): SQL {
  const counts = sql`(s.kind = 'spot' and (s.observed_at >= ${recentFrom(request)} or not s.is_recent))`;
  return sql`
    select distinct on (s.asset_id) s.asset_id, s.value, s.listing_id, s.is_recent, case when ${counts} then s.kind end as kind
    from (${series({ ...request, max_age_seconds: null }, columns)}) s
    order by s.asset_id, ${counts} desc, ${byRank(request, 's')}`;
}

/** The newest rows of the matches, and whether one of the asset is recent. */
function series(request: Request, columns: SQL): SQL {
  const { max_age_seconds } = request;
  const since = max_age_seconds === null ? null : secondsBefore(request, max_age_seconds);
  return sql`
    select n.asset_id, ${columns}, bool_or(n.observed_at >= ${recentFrom(request)}) over (partition by n.asset_id) as is_recent
    from (${newestSeries(sql`l.asset_id in (select m.id from matches m)`, since)}) n`;
}
