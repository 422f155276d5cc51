import { type SQL, sql } from 'drizzle-orm';
import { BEATS } from '../../domain/beat.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';

export const GAP_CAUSES = [
  'not_running',
  'upstream_failing',
  'rate_limited',
  'quota',
  'key_refused',
  'plan_limit',
  'banned',
  'contract_broken',
] as const;
export type GapCause = (typeof GAP_CAUSES)[number];

/** An endpoint that was or is due. */
export interface DueEndpoint {
  endpoint: string;
  every_minutes: number;
  has_history: boolean;
}

/**
 * Records the gaps since the checkpoints of these endpoints that are longer than BEATS of their effective pace,
 * with their cause. `at` is the good reply that ends them, before its checkpoint is moved. With `is_open`, `at` is
 * now and the gaps continue. Recording a gap again corrects it.
 */
export function recordGaps(
  db: Db,
  { source, at, is_open }: { source: string; at: Instant; is_open: boolean },
  endpoints: DueEndpoint[],
) {
  const column = (key: keyof DueEndpoint) => sql.param(endpoints.map((endpoint) => endpoint[key]));
  return db.execute('gaps.record')(sql`
    insert into gaps as g (source, endpoint, started_at, ended_at, every_minutes, cause, error_code, has_history)
    select ${source}, c.endpoint, c.fetched_at, ${is_open ? null : at}::timestamptz, pace.minutes,
      cause.cause, case when cause.cause not in ('not_running', 'quota') then f.error_code end, i.has_history
    from unnest(${column('endpoint')}::text[], ${column('every_minutes')}::int[], ${column('has_history')}::boolean[])
      with ordinality as i (endpoint, every_minutes, has_history, position)
    join checkpoints c on c.source = ${source} and c.endpoint = i.endpoint and c.watermark is not null
    left join upstreams u on u.source = c.source
    left join endpoint_failures f on f.source = c.source and f.endpoint = c.endpoint and f.failed_at > c.fetched_at
    -- A source that asked for a slower pace and was not asked in vain since is due at that.
    cross join lateral (
      select greatest(c.every_minutes, i.every_minutes) * case when f.error_code is null then coalesce(u.slow_factor, 1) else 1 end
        as minutes
    ) pace
    cross join lateral (select ${causeOf(at)} as cause) cause
    where ${at}::timestamptz - c.fetched_at > make_interval(mins => ${BEATS}::int * pace.minutes)
      -- One that was noted ends with the reply, whatever the pace has become since.
      or ${!is_open}::boolean and exists (
        select from gaps noted
        where noted.source = c.source and noted.endpoint = c.endpoint and noted.started_at = c.fetched_at
          and noted.ended_at is null)
    -- Their ids follow the given order, whatever plan joins them.
    order by i.position
    on conflict (source, endpoint, started_at) do update
    set ended_at = excluded.ended_at, cause = excluded.cause, error_code = excluded.error_code
    where g.ended_at is null`);
}

// A failed call is tried again within the hour, or within its own pace. A longer silence before the first failure
// or after the last therefore has another cause than the upstream, unless it asked for a pause or a slower pace.
const causeOf = (at: Instant): SQL => sql`
  case
    when u.quota_since is not null then 'quota'
    when f.error_code is null and u.slow_factor > 1
      and ${at}::timestamptz - greatest(c.fetched_at, u.ask_after) < make_interval(mins => ${BEATS}::int * pace.minutes)
      then 'rate_limited'
    when f.error_code is null then 'not_running'
    when f.error_code <> 'upstream_rate_limited' and greatest(
        f.first_failed_at - c.fetched_at - make_interval(mins => pace.minutes), ${at}::timestamptz - f.failed_at
      ) > greatest(interval '2 hours', make_interval(mins => pace.minutes)) then 'not_running'
    else case f.error_code
      when 'upstream_rate_limited' then 'rate_limited'
      when 'upstream_key_refused' then 'key_refused'
      when 'upstream_plan_limit' then 'plan_limit'
      when 'upstream_banned' then 'banned'
      when 'contract_broken' then 'contract_broken'
      else 'upstream_failing' end
  end`;

/** The number of full hours inside a gap `g`: each has a point in hourly history. */
export const hoursIn: SQL = sql`
  (extract(epoch from date_trunc('hour', g.ended_at at time zone 'utc')
    - date_trunc('hour', g.started_at at time zone 'utc')) / 3600)::int`;

/** Records the gaps in which a backfill's listing now has history, with the number of rows. */
export function markFilled(db: Db, run: { run_id: number; source: string; external_id: string }) {
  return db.execute('gaps.mark-filled')(sql`
    insert into gap_fills (gap_id, listing_id, run_id, observations)
    select g.id, l.id, ${run.run_id}::bigint, inside.observations
    from listings l join gaps g on g.source = l.source and g.has_history and g.ended_at is not null
    cross join lateral (
      select count(*) as observations from observations o
      where o.listing_id = l.id and o.kind = 'spot' and o.superseded_at is null
        and o.observed_at > g.started_at and o.observed_at < g.ended_at and 'backfill' = any(o.flags)
    ) inside
    where l.source = ${run.source} and l.external_id = ${run.external_id} and inside.observations > 0
    on conflict (gap_id, listing_id) do update
    set run_id = excluded.run_id, observations = excluded.observations`);
}
