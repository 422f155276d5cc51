import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import { NO_LAKE, type ThinningUnit } from '../../domain/retention.ts';
import { bucketStart } from '../candles/follow.ts';
import type { Db } from '../client.ts';
import { follow } from '../observations/follow.ts';
import { closeVersion } from '../tape/version.ts';

/** A source to thin to one row per unit, for rows that were observed and known before the horizon. */
export interface Thinning {
  source: string;
  unit: ThinningUnit;
  horizon: Instant;
}

/**
 * Announces a thinning. A horizon later than the previous one restarts it one day earlier, because rows that
 * crossed midnight on their way here were left over. An earlier horizon changes nothing.
 */
export function planThinning(db: Db, { source, unit, horizon }: Thinning) {
  return db.execute('retention.plan-thinning')(sql`
    insert into thinnings as t (source, unit, horizon, place_known_at, place_listing_id, place_observed_at)
    values (${source}, ${unit}, ${horizon}, '1970-01-01Z', 0, '1970-01-01Z')
    on conflict (source, unit) do update
    set horizon = excluded.horizon, place_known_at = least(t.place_known_at, t.horizon - interval '1 day'),
      place_listing_id = 0, place_observed_at = '1970-01-01Z', finished_at = null
    where t.horizon < excluded.horizon`);
}

/** Informs readers before the first row is removed. The tape must be locked (openVersion). */
export function raiseHorizon(db: Db, horizon: Instant) {
  return db.execute('retention.raise-horizon')(sql`
    with raised as (
      update retention set horizon = ${horizon}
      where horizon is null or horizon < ${horizon}::timestamptz
      returning id
    )
    ${closeVersion(sql`exists (select from raised)`)}`);
}

/** The thinnings that have rows left among the `written` ones: `{ source, unit }` rows, hours before days. */
export function listThinnings(db: Db, written: Instant = NO_LAKE) {
  return db.execute<Pick<Thinning, 'source' | 'unit'>>('retention.thinnings')(sql`
    select source, unit from thinnings where finished_at is null and horizon <= ${written}::timestamptz order by unit desc, source`);
}

export interface ThinnedRow {
  removed: string;
  /** No row is left after the position. */
  exhausted: boolean;
}

/**
 * Thins the next `limit` rows, in the order in which they became known, in one statement. It removes a row if a
 * later one of its hour or day was also known before the horizon, and its candles contain it; these candles are
 * then frozen. Also removes its former revisions, and for rows that stay the revisions that were superseded by
 * then. Rows without candles are marked for settleCandles, which must follow, and are examined again in the next
 * slice. Returns one ThinnedRow. The tape must be locked (openVersion).
 */
export function thinRows(db: Db, thinning: Pick<Thinning, 'source' | 'unit'>, limit: number) {
  return db.execute<ThinnedRow>('retention.thin')(sql`
    with candidates as materialized (${nextRows(thinning, limit)}),
    judged as materialized (${judgedRows(thinning.unit)}),
    removed as (${removeRows}),
    frozen as (${freezeCandles}),
    changes as (${changes(thinning.source)}),
    ${follow({ counts: sql`from changes t`, added: null, altered: sql`(select * from judged where verdict = 'uncovered')` })},
    retained as (
      update retention r
      set removed_at = v.next_version, rows_removed = r.rows_removed + (select count(*) from removed)
      from tape_version v
      where exists (select from removed)
    ),
    moved as (${movePlace(thinning)}),
    version as (${closeVersion(sql`exists (select from removed)`)})
    select (select count(*) from removed) as removed,
      (select count(*) from candidates) < ${limit}::int and exists (select from moved) as exhausted`);
}

const ofThinning = ({ source, unit }: Pick<Thinning, 'source' | 'unit'>): SQL =>
  sql`t.source = ${source} and t.unit = ${unit}`;

const nextRows = (thinning: Pick<Thinning, 'source' | 'unit'>, limit: number): SQL => sql`
  select o.*, t.horizon
  from thinnings t
  cross join lateral (
    select o.listing_id, o.observed_at, o.revision, o.known_at, o.superseded_at, o.price_usd, o.flags
    from observations o
    where o.source = t.source and o.kind = 'spot' and o.known_at <= t.horizon
      and (o.known_at, o.listing_id, o.observed_at)
        > (t.place_known_at, t.place_listing_id, t.place_observed_at)
    order by o.known_at, o.listing_id, o.observed_at
    limit ${limit}::int
  ) o
  where ${ofThinning(thinning)}`;

// "case" stops at the first condition that is true, so most rows cost one lookup.
const judgedRows = (unit: ThinningUnit): SQL => sql`
  select c.listing_id, c.observed_at, c.revision, c.price_usd,
    case
      when c.superseded_at is not null or c.observed_at >= c.horizon then 'untouched'
      when 'after_thinning' = any(c.flags) or not ${hasSuccessor(unit)} then 'stays'
      when c.price_usd is null or (${heldBy('1h')} and ${heldBy('1d')}) then 'goes'
      when exists (
        select from candles k where k.listing_id = c.listing_id and k.interval = '1d'
          and k.open_time = ${bucketStart('day', 'c.observed_at')} and k.frozen
      ) then 'stays'
      else 'uncovered'
    end as verdict
  from candidates c`;

// Known by the horizon of reads: any as_of after it that saw the row also sees the successor.
const hasSuccessor = (unit: ThinningUnit): SQL => sql`exists (
  select from observations o
  where o.listing_id = c.listing_id and o.kind = 'spot' and o.observed_at > c.observed_at
    and o.observed_at < ${bucketStart(unit, 'c.observed_at')} + ${sql.raw(`interval '1 ${unit}'`)}
    and o.superseded_at is null and o.known_at <= (select horizon from retention))`;

const LENGTHS = { '1h': 'hour', '1d': 'day' } as const;
const heldBy = (interval: keyof typeof LENGTHS): SQL => sql`exists (
  select from candles k
  where k.listing_id = c.listing_id and k.interval = ${interval}
    and k.open_time = ${bucketStart(LENGTHS[interval], 'c.observed_at')}
    and c.observed_at between k.first_observed_at and k.last_observed_at)`;

const removeRows = sql`
  delete from observations o using judged j
  where o.listing_id = j.listing_id and o.kind = 'spot' and o.observed_at = j.observed_at
    and o.revision <= j.revision
    and (j.verdict = 'goes' or (j.verdict = 'stays' and o.revision < j.revision))
  returning o.listing_id, o.observed_at, o.superseded_at is null as is_current`;

// A row without a price is not part of a candle.
const thinnedBuckets = (interval: keyof typeof LENGTHS): SQL => sql`
  select j.listing_id, ${interval}::text as interval, ${bucketStart(LENGTHS[interval], 'j.observed_at')} as open_time
  from judged j where j.verdict = 'goes' and j.price_usd is not null`;

const freezeCandles = sql`
  update candles k set frozen = true
  from (${thinnedBuckets('1h')} union ${thinnedBuckets('1d')}) t
  where k.listing_id = t.listing_id and k.interval = t.interval and k.open_time = t.open_time and not k.frozen`;

const changes = (source: string): SQL => sql`
  select listing_id, 'spot'::text as kind, ${source}::text as source,
    -count(*) filter (where is_current) as observations, -count(*) as revisions,
    min(observed_at) as first_observed_at, max(observed_at) as last_observed_at
  from removed
  group by listing_id`;

const movePlace = (thinning: Pick<Thinning, 'source' | 'unit'>): SQL => sql`
  update thinnings t
  set place_known_at = coalesce(last.known_at, t.place_known_at),
    place_listing_id = coalesce(last.listing_id, t.place_listing_id),
    place_observed_at = coalesce(last.observed_at, t.place_observed_at),
    rows_removed = t.rows_removed + (select count(*) from removed)
  from (select) one
  left join lateral (
    select c.known_at, c.listing_id, c.observed_at from candidates c
    order by c.known_at desc, c.listing_id desc, c.observed_at desc
    limit 1
  ) last on true
  where ${ofThinning(thinning)} and not exists (select from judged where verdict = 'uncovered')
  returning t.source`;

/**
 * Ends a thinning that has no rows left, and moves the first instant of listings whose first row was removed. The
 * tape must be locked (openVersion).
 */
export const finishThinning = (db: Db, thinning: Pick<Thinning, 'source' | 'unit'>) =>
  [
    db.execute('retention.forget-candles')(sql`
      update counts c set first_observed_at = f.observed_at
      from counts s
      cross join lateral (
        select o.observed_at from observations o
        where o.listing_id = s.listing_id and o.kind = s.kind and o.superseded_at is null
        order by o.observed_at
        limit 1
      ) f
      where s.source = ${thinning.source} and s.kind = 'spot'
        and s.first_observed_at < (select horizon from retention)
        and c.listing_id = s.listing_id and c.kind = s.kind and c.first_observed_at < f.observed_at`),
    db.execute('retention.finish-thinning')(
      sql`update thinnings t set finished_at = clock_timestamp() where ${ofThinning(thinning)}`,
    ),
  ] as const;
