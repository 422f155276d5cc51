import { type SQL, sql } from 'drizzle-orm';
import { CANDLE_RULE } from '../../domain/candle.ts';
import type { Db } from '../client.ts';
import { firstBeat } from '../observations/beat.ts';

const PRICES = sql.raw(
  `listing_id, interval, open_time, open_usd, high_usd, low_usd, close_usd, first_observed_at, last_observed_at,
   count`,
);
const COLUMNS = sql`${PRICES}, beat_seconds, rule`;
const RULE = sql.raw(String(CANDLE_RULE));

/** The start of the hour or day (UTC) that contains an instant. `column` is SQL. */
export const bucketStart = (length: 'hour' | 'day', column: string): SQL =>
  sql.raw(`date_bin('1 ${length}', ${column}, timestamptz '1970-01-01T00:00:00Z')`);

/**
 * Hour and day candles of some rows: a table expression with `listing_id, observed_at, price_usd, covered_to`. An
 * instant is unique within a listing, so a row opens its hour or day if the previous row is in another one. A row
 * on a border is only in the bucket that it opens; reads find it there for the previous bucket (list.ts).
 */
const candlesOf = (rows: SQL): SQL => sql`
  hours as materialized (
    select listing_id, hour as open_time, ${bucketStart('day', 'hour')} as day,
      min(price_usd) filter (where hour_before <> hour) as open_usd,
      max(price_usd) as high_usd, min(price_usd) as low_usd,
      min(price_usd) filter (where hour_after <> hour) as close_usd,
      min(observed_at) as first_observed_at, max(observed_at) as last_observed_at, count(*)::int as count,
      max(covered_to) as covered_to, min(hour_before) as hour_before, max(hour_after) as hour_after
    from (
      select listing_id, observed_at, price_usd, covered_to, hour,
        lag(hour, 1, '-infinity') over following as hour_before, lead(hour, 1, 'infinity') over following as hour_after
      from (
        select listing_id, observed_at, price_usd, covered_to, ${bucketStart('hour', 'observed_at')} as hour
        from ${rows} r where price_usd is not null
      ) r
      window following as (partition by listing_id order by hour, observed_at)
    ) ticks
    group by listing_id, hour
  ),
  days as materialized (
    select listing_id, '1d'::text as interval, day as open_time,
      min(open_usd) filter (where hour_before < day) as open_usd, max(high_usd) as high_usd, min(low_usd) as low_usd,
      min(close_usd) filter (where ${bucketStart('day', 'hour_after')} > day) as close_usd,
      min(first_observed_at) as first_observed_at, max(last_observed_at) as last_observed_at, sum(count)::int as count,
      max(covered_to) as covered_to
    from hours
    group by listing_id, day
  ),
  fresh as not materialized (
    select listing_id, '1h'::text as interval, open_time, open_usd, high_usd, low_usd, close_usd,
      first_observed_at, last_observed_at, count, covered_to
    from hours
    union all
    select * from days
  )`;

/** New spot rows of the tape. */
export interface NewTicks {
  /** A table expression, see candlesOf. */
  rows: SQL;
  /** The beat of all of them. */
  beat_seconds: SQL;
}

/**
 * CTEs that add rows to their candles. The result is exact in any order, because a listing has one current row per
 * instant. `covered_to` is the newest previous instant of the listing: a bucket that opens later has no candle yet,
 * and an insert without a lookup takes half the time.
 */
export const addToCandles = ({ rows, beat_seconds }: NewTicks): SQL => sql`
  ${candlesOf(rows)},
  candles_begun as (
    insert into candles (${COLUMNS})
    select ${PRICES}, ${beat_seconds}, ${RULE} from fresh where open_time > covered_to
  ),
  candles_grown as (
    insert into candles as c (${COLUMNS})
    select ${PRICES}, ${beat_seconds}, ${RULE} from fresh where open_time <= covered_to
    on conflict (listing_id, interval, open_time) do update
    set open_usd = case when excluded.first_observed_at < c.first_observed_at
        then excluded.open_usd else c.open_usd end,
      high_usd = greatest(c.high_usd, excluded.high_usd), low_usd = least(c.low_usd, excluded.low_usd),
      close_usd = case when excluded.last_observed_at > c.last_observed_at
        then excluded.close_usd else c.close_usd end,
      first_observed_at = least(c.first_observed_at, excluded.first_observed_at),
      last_observed_at = greatest(c.last_observed_at, excluded.last_observed_at),
      count = c.count + excluded.count,
      -- both are those of the last reading: that is all in which the rules differ
      beat_seconds = case when excluded.last_observed_at > c.last_observed_at
        then excluded.beat_seconds else c.beat_seconds end,
      rule = case when excluded.last_observed_at > c.last_observed_at then excluded.rule else c.rule end
    where not c.frozen
  )`;

/**
 * CTE body that marks the days of rows (a table expression with `listing_id, observed_at`) that the tape lost or
 * changed. A statement that marks a day must be followed by settleCandles in its transaction.
 */
export const markStale = (rows: SQL): SQL => sql`
  insert into stale_candles (listing_id, day)
  select distinct listing_id, ${bucketStart('day', 'observed_at')} from ${rows} r
  on conflict do nothing`;

/** Rebuilds the candles of the marked days from the current observations; frozen ones do not change. */
export function settleCandles(db: Db) {
  return db.execute('candles.settle')(sql`
    with stale as (delete from stale_candles returning listing_id, day),
    ${candlesOf(rowsOfDays)},
    gone as (
      delete from candles c
      using (${candlesOfDays}) old
      where c.listing_id = old.listing_id and c.interval = old.interval and c.open_time = old.open_time
        and (old.listing_id, old.interval, old.open_time) not in (select listing_id, interval, open_time from fresh)
    )
    insert into candles as c (${COLUMNS})
    select ${PRICES}, ${beatOfLast('f')}, ${RULE} from fresh f
    on conflict (listing_id, interval, open_time) do update
    set (open_usd, high_usd, low_usd, close_usd, first_observed_at, last_observed_at, count, beat_seconds, rule)
      = (excluded.open_usd, excluded.high_usd, excluded.low_usd, excluded.close_usd, excluded.first_observed_at,
         excluded.last_observed_at, excluded.count, excluded.beat_seconds, excluded.rule)
    where not c.frozen`);
}

/** The beat of a candle's last reading; null if that reading was removed. */
export const beatOfLast = (candle: 'f' | 'c'): SQL => sql`(
  select ${firstBeat('o')} from observations o
  where o.listing_id = ${sql.raw(candle)}.listing_id and o.kind = 'spot'
    and o.observed_at = ${sql.raw(candle)}.last_observed_at and o.superseded_at is null)`;

// "offset 0" makes the lookup of a day one index range, regardless of the number of days that the planner expects.
const rowsOfDays = sql`(
  select o.* from stale s cross join lateral (
    select o.listing_id, o.observed_at, o.price_usd, o.observed_at as covered_to from observations o
    where o.listing_id = s.listing_id and o.kind = 'spot' and o.superseded_at is null
      and o.observed_at >= s.day and o.observed_at < s.day + interval '1 day'
    offset 0
  ) o)`;

const candlesOfDays = sql`
  select c.* from stale s cross join (values ('1h'), ('1d')) length (interval) cross join lateral (
    select c.listing_id, c.interval, c.open_time from candles c
    where c.listing_id = s.listing_id and c.interval = length.interval
      and c.open_time >= s.day and c.open_time < s.day + interval '1 day' and not c.frozen
    offset 0
  ) c`;
