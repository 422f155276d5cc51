import { type SQL, sql } from 'drizzle-orm';
import { PAGE_FACTS, SPOT_FIGURES, valueType } from '../../domain/figures.ts';
import type { Instant } from '../../domain/instant.ts';
import { beatOf, hasPeriod, newestBeat } from '../observations/beat.ts';
import { firstVisible, visibleAt } from '../observations/row.ts';
import { columnList } from '../sql/column-list.ts';

// The series of some listings `l`, one row each, as input of the rule of a price (price-at.ts).

const LISTING = sql`l.id as listing_id, l.source, l.external_id`;
const ROW = columnList(['kind', 'observed_at', 'revision', 'flags', ...SPOT_FIGURES], 'o');

/** Which rows of a series count. */
export interface SeriesAt {
  /** The instant, as SQL. */
  at: SQL;
  /** Only rows known then; null is now. */
  as_of: Instant | null;
  sources: string[] | null;
  /** No row older than this many seconds before the instant. */
  max_age_seconds: number | null;
}

/**
 * A select of the series of a listing `l`, each with its last row at or before an instant: found in the index of the
 * series. The newest row decides, even when it holds no price: the source then says that it knows none.
 */
export const seriesAt = (request: SeriesAt): SQL => sql`
  select ${LISTING}, ${ROW}, ${beatOf()} as beat_seconds
  from counts c
  cross join lateral (${lastRow(request)}) o
  where c.listing_id = l.id and ${request.sources === null ? sql`true` : sql`l.source = any(${sql.param(request.sources)}::text[])`}
    and ${request.as_of === null ? sql`c.observations > 0` : sql`true`}`;

// After the last current row there may be any number of withdrawn ones, which need not be skipped one by one.
function lastRow({ at, as_of, max_age_seconds }: SeriesAt): SQL {
  const last = as_of === null ? sql`least(${at}, c.last_observed_at)` : at;
  const notOlder =
    max_age_seconds === null
      ? sql`true`
      : sql`o.observed_at >= ${at} - make_interval(secs => ${max_age_seconds}::int)`;
  return firstVisible(
    as_of,
    (condition) => sql`
      select o.source, o.known_at, o.raw_payload_id, o.run_id, ${ROW}
      from observations o
      where o.listing_id = c.listing_id and o.kind = c.kind and ${condition} and ${visibleAt(as_of)}
        and o.observed_at <= ${last} and ${notOlder}`,
    sql`order by o.observed_at desc, o.revision desc limit 1`,
  );
}

const PAGE = columnList(PAGE_FACTS, 'o');
const NO_PAGE = sql.raw(
  PAGE_FACTS.map(
    (fact) =>
      `null::${{ decimal: 'numeric', whole: 'int', text: 'text', instant: 'timestamptz' }[valueType(fact)]} as ${fact}`,
  ).join(', '),
);
const SPOT_ROW = columnList(['observed_at', 'revision', 'flags', ...SPOT_FIGURES], 'o');

/** The newest spot row of each listing, with its asset, its page facts and its beat, ready to read. */
export const newestSpot = (listings: SQL): SQL => sql`
  select ${LISTING}, l.asset_id, 'spot'::text as kind, ${SPOT_ROW}, ${newestBeat('o')}::bigint as beat_seconds, ${PAGE}
  from listings l join latest_observations o on o.listing_id = l.id
  where ${listings}`;

/**
 * The same select with the newest bars, which the counts locate. It omits bars of unknown period, which never
 * answer, and bars older than an instant, if one is given.
 */
export const newestSeries = (listings: SQL, since: SQL | null): SQL => sql`
  ${newestSpot(sql`${listings} and ${notBefore(since)}`)}
  union all
  select ${LISTING}, l.asset_id, 'bar_close', ${SPOT_ROW}, ${beatOf()}, ${NO_PAGE}
  from listings l
  join counts c on c.listing_id = l.id and c.kind = 'bar_close' and c.observations > 0
  cross join lateral (
    select * from observations o
    where o.listing_id = c.listing_id and o.kind = 'bar_close' and o.superseded_at is null
      and o.observed_at <= c.last_observed_at
    order by o.observed_at desc
    limit 1
  ) o
  where ${listings} and ${hasPeriod('l.external_id')} and ${notBefore(since)}`;

const notBefore = (since: SQL | null): SQL => (since === null ? sql`true` : sql`o.observed_at >= ${since}`);
