import { type SQL, sql } from 'drizzle-orm';
import { BEATS, ON_TIME_SECONDS_MAX } from '../../domain/beat.ts';
import { beatOf } from '../observations/beat.ts';

// The flag `anomaly` of polled spot rows: a price that contradicts its own series and the others of its asset. A
// load sets the flag once, by the tape of that moment; proofs and replays copy it.

/** A price is unusual if it rose or fell by more than this factor since the previous one. */
const FOLD = sql.raw('10');
/** The maximum age of the previous price. */
const LOOK_BACK = sql.raw(`interval '24 hours'`);
/** Another series within this factor confirms the price. */
const ALIKE = sql.raw('2');
/** The longest time for which a level counts as an anomaly: after that it is the new level. */
const SPELL_MAX = sql.raw(`interval '6 hours'`);

function isFarther(factor: SQL, a: string, b: string): SQL {
  const [x, y] = [sql.raw(`${a}.price_usd`), sql.raw(`${b}.price_usd`)];
  return sql`(${x} > ${y} * ${factor} or ${y} > ${x} * ${factor})`;
}

// All rows after the last unflagged row are flagged. One of them older than the longest spell makes its level the
// new one.
const spellBegun = sql`
  select from observations o
  where o.listing_id = s.listing_id and o.kind = 'spot' and o.observed_at > u.observed_at
    and o.observed_at < s.observed_at - ${SPELL_MAX} and o.superseded_at is null and o.price_usd > 0`;

// Another series of the asset, on time at the instant of the row, with a similar price.
const likeSeries = sql`
  select from listings own
  join listings l on l.asset_id = own.asset_id and l.id <> own.id
  cross join (values ('spot'), ('bar_close')) k (kind)
  cross join lateral (
    select o.* from observations o
    where o.listing_id = l.id and o.kind = k.kind and o.observed_at <= s.observed_at and o.superseded_at is null
    order by o.observed_at desc limit 1
  ) o
  where own.id = s.listing_id and o.price_usd > 0 and not ${isFarther(ALIKE, 's', 'o')}
    and o.observed_at >= s.observed_at - make_interval(secs => ${beatOf()} * ${sql.raw(String(BEATS))})
    and o.observed_at >= s.observed_at - make_interval(secs => ${sql.raw(String(ON_TIME_SECONDS_MAX))})`;

/**
 * CTEs for rows of `judged`: `anomalous` holds the pointers of the rows to flag. `suspects` excludes almost all
 * rows by the newest row of each listing: if that row is unflagged and near, it is the row to compare with.
 */
export const markAnomalies: SQL = sql`
  suspects as materialized (
    select j.listing_id, j.observed_at, j.price_usd, j.pointer
    from judged j join latest_observations l on l.listing_id = j.listing_id
    where j.kind = 'spot' and j.verdict in ('new', 'changed') and j.price_usd > 0
      and l.observed_at >= j.observed_at - ${LOOK_BACK}
      and (l.observed_at >= j.observed_at or l.price_usd is null or 'anomaly' = any(l.flags)
        or ${isFarther(FOLD, 'j', 'l')})
  ),
  anomalous as materialized (
    select s.pointer
    from suspects s
    cross join lateral (
      select o.observed_at, o.price_usd from observations o
      where o.listing_id = s.listing_id and o.kind = 'spot' and o.observed_at < s.observed_at
        and o.observed_at >= s.observed_at - ${LOOK_BACK}
        and o.superseded_at is null and o.price_usd > 0 and not 'anomaly' = any(o.flags)
      order by o.observed_at desc limit 1
    ) u
    where ${isFarther(FOLD, 's', 'u')} and not exists (${spellBegun}) and not exists (${likeSeries})
  )`;

/** The flags of a new row `j` of `judged`. */
export const flagsOf = (isMarked: boolean): SQL =>
  isMarked
    ? sql`case when j.pointer in (select pointer from anomalous) then j.flags || '{anomaly}'::text[] else j.flags end`
    : sql`j.flags`;
