import { type SQL, sql } from 'drizzle-orm';
import { CANDLE_RULE, type CandleView } from '../../domain/candle.ts';
import { assetName } from '../identity/asset-ref.ts';
import { listingConditions } from '../observations/listing-filter.ts';
import { visibleAt } from '../observations/row.ts';
import type { CandleRequest } from './request.ts';

// The series of a request, and the candles of one of them, in index order.

export const LENGTHS = { '1h': sql.raw(`interval '1 hour'`), '1d': sql.raw(`interval '1 day'`) };

/** A select of the series that have candles of a basis, or of any basis. Its alias must be `range`. */
export const rangesOf = ({ filter, interval }: CandleRequest, view: CandleView): SQL => sql`
  select l.id as listing_id, l.source, l.external_id, l.asset_id, ${assetName('l')} as asset, c.kind
  from listings l join counts c on c.listing_id = l.id
  where ${listingConditions(filter)} and (${sql.join(kindsOf(view, interval), sql` or `)})`;

// The period of a listing's bars is the last part of its external id.
const kindsOf = (view: CandleView, interval: string): SQL[] => [
  ...(view === 'reported' ? [] : [sql`c.kind = 'spot'`]),
  ...(view === 'observed' ? [] : [sql`(c.kind = 'bar_close' and l.external_id like ${`%:${interval}`})`]),
];

/**
 * A select of the candles of series `range` that a page needs; with `opening`, only the open_time of all of them.
 * An observed candle contains its readings between the borders and the opening one: borderOf() gives the closing
 * one.
 */
export function candlesIn(request: CandleRequest, basis: CandleView, what: 'page' | 'opening' = 'page'): SQL {
  const select = basis === 'reported' ? reported(request, what) : observed(request, what);
  const [column, later] =
    basis === 'reported' ? ['o.observed_at', LENGTHS[request.interval]] : ['c.open_time', NONE];
  if (what === 'opening') return select;
  return sql`
    ${select} and ${behind(request, sql.raw(column), later)}
    order by ${sql.raw(`${column} ${request.order}`)}
    limit ${request.limit + request.offset}::int`;
}

const NONE = sql.raw(`interval '0'`);
const RULE = sql.raw(String(CANDLE_RULE));
/** A column of candlesIn: true if the candle has no reading between its borders. */
export const RESTS_ON_BORDERS = sql.raw('rests_on_borders');

const observed = (request: CandleRequest, what: 'page' | 'opening'): SQL => sql`
  select ${what === 'opening' ? sql`c.open_time` : observedColumns(request)}
  from candles c
  where c.listing_id = range.listing_id and c.interval = ${request.interval}
    and ${bounds(request, sql`c.open_time`, NONE)}`;

const observedColumns = ({ interval }: CandleRequest): SQL => sql`
  c.open_time, c.open_time + ${LENGTHS[interval]} as close_time, c.open_usd, c.high_usd, c.low_usd, c.close_usd,
  null::numeric as volume_usd, c.count as own_count, c.first_observed_at as first_at, c.last_observed_at as own_last_at,
  c.last_observed_at = c.open_time as ${RESTS_ON_BORDERS}, c.beat_seconds, c.rule < ${RULE} as is_outdated,
  'observed'::text as basis`;

// The tape stores a bar at its end.
const reported = (request: CandleRequest, what: 'page' | 'opening'): SQL => sql`
  select o.observed_at - ${LENGTHS[request.interval]} as open_time${what === 'opening' ? sql`` : sql`, ${REPORTED_COLUMNS}`}
  from observations o
  where o.listing_id = range.listing_id and o.kind = 'bar_close' and o.price_usd is not null
    and ${visibleAt(request.version)} and ${bounds(request, sql`o.observed_at`, LENGTHS[request.interval])}
    and ${request.basis === 'consolidated' ? isBucket(request) : sql`true`}`;

// The same columns. Only bars of a day have a stored volume. Bars that had not ended were rejected.
const REPORTED_COLUMNS = sql`
  o.observed_at as close_time, o.open_usd, o.high_usd, o.low_usd, o.price_usd as close_usd,
  o.volume_24h_usd as volume_usd, null::int as own_count, null::timestamptz as first_at,
  null::timestamptz as own_last_at, false as ${RESTS_ON_BORDERS}, null::int as beat_seconds, false as is_outdated,
  'reported'::text as basis`;

// Excludes days of other time zones, which would overlap two UTC days.
const isBucket = ({ interval }: CandleRequest): SQL =>
  sql`date_bin(${LENGTHS[interval]}, o.observed_at, timestamptz '1970-01-01T00:00:00Z') = o.observed_at`;

/**
 * A select of the price of the reading that closes candle `k`. This reading is on the border, and the candle of the
 * next bucket stores it as its opening price, even after thinning. No row if there is none.
 */
export const borderOf = ({ interval }: CandleRequest, k: 'k'): SQL => sql`
  select n.open_usd as border_usd from candles n
  where n.listing_id = ${sql.raw(k)}.listing_id and n.interval = ${interval}
    and n.open_time = ${sql.raw(k)}.close_time and n.first_observed_at = n.open_time
  limit 1`; // one lookup by key for each candle, whatever the planner expects

/** The limits of open_time, applied to a column that is `later` by that much. */
function bounds({ opened_from, opened_before }: CandleRequest, column: SQL, later: SQL): SQL {
  const from = opened_from === null ? [] : [sql`${column} >= ${opened_from}::timestamptz + ${later}`];
  const before = opened_before === null ? [] : [sql`${column} < ${opened_before}::timestamptz + ${later}`];
  return sql.join([sql`true`, ...from, ...before], sql` and `);
}

function behind({ after, order }: CandleRequest, column: SQL, later: SQL): SQL {
  if (after === null) return sql`true`;
  const at = sql`${after.open_time}::timestamptz + ${later}`;
  const [atOrBeyond, beyond] = order === 'asc' ? [sql`>=`, sql`>`] : [sql`<=`, sql`<`];
  const [name, value] =
    'asset' in after
      ? [sql`range.asset collate "C"`, sql`${after.asset}::text`]
      : [sql`range.listing_id`, sql`${after.listing_id}::int`];
  return sql`${column} ${atOrBeyond} ${at} and (${column}, ${name}) ${beyond} (${at}, ${value})`;
}
