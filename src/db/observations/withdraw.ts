import { type SQL, sql } from 'drizzle-orm';
import { markStale } from '../candles/follow.ts';
import type { Db } from '../client.ts';
import { closeVersion } from '../tape/version.ts';

export interface WithdrawnRow {
  withdrawn: string;
  revived: string;
}

/** Keeps the wish and its reason. `{ id }` when the run has ended and nobody withdrew it before. */
export function requestWithdrawal(db: Db, runId: number, reason: string) {
  return db.execute('observations.request-withdrawal')(sql`
    update runs set withdraw_reason = ${reason}
    where id = ${runId}::bigint and withdraw_reason is null and status in ('succeeded', 'partial', 'failed')
    returning id`);
}

/** Runs whose withdrawal was asked for and has not come to its end. */
export function listOpenWithdrawals(db: Db) {
  return db.execute<{ id: string }>('observations.open-withdrawals')(sql`
    select id from runs where withdraw_reason is not null and withdrawn_at is null order by id limit 100`);
}

/**
 * Takes back the next `limit` current rows of a run, in one statement: each is superseded by the withdrawal,
 * and what it had replaced comes back as a new revision, unless that was withdrawn too. Newest rows, counts
 * and totals follow. One WithdrawnRow; zero withdrawn means that the run has no current rows left.
 * The tape must be locked (openVersion).
 */
export function withdrawRows(db: Db, runId: number, limit: number) {
  return db.execute<WithdrawnRow>('observations.withdraw')(sql`
    with doomed as (${doomedRows(runId, limit)}),
    superseded as (
      update observations o set superseded_at = v.next_version
      from doomed d cross join tape_version v
      where (o.listing_id, o.kind, o.observed_at, o.revision) = (d.listing_id, d.kind, d.observed_at, d.revision)
    ),
    before as (${predecessors}),
    revived as (${revive}),
    latest as (${followLatest}),
    gone as (${forgetLatest}),
    counted as (${countListings}),
    source_counted as (${countSource}),
    candles_stale as (${markStale(sql`(select * from doomed where kind = 'spot')`)}),
    version as (${closeVersion(sql`exists (select from doomed)`)})
    select (select count(*) from doomed) as withdrawn, (select count(*) from before) as revived`);
}

/** Supersedes a run's market totals, narrows what its listings cover, and marks the run as withdrawn. */
export function finishWithdrawal(db: Db, runId: number) {
  return db.execute('observations.finish-withdrawal')(sql`
    with totals as (
      update market_totals m set superseded_at = v.next_version
      from tape_version v
      where m.run_id = ${runId}::bigint and m.superseded_at is null
      returning m.source
    ), version as (${closeVersion(sql`exists (select from totals)`)}),
    narrowed as (${narrowCoverage(runId)}),
    upload as (
      update uploads set status = 'withdrawn', series_key = null where run_id = ${runId}::bigint
    )
    update runs set withdrawn_at = clock_timestamp() where id = ${runId}::bigint and withdrawn_at is null`);
}

// A run's rows lie between its start and now in the index by known_at; rows it got back lie later.
const doomedRows = (runId: number, limit: number): SQL => sql`
  select o.*
  from runs r
  join observations o on o.source = r.source and o.kind in ('spot', 'bar_close') and o.known_at >= r.started_at
  where r.id = ${runId}::bigint and o.run_id = r.id and o.superseded_at is null
  order by o.known_at, o.listing_id, o.observed_at
  limit ${limit}::int`;

const predecessors = sql`
  select d.revision as doomed_revision, p.*
  from doomed d
  join lateral (
    select o.* from observations o join runs r on r.id = o.run_id
    where o.listing_id = d.listing_id and o.kind = d.kind and o.observed_at = d.observed_at
      and o.revision < d.revision and r.withdraw_reason is null
    order by o.revision desc
    limit 1
  ) p on true`;

const revive = sql`
  insert into observations (listing_id, kind, observed_at, revision, source, known_at,
    price_usd, market_cap_usd, volume_24h_usd, percent_change_24h, open_usd, high_usd, low_usd,
    raw_payload_id, pointer, run_id, normalizer_version, flags)
  select b.listing_id, b.kind, b.observed_at, b.doomed_revision + 1, b.source, v.next_version,
    b.price_usd, b.market_cap_usd, b.volume_24h_usd, b.percent_change_24h, b.open_usd, b.high_usd, b.low_usd,
    b.raw_payload_id, b.pointer, b.run_id, b.normalizer_version, b.flags
  from before b cross join tape_version v`;

// The newest row that stays, be it an untouched one or one that came back. Page facts of a row that is no
// longer the newest reading would be wrong, so they go until the next reading.
const newestLeft = sql`
  select distinct on (c.listing_id) c.*
  from (
    select b.listing_id, b.source, b.observed_at, b.doomed_revision + 1 as revision, v.next_version as known_at,
      b.price_usd, b.market_cap_usd, b.volume_24h_usd, b.percent_change_24h, b.flags
    from before b cross join tape_version v where b.kind = 'spot'
    union all
    select o.listing_id, o.source, o.observed_at, o.revision, o.known_at,
      o.price_usd, o.market_cap_usd, o.volume_24h_usd, o.percent_change_24h, o.flags
    from (select distinct listing_id from doomed where kind = 'spot') l
    join lateral (
      select o.* from observations o
      where o.listing_id = l.listing_id and o.kind = 'spot' and o.superseded_at is null
        and not exists (
          select from doomed d
          where (d.listing_id, d.kind, d.observed_at, d.revision) = (o.listing_id, o.kind, o.observed_at, o.revision)
        )
      order by o.observed_at desc
      limit 1
    ) o on true
  ) c
  order by c.listing_id, c.observed_at desc`;

const followLatest = sql`
  update latest_observations l
  set observed_at = n.observed_at, revision = n.revision, known_at = n.known_at, price_usd = n.price_usd,
    market_cap_usd = n.market_cap_usd, volume_24h_usd = n.volume_24h_usd,
    percent_change_24h = n.percent_change_24h, flags = n.flags, rank = null, percent_change_1h = null,
    percent_change_7d = null, circulating_supply = null, total_supply = null, max_supply = null, image_url = null
  from (${newestLeft}) n
  where l.listing_id = n.listing_id and (l.observed_at, l.revision) is distinct from (n.observed_at, n.revision)`;

const forgetLatest = sql`
  delete from latest_observations l
  using (select distinct listing_id from doomed where kind = 'spot') d
  where l.listing_id = d.listing_id and not exists (
      select from observations o
      where o.listing_id = d.listing_id and o.kind = 'spot' and o.superseded_at is null and not exists (
        select from doomed x
        where (x.listing_id, x.kind, x.observed_at, x.revision) = (o.listing_id, o.kind, o.observed_at, o.revision)
      )
    )
    and not exists (select from before b where b.listing_id = d.listing_id and b.kind = 'spot')`;

/** What the withdrawal took and brought back, per kind of a listing or of a source. */
const tallyBy = (owner: 'listing_id' | 'source'): SQL => sql`
  select d.${sql.raw(owner)}, d.kind, count(*) as withdrawn, count(b.listing_id) as revived
  from doomed d
  left join before b on (b.listing_id, b.kind, b.observed_at) = (d.listing_id, d.kind, d.observed_at)
  group by d.${sql.raw(owner)}, d.kind`;

const TAKE_AWAY = sql.raw(`observations = c.observations - t.withdrawn + t.revived,
    revisions = c.revisions + t.revived`);

const countListings = sql`
  update counts c set ${TAKE_AWAY} from (${tallyBy('listing_id')}) t
  where c.listing_id = t.listing_id and c.kind = t.kind`;

const countSource = sql`
  update source_counts c set ${TAKE_AWAY} from (${tallyBy('source')}) t
  where c.source = t.source and c.kind = t.kind`;

// A listing without rows keeps its last bounds: its count says that there is nothing between them.
const narrowCoverage = (runId: number): SQL => sql`
  update counts c
  set first_observed_at = f.observed_at, last_observed_at = l.observed_at
  from (
    select distinct o.listing_id, o.kind
    from runs r join observations o on o.source = r.source and o.kind in ('spot', 'bar_close') and o.known_at >= r.started_at
    where r.id = ${runId}::bigint and o.run_id = r.id
  ) t
  join lateral (${boundOf('asc')}) f on true
  join lateral (${boundOf('desc')}) l on true
  where c.listing_id = t.listing_id and c.kind = t.kind`;

const boundOf = (order: 'asc' | 'desc'): SQL => sql`
  select o.observed_at from observations o
  where o.listing_id = t.listing_id and o.kind = t.kind and o.superseded_at is null
  order by o.observed_at ${sql.raw(order)}
  limit 1`;
