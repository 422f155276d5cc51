import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { type AssetRef, assetName, refListings, unknownRefs } from '../identity/asset-ref.ts';
import type { OpenRow } from '../runs/tasks.ts';
import { leaseEnd } from '../tape/leases.ts';

/** A run that fetches history, ready for the queue. */
export interface QueuedBackfill {
  run_id: string;
  external_id: string;
}

/** The history to fetch of a coin: the source, its id of the coin, and the number of days back. */
export interface BackfillRequest {
  source: string;
  external_id: string;
  days: number;
}

/** Accepts a run for a requested history: one QueuedBackfill. */
export function queueBackfill(db: Db, { source, external_id, days }: BackfillRequest) {
  return db.execute<QueuedBackfill>('backfills.queue')(sql`
    with queued as (
      insert into runs (source, trigger, status, accepted_at)
      values (${source}, 'backfill', 'queued', clock_timestamp())
      returning id
    )
    insert into backfills (run_id, source, external_id, days)
    select id, ${source}, ${external_id}, ${days}::int from queued
    returning run_id, external_id`);
}

/**
 * Accepts a run for each of a source's `coins` largest coins by market cap, once in the life of a database and not
 * before it has coins: QueuedBackfill rows.
 */
export function queueFirstBackfills(
  db: Db,
  source: string,
  { coins, days }: { coins: number; days: number },
) {
  return db.execute<QueuedBackfill>('backfills.queue-first')(sql`
    with due as (
      update upstreams set first_backfill_at = clock_timestamp()
      where source = ${source} and first_backfill_at is null
        and exists (select from latest_observations o where o.source = ${source})
      returning source
    ), largest as (
      select l.external_id, row_number() over (order by o.market_cap_usd desc nulls last, l.id) as place
      from latest_observations o join listings l on l.id = o.listing_id
      where o.source = ${source} and exists (select from due)
      order by place limit ${coins}::int
    ), queued as (
      insert into runs (source, trigger, status, accepted_at)
      select ${source}, 'backfill', 'queued', clock_timestamp() from largest
      returning id
    )
    insert into backfills (run_id, source, external_id, days, purpose)
    select q.id, ${source}, c.external_id, ${days}::int, 'history'
    from (select id, row_number() over (order by id) as place from queued) q join largest c using (place)
    returning run_id, external_id`);
}

/** Backfills of a source run one at a time, in parallel to its polls. */
export const backfillLease = (source: string): string => `${source}:backfill`;

export interface StartedBackfill extends BackfillRequest {
  purpose: 'manual' | 'gap' | 'history';
  outcome: 'started' | 'busy';
  /** How many times slower than planned the source is polled. */
  slow_factor: number;
  token: string | null;
  busy_seconds: string | null;
}

/** Takes the lease for an accepted backfill: one StartedBackfill, or none if its run has ended. */
export function startBackfill(db: Db, runId: number) {
  return db.execute<StartedBackfill>('backfills.start')(sql`
    with asked as (
      select b.*, b.source || ':backfill' as lease_name
      from backfills b join runs r on r.id = b.run_id
      where b.run_id = ${runId}::bigint and r.status in ('queued', 'running')
    ), lease as (
      insert into leases as l (name, token, expires_at)
      select lease_name, 1, ${leaseEnd()} from asked
      on conflict (name) do update set token = l.token + 1, expires_at = excluded.expires_at
      where l.expires_at < clock_timestamp()
      returning token
    ), started as (
      update runs set status = 'running', started_at = coalesce(started_at, clock_timestamp())
      where id = ${runId}::bigint and exists (select from lease)
    )
    select a.source, a.external_id, a.days, a.purpose, case when exists (select from lease) then 'started' else 'busy' end as outcome,
      coalesce((select slow_factor from upstreams u where u.source = a.source), 1) as slow_factor,
      (select token from lease) as token,
      (select ceil(extract(epoch from l.expires_at - clock_timestamp())) from leases l
       where l.name = a.lease_name and l.expires_at > clock_timestamp()) as busy_seconds
    from asked a`);
}

/** Returns a started backfill that must wait to the queue. */
export function postponeBackfill(db: Db, runId: number) {
  return db.execute('backfills.postpone')(sql`
    update runs set status = 'queued', started_at = null where id = ${runId}::bigint and status = 'running'`);
}

/** Ends a started backfill for which polls left no call; it continues when there is one. */
export function skipBackfill(db: Db, runId: number) {
  return db.execute('backfills.skip')(sql`
    update runs set status = 'skipped', finished_at = clock_timestamp()
    where id = ${runId}::bigint and status = 'running'`);
}

/**
 * Backfills that are not done, as OpenRow rows: stalled if nobody has touched them for three minutes, and none of
 * their source is running.
 */
export function listOpenBackfills(db: Db) {
  return db.execute<OpenRow>('backfills.open')(sql`
    select r.id, coalesce(l.expires_at < clock_timestamp(), true)
      and coalesce(r.started_at, r.accepted_at) < clock_timestamp() - interval '3 minutes' as is_stalled
    from runs r left join leases l on l.name = r.source || ':backfill'
    where r.trigger = 'backfill' and r.status in ('queued', 'running')
    order by is_stalled desc, r.id limit 300`);
}

/** A source's id of an asset; `unknown` is a ref that nothing has. */
export interface HistoryListing {
  asset: string | null;
  external_id: string | null;
  unknown: string[] | null;
}

/** The listing of an asset at a source, the largest if it has several there: one HistoryListing. */
export function findHistoryListing(db: Db, ref: AssetRef, source: string) {
  return db.execute<HistoryListing>('backfills.listing')(sql`
    select found.asset, found.external_id, ${unknownRefs([ref])} as unknown
    from (select 1) one
    left join lateral (
      select ${assetName('l')} as asset, l.external_id
      from listings l left join latest_observations o on o.listing_id = l.id
      where l.source = ${source} and l.id in (${refListings([ref])})
      order by o.market_cap_usd desc nulls last, l.id
      limit 1
    ) found on true`);
}
