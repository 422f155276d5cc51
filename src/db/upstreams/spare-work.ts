import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import { coinsFirst } from '../../domain/upstream/spare.ts';
import type { Db } from '../client.ts';
import { selectedLater } from '../sql/later.ts';
import type { QueuedBackfill } from './backfills.ts';
import { hoursIn } from './gaps.ts';

/** A coin that was not seen for this long is not one of the market's largest. */
const SEEN = sql`interval '2 days'`;
/**
 * After consecutive failures spare work waits: this long after the first, then twice as long each time, up to a
 * day.
 */
const FIRST_WAIT = sql`interval '5 minutes'`;
const DOUBLINGS_MAX = 8;

/** Whose gaps and history are fetched automatically, and how far back. */
export interface SpareWork {
  source: string;
  /** The number of the largest coins. */
  coins: number;
  /** The days of the calls that fetch a coin's history, in this order. */
  spans: readonly number[];
  /** The maximum number of days for which a call has hourly points. */
  hourly_days_max: number;
  now: Instant;
}

// The largest coins now, each with its position. The newest row may be a point of fetched history without a cap:
// the last known cap counts.
const largest = ({ source, coins, now }: SpareWork): SQL => sql`
  select o.listing_id, l.external_id,
    row_number() over (order by coalesce(o.market_cap_usd, (
      select k.market_cap_usd from observations k
      where k.listing_id = o.listing_id and k.kind = 'spot' and k.superseded_at is null
        and k.observed_at > ${now}::timestamptz - ${SEEN} and k.market_cap_usd is not null
      order by k.observed_at desc limit 1
    )) desc nulls last, o.listing_id)::int as place
  from latest_observations o join listings l on l.id = o.listing_id
  where ${isSeen({ source, now })}
  order by place limit ${coins}::int`;

const isSeen = ({ source, now }: Pick<SpareWork, 'source' | 'now'>): SQL => sql`
  o.source = ${source} and o.observed_at > ${now}::timestamptz - ${SEEN}`;

// The requests for each coin and span, and their results. A failed one is tried again after a day, then two, …
const asked = ({ source }: SpareWork): SQL => sql`
  select b.external_id, b.days, bool_or(r.status = 'succeeded') as is_done,
    bool_or(r.status in ('queued', 'running')) as is_open,
    coalesce(max(r.finished_at) filter (where r.status = 'failed')
      + make_interval(days => least(count(*) filter (where r.status = 'failed'), 30)::int) > clock_timestamp(), false)
      as is_resting
  from backfills b join runs r on r.id = b.run_id
  where b.source = ${source}
  group by b.external_id, b.days`;

const gapWork = ({ source, hourly_days_max, now }: SpareWork): SQL => sql`
  select 'gap' as purpose, min(c.place) as place, 1 as step, l.external_id,
    -- The whole span that hourly history has, when that is still to come: one call instead of two.
    case when coalesce(whole.is_done, false)
      then least(greatest(ceil(extract(epoch from ${now}::timestamptz - min(g.started_at)) / 86400), 2), ${hourly_days_max}::int)::int
      else ${hourly_days_max}::int end as days
  from gap_coins c
  join gaps g on g.id = c.gap_id and g.source = ${source}
    and g.started_at > ${now}::timestamptz - make_interval(days => ${hourly_days_max}::int)
  join listings l on l.id = c.listing_id
  left join asked whole on whole.external_id = l.external_id and whole.days = ${hourly_days_max}::int
  where c.asked_at is null
    and not exists (select from asked a where a.external_id = l.external_id and (a.is_open or a.is_resting))
  group by l.external_id, whole.is_done`;

const historyWork = ({ spans }: SpareWork): SQL => sql`
  select 'history' as purpose, p.place, s.step::int, p.external_id, s.days
  from largest p
  cross join unnest(${sql.param([...spans])}::int[]) with ordinality as s (days, step)
  left join asked a on a.external_id = p.external_id and a.days = s.days
  where not coalesce(a.is_done or a.is_resting, false)
    and not exists (select from asked o where o.external_id = p.external_id and o.is_open)`;

// No new call starts while one is in progress, or soon after some that failed.
const isFree = ({ source }: SpareWork): SQL => sql`
  not exists (
    select from backfills b join runs r on r.id = b.run_id
    where b.source = ${source} and b.purpose <> 'manual' and r.status in ('queued', 'running')
  ) and not exists (
    select from (
      select count(*) as failures, max(f.finished_at) as failed_at from (
        select r.status, r.finished_at, count(*) filter (where r.status = 'succeeded') over (order by r.id desc) as since
        from backfills b join runs r on r.id = b.run_id
        where b.source = ${source} and b.purpose <> 'manual' and r.status in ('succeeded', 'failed')
        order by r.id desc limit ${DOUBLINGS_MAX + 1}::int
      ) f where f.since = 0
    ) row_of
    where failures > 0
      and failed_at + least(${FIRST_WAIT} * 2 ^ (failures - 1), interval '1 day') > clock_timestamp()
  )`;

const historyTables = (work: SpareWork): SQL => sql`
  largest as (${largest(work)}), asked as (${asked(work)}), history_work as (${historyWork(work)})`;
const workTables = (work: SpareWork): SQL => sql`${historyTables(work)}, gap_work as (${gapWork(work)})`;

/** The number of calls that gaps and history still need, and whether one may start now. */
export interface SpareWorkRow {
  gap: number;
  /** Calls among them that have priority over history. */
  gap_first: number;
  history: number;
  is_free: boolean;
}

/** The open spare work: one SpareWorkRow. Gaps whose coins are not chosen yet count as one call. */
export function countSpareWork(db: Db, work: SpareWork) {
  return db.execute<SpareWorkRow>('spare.count')(sql`
    with ${workTables(work)}
    select (g.gap + u.unchosen)::int as gap, (g.gap_first + u.unchosen)::int as gap_first,
      (select count(*)::int from history_work) as history, ${isFree(work)} as is_free
    from (
      select count(*) as gap, count(*) filter (where place <= ${coinsFirst(work.coins)}::int) as gap_first from gap_work
    ) g
    cross join (select count(*) as unchosen from gaps g where ${isUnchosen(work)}) u`);
}

/** How many calls gaps and history still want. */
export type WantedWork = Pick<SpareWorkRow, 'gap' | 'history'>;

/**
 * A select of a WantedWork as JSON. Most sources have no gap, and one that is new has asked for no history yet: what is
 * left to count then needs no look at what was asked, which is not even planned.
 */
export const wantedWork = (work: SpareWork): SQL => sql`
  select json_build_object(
    'gap', case when exists (${gapsNow(work)}) then ${selectedLater(gapCount(work))} else '0' end,
    'history', case when exists (select from backfills b where b.source = ${work.source})
      then ${selectedLater(sql`with ${historyTables(work)} select to_json(count(*)) from history_work`)}
      else to_json((select count(*) from (select from latest_observations o where ${isSeen(work)} limit ${work.coins}::int) c) * ${work.spans.length}::int) end)`;

const gapsNow = ({ source, hourly_days_max, now }: SpareWork): SQL => sql`
  select from gaps g
  where g.source = ${source} and g.started_at > ${now}::timestamptz - make_interval(days => ${hourly_days_max}::int)`;

const gapCount = (work: SpareWork): SQL => sql`
  with asked as (${asked(work)}), gap_work as (${gapWork(work)})
  select to_json((select count(*) from gap_work) + (select count(*) from gaps g where ${isUnchosen(work)}))`;

// A gap that ended an hour ago or more, because history skips the last hour, with its missed hours.
const isUnchosen = ({ source, hourly_days_max, now }: SpareWork): SQL => sql`
  g.source = ${source} and g.has_history and g.coins_chosen_at is null
  and g.ended_at < ${now}::timestamptz - interval '1 hour' and ${hoursIn} > 0
  and g.started_at > ${now}::timestamptz - make_interval(days => ${hourly_days_max}::int)`;

/**
 * Chooses the coins whose missed hours are fetched: those of the largest coins that the endpoint covered before the
 * gap.
 */
export function chooseGapCoins(db: Db, work: SpareWork) {
  return db.execute('spare.choose-coins')(sql`
    with largest as (${largest(work)}), chosen as (
      update gaps g set coins_chosen_at = clock_timestamp() where ${isUnchosen(work)}
      returning g.id, g.endpoint, g.started_at
    )
    insert into gap_coins (gap_id, listing_id, place)
    select g.id, p.listing_id, p.place from chosen g cross join largest p
    cross join lateral (
      select o.raw_payload_id from observations o
      where o.listing_id = p.listing_id and o.kind = 'spot' and o.observed_at <= g.started_at
        and not 'backfill' = any(o.flags)
      order by o.observed_at desc, o.revision desc
      limit 1
    ) last
    join raw_payloads r on r.id = last.raw_payload_id and r.endpoint = g.endpoint
    on conflict do nothing`);
}

/**
 * Accepts a run for the most valuable next call: gaps of the first coins, then history, then other gaps, each by
 * rank. Returns one QueuedBackfill, or none if there is nothing to do or no call is allowed or may start now.
 */
export function queueSpareWork(db: Db, work: SpareWork, allowed: { gap: boolean; history: boolean }) {
  return db.execute<QueuedBackfill>('spare.queue')(sql`
    with ${workTables(work)}, next as (
      select * from (
        (select *, 1 as class from gap_work
         where ${allowed.gap}::boolean
           and (place <= ${coinsFirst(work.coins)}::int or not exists (select from history_work))
         order by place limit 1)
        union all
        (select *, 2 from history_work where ${allowed.history}::boolean order by place, step limit 1)
      ) w
      where ${isFree(work)}
      order by class limit 1
    ), queued as (
      insert into runs (source, trigger, status, accepted_at)
      select ${work.source}, 'backfill', 'queued', clock_timestamp() from next
      returning id
    )
    insert into backfills (run_id, source, external_id, days, purpose)
    select q.id, ${work.source}, n.external_id, n.days, n.purpose from queued q cross join next n
    returning run_id, external_id`);
}

/**
 * Records that a coin's hours were requested in all gaps that lie completely within the chart of this many days.
 */
export function markAsked(
  db: Db,
  {
    source,
    external_id,
    days,
    asked_at,
  }: { source: string; external_id: string; days: number; asked_at: Instant },
) {
  return db.execute('spare.mark-asked')(sql`
    update gap_coins c set asked_at = ${asked_at}::timestamptz
    from gaps g, listings l
    where g.id = c.gap_id and l.id = c.listing_id and c.asked_at is null
      and l.source = ${source} and l.external_id = ${external_id} and g.source = ${source}
      and g.started_at >= ${asked_at}::timestamptz - make_interval(days => ${days}::int)
      and g.ended_at <= ${asked_at}::timestamptz - interval '1 hour'`);
}
