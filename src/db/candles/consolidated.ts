import { type SQL, sql } from 'drizzle-orm';
import { COVERING_READINGS } from '../../domain/candle.ts';
import { seriesOrder } from '../observations/prefer-source.ts';
import { borderOf, candlesIn } from './ranges.ts';
import type { CandleRequest } from './request.ts';

// One candle per asset and bucket, taken whole from one series.

/**
 * A page of consolidated candles, from `ranges`. A series has one candle per bucket, so the page needs only the
 * first candles of each series: as many as it has rows.
 */
export function consolidatedPage(request: CandleRequest): SQL {
  const { order, limit, offset } = request;
  const bucket = sql.raw(`k.open_time ${order}, k.asset collate "C" ${order}`);
  return sql`
    select k.*, row_number() over (order by ${bucket}) as position
    from (
      select distinct on (k.open_time, k.asset collate "C") k.*
      from (${candidates(request)}) k
      order by ${bucket}, ${preference(request)}
      limit ${limit}::int offset ${offset}::int
    ) k`;
}

const candidates = (request: CandleRequest): SQL => sql`
  select k.*, border.border_usd, k.own_count + case when border.border_usd is null then 0 else 1 end as count,
    case when border.border_usd is null then k.own_last_at else k.close_time end as last_at
  from (
    select range.listing_id, range.source, range.external_id, range.asset_id, range.asset, k.*
    from ranges range cross join lateral (${candlesIn(request, 'observed')}) k
    where range.kind = 'spot'
  ) k
  left join lateral (${borderOf(request, 'k')}) border on true
  union all
  select range.listing_id, range.source, range.external_id, range.asset_id, range.asset, k.*, null, null, null
  from ranges range cross join lateral (${candlesIn(request, 'reported')}) k
  where range.kind = 'bar_close'`;

// The preferred candle: an observed candle that covers its bucket, then a reported one, then the observed one with
// the most readings.
const preference = (request: CandleRequest): SQL => sql`
  case when k.basis = 'reported' then 2 when ${covers(request)} then 1 else 3 end,
  case when k.basis = 'observed' and not ${covers(request)} then -k.count end,
  ${seriesOrder(request.filter.clock.source_order, 'k', `k.basis = 'reported'`)}`;

function covers({ interval }: CandleRequest): SQL {
  const { readings, with_borders } = COVERING_READINGS[interval];
  const counted = with_borders
    ? sql`k.count`
    : sql`k.own_count - case when k.first_at = k.open_time then 1 else 0 end`;
  return sql`(${counted} >= ${readings}::int)`;
}

export const consolidatedTotal = (request: CandleRequest): SQL => sql`
  select count(*) as total from (
    select distinct range.asset, k.open_time
    from ranges range cross join lateral (${candlesIn(request, 'observed', 'opening')}) k
    where range.kind = 'spot'
    union
    select range.asset, k.open_time
    from ranges range cross join lateral (${candlesIn(request, 'reported', 'opening')}) k
    where range.kind = 'bar_close'
  ) bucket`;
