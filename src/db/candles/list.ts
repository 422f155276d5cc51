import { type SQL, sql } from 'drizzle-orm';
import type { CandleBasis, CandleInterval } from '../../domain/candle.ts';
import type { Decimal } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { type ListingFilter, listingConditions } from '../observations/listing-filter.ts';
import { pinnedVersion, unseen } from '../observations/page.ts';
import { type Framed, pageFrame } from '../observations/page-frame.ts';
import type { PageWish } from '../observations/page-request.ts';
import { visibleAt } from '../observations/row.ts';
import { instant } from '../sql/instant-text.ts';

/** One candle of one listing. */
export interface CandleRow {
  listing_id: number;
  source: string;
  external_id: string;
  /** Null until the listing was resolved. */
  asset_id: string | null;
  open_time: Instant;
  /** Exclusive. */
  close_time: Instant;
  open_usd: Decimal | null;
  high_usd: Decimal | null;
  low_usd: Decimal | null;
  close_usd: Decimal;
  volume_usd: Decimal | null;
  /** Of observations; null for a bar that a file brought. */
  count: number | null;
  /** The listing has a later row than its end: nothing comes for it any more but late. */
  complete: boolean;
}

export type CandlePageRow = Framed<CandleRow>;

/** Where a page begins: behind the candle with these sort values. */
export interface CandleKey {
  open_time: Instant;
  listing_id: number;
}

export interface CandleWish extends Omit<PageWish, 'as_of'> {
  filter: ListingFilter;
  interval: CandleInterval;
  basis: CandleBasis;
  /** Bounds of open_time. */
  opened_from: Instant | null;
  /** Exclusive. */
  opened_before: Instant | null;
  order: 'asc' | 'desc';
  after: CandleKey | null;
}

/**
 * One page of candles, in one statement: a range of one index per listing, merged. The filter must name
 * listings. Bars of files are read as of the pinned version; candles of observations as they stand.
 * CandlePageRow rows, `limit` of them at most.
 */
export function listCandles(db: Db, wish: CandleWish) {
  const { basis, order, limit, offset } = wish;
  return db.execute<CandlePageRow>('candles.page')(sql`
    with lanes as materialized (${lanes(wish)})
    select ${pageFrame(wish.filter, null)} as frame, page.*
    from (${pinnedVersion(wish.pin)}) v
    cross join lateral (${total(wish)}) total
    left join lateral (
      select k.listing_id, k.source, k.external_id, k.asset_id, ${instant('k.open_time')} as open_time,
        ${closeTime(wish)} as close_time, k.open_usd, k.high_usd, k.low_usd, k.close_usd, k.volume_usd, k.count,
        k.complete, row_number() over (order by k.open_time ${sql.raw(order)}, k.listing_id ${sql.raw(order)}) as position
      from (
        select lane.*, k.* from lanes lane
        cross join lateral (${basis === 'observed' ? observedLane(wish) : reportedLane(wish)}) k
        where ${unseen(wish.seen)}
        order by k.open_time ${sql.raw(order)}, lane.listing_id ${sql.raw(order)}
        limit ${limit}::int offset ${offset}::int
      ) k
    ) page on true`);
}

const LENGTHS = { '1h': sql.raw(`interval '1 hour'`), '1d': sql.raw(`interval '1 day'`) };

const closeTime = ({ interval }: CandleWish): SQL => sql`${instant('k.open_time')} + ${LENGTHS[interval]}`;

// The period of a listing's bars is the last part of its external id.
const lanes = ({ filter, basis, interval }: CandleWish): SQL => sql`
  select l.id as listing_id, l.source, l.external_id, l.asset_id, c.observations, c.last_observed_at
  from listings l join counts c on c.listing_id = l.id
  where ${listingConditions(filter)} and ${
    basis === 'observed'
      ? sql`c.kind = 'spot'`
      : sql`c.kind = 'bar_close' and l.external_id like ${`%:${interval}`}`
  }`;

const observedLane = (wish: CandleWish): SQL => sql`
  select c.open_time, c.open_usd, c.high_usd, c.low_usd, c.close_usd, null::numeric as volume_usd, c.count,
    c.frozen or lane.last_observed_at >= c.open_time + ${LENGTHS[wish.interval]} as complete
  from candles c
  where ${observedRows(wish)} and ${behind(wish, sql`c.open_time`, sql`interval '0'`)}
  order by c.open_time ${sql.raw(wish.order)}
  limit ${wish.limit + wish.offset}::int`;

// A bar is stored at its end. A volume is stored for bars of a day only; one that had not ended was refused.
const reportedLane = (wish: CandleWish): SQL => sql`
  select o.observed_at - ${LENGTHS[wish.interval]} as open_time, o.open_usd, o.high_usd, o.low_usd,
    o.price_usd as close_usd, o.volume_24h_usd as volume_usd, null::int as count, true as complete
  from observations o
  where ${reportedRows(wish)} and ${behind(wish, sql`o.observed_at`, LENGTHS[wish.interval])}
  order by o.observed_at ${sql.raw(wish.order)}
  limit ${wish.limit + wish.offset}::int`;

const observedRows = (wish: CandleWish): SQL => sql`
  c.listing_id = lane.listing_id and c.interval = ${wish.interval}
    and ${bounds(wish, sql`c.open_time`, sql`interval '0'`)}`;

const reportedRows = (wish: CandleWish): SQL => sql`
  o.listing_id = lane.listing_id and o.kind = 'bar_close' and o.price_usd is not null and ${visibleAt(wish.pin)}
    and ${bounds(wish, sql`o.observed_at`, LENGTHS[wish.interval])}`;

/** The bounds of open_time, on a column that is so much later. */
function bounds({ opened_from, opened_before }: CandleWish, column: SQL, later: SQL): SQL {
  const from = opened_from === null ? [] : [sql`${column} >= ${opened_from}::timestamptz + ${later}`];
  const before = opened_before === null ? [] : [sql`${column} < ${opened_before}::timestamptz + ${later}`];
  return sql.join([sql`true`, ...from, ...before], sql` and `);
}

function behind({ after, order }: CandleWish, column: SQL, later: SQL): SQL {
  if (after === null) return sql`true`;
  const at = sql`${after.open_time}::timestamptz + ${later}`;
  const [atOrBeyond, beyond] = order === 'asc' ? [sql`>=`, sql`>`] : [sql`<=`, sql`<`];
  return sql`${column} ${atOrBeyond} ${at}
    and (${column}, lane.listing_id) ${beyond} (${at}, ${after.listing_id}::int)`;
}

function total(wish: CandleWish): SQL {
  const { count, basis, seen } = wish;
  if (count === 'none') return sql`select null::bigint as total`;
  if (basis === 'observed')
    return sql`select count(*) as total from lanes lane join candles c on ${observedRows(wish)}
               where ${unseen(seen)}`;
  return sql`select count(*) as total from lanes lane join observations o on ${reportedRows(wish)}
             where ${unseen(seen)}`;
}
