import { type SQL, sql } from 'drizzle-orm';
import { type CandleBasis, COMPLETE_BEATS } from '../../domain/candle.ts';
import type { Decimal } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { listingConditions } from '../observations/listing-filter.ts';
import { type Headed, pageHeader } from '../observations/page-header.ts';
import { selectInstant } from '../sql/instant-text.ts';
import { selectedLater } from '../sql/later.ts';
import { unlessCurrent } from '../sql/unless-current.ts';
import { type Scope, versionAt } from '../tape/scope.ts';
import { consolidatedPage, consolidatedTotal } from './consolidated.ts';
import { borderOf, candlesIn, LENGTHS, RESTS_ON_BORDERS, rangesOf } from './ranges.ts';
import type { CandleRequest } from './request.ts';

/** One candle of one series. */
export interface CandleRow {
  listing_id: number;
  source: string;
  external_id: string;
  /** Null until the listing is resolved. */
  asset_id: string | null;
  /** A value for the parameter `asset`. */
  asset: string;
  basis: CandleBasis;
  open_time: Instant;
  /** Exclusive, except for a reading on it. */
  close_time: Instant;
  open_usd: Decimal | null;
  /** Null if there is no reading between the borders; the same applies to `low_usd`. */
  high_usd: Decimal | null;
  low_usd: Decimal | null;
  close_usd: Decimal;
  volume_usd: Decimal | null;
  /** The number of observations; null for a bar from a file. */
  count: number | null;
  /** From the readings behind the candle; null for a bar from a file. */
  first_at: Instant | null;
  last_at: Instant | null;
  /** Its bucket has ended, and its readings begin and end within two beats of its borders. */
  complete: boolean;
  /**
   * Made by an older rule, which stored no beat. It is known to be complete only if it has readings on both
   * borders.
   */
  is_outdated: boolean;
}

/** `elsewhere`: the basis that has candles if the requested one has none. */
export type CandlePageRow = Headed<CandleRow> & { elsewhere: CandleBasis | null };

/**
 * One page of candles, in one statement: it merges one index range per listing. The filter must name listings. Bars
 * of files are as of the requested version; candles of observations are current. Returns at most `limit`
 * CandlePageRow rows, or none at all: see unlessCurrent.
 */
export function listCandles(db: Db, request: CandleRequest) {
  const is_consolidated = request.basis === 'consolidated';
  const scope = scopeOf(request);
  const statement = sql`
    with ranges as materialized (${rangesOf(request, request.basis)})
    select ${pageHeader(request.filter, null)} as header, page.*,
      case when page.position is null then ${elsewhere(request)} end as elsewhere
    from (${versionAt(request.version, scope)}) v
    cross join lateral (${total(request)}) total
    left join lateral (
      select k.listing_id, k.source, k.external_id, k.asset_id, k.asset, k.basis,
        ${selectInstant('k.open_time')} as open_time, ${selectInstant('k.close_time')} as close_time,
        k.open_usd,
        case when not k.${RESTS_ON_BORDERS} then greatest(k.high_usd, k.border_usd) end as high_usd,
        case when not k.${RESTS_ON_BORDERS} then least(k.low_usd, k.border_usd) end as low_usd,
        coalesce(k.border_usd, k.close_usd) as close_usd, k.volume_usd, k.count,
        ${selectInstant('k.first_at')} as first_at, ${selectInstant('k.last_at')} as last_at,
        ${isComplete} as complete, k.is_outdated, k.position
      from (${is_consolidated ? consolidatedPage(request) : listingPage(request)}) k
    ) page on true`;
  return unlessCurrent<CandlePageRow>(db, 'candles.page', request.seen, statement, COLUMNS, scope);
}

const COLUMNS =
  sql.raw(`header json, listing_id int, source text, external_id text, asset_id text, asset text, basis text,
  open_time timestamp, close_time timestamp, open_usd numeric, high_usd numeric, low_usd numeric, close_usd numeric,
  volume_usd numeric, count int, first_at timestamp, last_at timestamp, complete boolean, is_outdated boolean,
  position bigint, elsewhere text`);

/**
 * The scope of candles. They depend on all rows of their listings, which also decide the hint at another basis.
 * They depend on the current bucket of the tape, because the end of a bucket may complete a candle. With a symbol
 * they also depend on the other coins of that symbol.
 */
function scopeOf({ filter, interval }: CandleRequest): Scope | null {
  if (filter.symbols !== null) return null;
  return {
    touched: sql`
      select greatest(max(c.changed_at), date_bin(${LENGTHS[interval]}, min(v.version), timestamptz '1970-01-01T00:00:00Z'))
      from tape_version v left join (listings l join counts c on c.listing_id = l.id) on ${listingConditions(filter)}`,
  };
}

// The version of the read decides whether a bucket has ended, so the same version always gives the same answer.
const REACH = sql`(coalesce(k.beat_seconds, 0)::bigint * ${COMPLETE_BEATS}::int * interval '1 second')`;
const isComplete = sql`(k.basis = 'reported' or (k.close_time <= v.version
  and k.first_at <= k.open_time + ${REACH} and k.last_at >= k.close_time - ${REACH}))`;

// Only the candles of the page need a lookup of the next bucket.
function listingPage(request: CandleRequest): SQL {
  const { basis, order, limit, offset } = request;
  const inOrder = sql.raw(`k.open_time ${order}, k.listing_id ${order}`);
  const border = basis === 'observed' ? borderOf(request, 'k') : sql`select null::numeric as border_usd`;
  return sql`
    select k.*, border.border_usd, k.own_count + case when border.border_usd is null then 0 else 1 end as count,
      case when border.border_usd is null then k.own_last_at else k.close_time end as last_at,
      row_number() over (order by ${inOrder}) as position
    from (
      select range.listing_id, range.source, range.external_id, range.asset_id, range.asset, k.*
      from ranges range
      cross join lateral (${candlesIn(request, basis)}) k
      order by k.open_time ${sql.raw(order)}, range.listing_id ${sql.raw(order)}
      limit ${limit}::int offset ${offset}::int
    ) k
    left join lateral (${border}) border on true`;
}

function total(request: CandleRequest): SQL {
  const { count, basis } = request;
  if (count === 'none') return sql`select null::bigint as total`;
  if (basis === 'consolidated') return consolidatedTotal(request);
  return sql`
    select count(*) as total from ranges range cross join lateral (${candlesIn(request, basis, 'opening')}) k`;
}

/** The other basis, if it has candles and the requested one has none. Only on the first page. */
function elsewhere(request: CandleRequest): SQL {
  const { basis, after, offset } = request;
  if (after !== null || offset > 0) return sql`null::text`;
  const other = basis === 'reported' ? 'observed' : 'reported';
  const one = sql`
    select to_json(${other}::text) from (${rangesOf(request, other)}) range
    where exists (${candlesIn({ ...request, basis: other }, other, 'opening')})
    limit 1`;
  return sql`${selectedLater(one)} #>> '{}'`;
}
