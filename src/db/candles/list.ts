import { type SQL, sql } from 'drizzle-orm';
import type { CandleBasis, CandleInterval } from '../../domain/candle.ts';
import type { Decimal } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { type ListingFilter, listingConditions } from '../observations/listing-filter.ts';
import { unseen, versionAt } from '../observations/page.ts';
import { type Headed, pageHeader } from '../observations/page-header.ts';
import type { PageRequest } from '../observations/page-request.ts';
import { visibleAt } from '../observations/row.ts';
import { selectInstant } from '../sql/instant-text.ts';

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

export type CandlePageRow = Headed<CandleRow>;

/** Where a page begins: behind the candle with these sort values. */
export interface CandleKey {
  open_time: Instant;
  listing_id: number;
}

export interface CandleRequest extends Omit<PageRequest, 'as_of'> {
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
 * listings. Bars of files are read as of the version asked for; candles of observations as they stand.
 * CandlePageRow rows, `limit` of them at most.
 */
export function listCandles(db: Db, request: CandleRequest) {
  const { basis, order, limit, offset } = request;
  return db.execute<CandlePageRow>('candles.page')(sql`
    with ranges as materialized (${ranges(request)})
    select ${pageHeader(request.filter, null)} as header, page.*
    from (${versionAt(request.version)}) v
    cross join lateral (${total(request)}) total
    left join lateral (
      select k.listing_id, k.source, k.external_id, k.asset_id, ${selectInstant('k.open_time')} as open_time,
        ${closeTime(request)} as close_time, k.open_usd, k.high_usd, k.low_usd, k.close_usd, k.volume_usd, k.count,
        k.complete, row_number() over (order by k.open_time ${sql.raw(order)}, k.listing_id ${sql.raw(order)}) as position
      from (
        select range.*, k.* from ranges range
        cross join lateral (${basis === 'observed' ? observedRange(request) : reportedRange(request)}) k
        where ${unseen(request.seen)}
        order by k.open_time ${sql.raw(order)}, range.listing_id ${sql.raw(order)}
        limit ${limit}::int offset ${offset}::int
      ) k
    ) page on true`);
}

const LENGTHS = { '1h': sql.raw(`interval '1 hour'`), '1d': sql.raw(`interval '1 day'`) };

const closeTime = ({ interval }: CandleRequest): SQL =>
  sql`${selectInstant('k.open_time')} + ${LENGTHS[interval]}`;

// The period of a listing's bars is the last part of its external id.
const ranges = ({ filter, basis, interval }: CandleRequest): SQL => sql`
  select l.id as listing_id, l.source, l.external_id, l.asset_id, c.observations, c.last_observed_at
  from listings l join counts c on c.listing_id = l.id
  where ${listingConditions(filter)} and ${
    basis === 'observed'
      ? sql`c.kind = 'spot'`
      : sql`c.kind = 'bar_close' and l.external_id like ${`%:${interval}`}`
  }`;

const observedRange = (request: CandleRequest): SQL => sql`
  select c.open_time, c.open_usd, c.high_usd, c.low_usd, c.close_usd, null::numeric as volume_usd, c.count,
    c.frozen or range.last_observed_at >= c.open_time + ${LENGTHS[request.interval]} as complete
  from candles c
  where ${observedRows(request)} and ${behind(request, sql`c.open_time`, sql`interval '0'`)}
  order by c.open_time ${sql.raw(request.order)}
  limit ${request.limit + request.offset}::int`;

// A bar is stored at its end. A volume is stored for bars of a day only; one that had not ended was refused.
const reportedRange = (request: CandleRequest): SQL => sql`
  select o.observed_at - ${LENGTHS[request.interval]} as open_time, o.open_usd, o.high_usd, o.low_usd,
    o.price_usd as close_usd, o.volume_24h_usd as volume_usd, null::int as count, true as complete
  from observations o
  where ${reportedRows(request)} and ${behind(request, sql`o.observed_at`, LENGTHS[request.interval])}
  order by o.observed_at ${sql.raw(request.order)}
  limit ${request.limit + request.offset}::int`;

const observedRows = (request: CandleRequest): SQL => sql`
  c.listing_id = range.listing_id and c.interval = ${request.interval}
    and ${bounds(request, sql`c.open_time`, sql`interval '0'`)}`;

const reportedRows = (request: CandleRequest): SQL => sql`
  o.listing_id = range.listing_id and o.kind = 'bar_close' and o.price_usd is not null and ${visibleAt(request.version)}
    and ${bounds(request, sql`o.observed_at`, LENGTHS[request.interval])}`;

/** The bounds of open_time, on a column that is so much later. */
function bounds({ opened_from, opened_before }: CandleRequest, column: SQL, later: SQL): SQL {
  const from = opened_from === null ? [] : [sql`${column} >= ${opened_from}::timestamptz + ${later}`];
  const before = opened_before === null ? [] : [sql`${column} < ${opened_before}::timestamptz + ${later}`];
  return sql.join([sql`true`, ...from, ...before], sql` and `);
}

function behind({ after, order }: CandleRequest, column: SQL, later: SQL): SQL {
  if (after === null) return sql`true`;
  const at = sql`${after.open_time}::timestamptz + ${later}`;
  const [atOrBeyond, beyond] = order === 'asc' ? [sql`>=`, sql`>`] : [sql`<=`, sql`<`];
  return sql`${column} ${atOrBeyond} ${at}
    and (${column}, range.listing_id) ${beyond} (${at}, ${after.listing_id}::int)`;
}

function total(request: CandleRequest): SQL {
  const { count, basis, seen } = request;
  if (count === 'none') return sql`select null::bigint as total`;
  if (basis === 'observed')
    return sql`select count(*) as total from ranges range join candles c on ${observedRows(request)}
               where ${unseen(seen)}`;
  return sql`select count(*) as total from ranges range join observations o on ${reportedRows(request)}
             where ${unseen(seen)}`;
}
