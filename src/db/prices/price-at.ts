import { type SQL, sql } from 'drizzle-orm';
import { BEATS, ON_TIME_SECONDS_MAX } from '../../domain/beat.ts';
import { type SourceOrder, seriesOrder } from '../observations/prefer-source.ts';

// Which of several series answers for an asset, where Postgres has to know that: to sort assets by it, or to compare it.
// domain/price-at.ts says the same in TypeScript, and why.

/** The input of the rule: the columns of a select of series, which may have others too. */
export const SERIES_COLUMNS = [
  'source',
  'external_id',
  'kind',
  'observed_at',
  'price_usd',
  'flags',
  'beat_seconds',
] as const;

/**
 * The series that answers, of `series`, a select with SERIES_COLUMNS of one asset: a select with that one row, or
 * with none when there is no series at all. Without one that takes part it is the newest, which has no price then.
 * `at` is SQL. Adds `takes_part`, `on_time` and `turns_at`, the last instant at which all series that are on time still
 * are.
 */
export const answering = (series: SQL, at: SQL, order: SourceOrder): SQL => sql`
  ${judged(series, at, sql``)}
  order by ${preferred(order)}
  limit 1`;

/** The same for many assets at once, of `series` with their `asset_id`: one row per asset. */
export const answeringEach = (series: SQL, at: SQL, order: SourceOrder): SQL => sql`
  select distinct on (s.asset_id) s.*
  from (${judged(series, at, sql`partition by s.asset_id`)}) s
  order by s.asset_id, ${preferred(order)}`;

const preferred = (order: SourceOrder): SQL => sql`
  coalesce(s.kept, false) desc, s.is_left desc, case when s.kept then null else s.observed_at end desc,
  ${seriesOrder(order, 's', `s.kind = 'bar_close'`)}, s.kind desc`;

/** What the rule knows of each series among those of its asset, which `of` separates from the others. */
const judged = (series: SQL, at: SQL, of: SQL): SQL => sql`
  select s.*, min(s.observed_at + ${ON_TIME}) filter (where s.on_time) over (${of}) as turns_at
  from (
    select s.*, s.is_left and s.on_time
      and s.beat <= 2 * min(s.beat) filter (where s.is_left and s.on_time) over (${of}) as kept
    from (
      select s.*, s.is_trusted and not exists (
        select from unnest(s.beats, s.instants) f (beat, observed_at)
        where f.beat * 2 < s.beat and f.observed_at > s.observed_at) as is_left
      from (
        select s.*, array_agg(s.beat) filter (where s.is_trusted) over (${of}) as beats,
          array_agg(s.observed_at) filter (where s.is_trusted) over (${of}) as instants
        from (
          select s.*, s.takes_part and not (s.is_anomaly and bool_or(s.on_time and not s.is_anomaly) over (${of})) as is_trusted
          from (${timed(series, at, of)}) s
        ) s
      ) s
    ) s
  ) s`;

/** How long a row of `s` is on time. */
const ON_TIME: SQL = sql`make_interval(secs => least(s.beat * ${BEATS}::int, ${ON_TIME_SECONDS_MAX}::int))`;

// `offset 0` prevents the planner from repeating the select's beat, with all its lookups, in every step that names
// it.
const timed = (series: SQL, at: SQL, of: SQL): SQL => sql`
  select s.*, s.takes_part and s.observed_at >= ${at} - ${ON_TIME}
      as on_time,
    'anomaly' = any(s.flags) as is_anomaly
  from (
    select s.*, (case when s.source <> 'csv' then s.beat_seconds else greatest(s.beat_seconds,
      max(s.beat_seconds) filter (where s.takes_part and s.source <> 'csv' and not 'backfill' = any(s.flags)) over (${of}))
      end)::bigint as beat
    from (select s.*, coalesce(s.price_usd > 0 and s.beat_seconds is not null, false) as takes_part from (select * from (${series}) s offset 0) s) s
  ) s`;
