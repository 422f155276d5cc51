import { type SQL, sql } from 'drizzle-orm';
import { FACTS } from '../../domain/batch.ts';
import { markStale, settleCandles } from '../candles/follow.ts';
import type { Db } from '../client.ts';
import { closeVersion } from '../tape/version.ts';

const FACT_LIST = sql.raw(FACTS.join(', '));
const facts = (table: string): SQL => sql.raw(FACTS.map((fact) => `${table}.${fact}`).join(', '));

export interface PromotedRow {
  promoted: string;
  passed_over: string;
}

/** Makes the listings of the next `limit` new rows known. */
export function addReplayListings(db: Db, replayId: number, limit: number) {
  return db.execute('replays.add-listings')(sql`
    insert into listings (source, external_id, symbol, name, first_known_at)
    select distinct on (d.source, d.external_id) d.source, d.external_id, d.symbol, d.name, v.next_version
    from (${nextDifferences(replayId, limit)}) d cross join tape_version v
    where d.change = 'new'
      and not exists (select from listings l where l.source = d.source and l.external_id = d.external_id)`);
}

/**
 * Takes over the next `limit` differences: supersedes the very revision each was found against and appends
 * what the record says now, as a row of the payload's own run. A difference whose revision is no longer the
 * current one is passed over: what came in the meantime stands. One PromotedRow; zeros when none is left.
 * The tape must be locked (openVersion) and the listings known.
 */
export function promoteRows(db: Db, replayId: number, limit: number) {
  return db.execute<PromotedRow>('replays.promote')(sql`
    with next as (
      select d.*, l.id as listing_id, p.run_id, r.normalizer_version, cur.revision as newest,
        case when d.change = 'new' then cur.revision is null
          else cur.revision = d.revision and cur.superseded_at is null end as stands
      from (${nextDifferences(replayId, limit)}) d
      join replays r on r.id = d.replay_id
      join raw_payloads p on p.id = d.raw_payload_id
      join listings l on l.source = d.source and l.external_id = d.external_id
      left join lateral (
        select o.revision, o.superseded_at from observations o
        where o.listing_id = l.id and o.kind = d.kind and o.observed_at = d.observed_at
        order by o.revision desc
        limit 1
      ) cur on true
    ), superseded as (
      update observations o set superseded_at = v.next_version
      from next n cross join tape_version v
      where coalesce(n.stands, false) and n.change <> 'new' and o.listing_id = n.listing_id and o.kind = n.kind
        and o.observed_at = n.observed_at and o.revision = n.revision
    ), inserted as (
      insert into observations (listing_id, kind, observed_at, revision, source, known_at, ${FACT_LIST},
        raw_payload_id, pointer, run_id, normalizer_version, flags)
      select n.listing_id, n.kind, n.observed_at, coalesce(n.revision, 0) + 1, n.source, v.next_version,
        ${facts('n')}, n.raw_payload_id, n.pointer, n.run_id, n.normalizer_version, n.flags
      from next n cross join tape_version v
      where coalesce(n.stands, false) and n.change <> 'gone'
    ), settled as (
      update replay_differences d
      set outcome = case when n.stands then 'promoted' else 'passed_over' end, promoted_at = v.next_version
      from next n cross join tape_version v
      where d.replay_id = n.replay_id and d.source = n.source and d.external_id = n.external_id
        and d.kind = n.kind and d.observed_at = n.observed_at
    ), version as (${closeVersion(sql`exists (select from next n where n.stands)`)})
    select count(*) filter (where stands) as promoted, count(*) filter (where stands is not true) as passed_over
    from next`);
}

const nextDifferences = (replayId: number, limit: number): SQL => sql`
  select d.* from replay_differences d
  where d.replay_id = ${replayId}::bigint and d.outcome is null
  order by d.source, d.external_id, d.kind, d.observed_at
  limit ${limit}::int`;

/** What brings counts, newest rows and candles in step with the rows promoted in this transaction. */
export const followPromotion = (db: Db, replayId: number) =>
  [
    db.execute('replays.count-listings')(countListings(replayId)),
    db.execute('replays.count-sources')(countSources(replayId)),
    db.execute('replays.follow-latest')(followLatest(replayId)),
    db.execute('replays.forget-latest')(forgetLatest(replayId)),
    db.execute('replays.mark-stale')(
      markStale(sql`(select * from (${promoted(replayId)}) d where d.kind = 'spot')`),
    ),
    settleCandles(db),
  ] as const;

/** The differences promoted in this transaction, with their listing. */
const promoted = (replayId: number): SQL => sql`
  select d.*, l.id as listing_id
  from replay_differences d
  join tape_version v on d.promoted_at = v.next_version
  join listings l on l.source = d.source and l.external_id = d.external_id
  where d.replay_id = ${replayId}::bigint and d.outcome = 'promoted'`;

const tally = sql`
  count(*) filter (where change = 'new') - count(*) filter (where change = 'gone') as observations,
  count(*) filter (where change <> 'gone') as revisions,
  min(observed_at) as first_observed_at, max(observed_at) as last_observed_at`;

const countListings = (replayId: number): SQL => sql`
  insert into counts as c (listing_id, kind, source, observations, revisions, first_observed_at,
    last_observed_at, first_known_at)
  select t.*, v.next_version
  from (
    select listing_id, kind, source, ${tally} from (${promoted(replayId)}) d group by listing_id, kind, source
  ) t cross join tape_version v
  on conflict (listing_id, kind) do update
  set observations = c.observations + excluded.observations, revisions = c.revisions + excluded.revisions,
    first_observed_at = least(case when c.observations > 0 then c.first_observed_at end, excluded.first_observed_at),
    last_observed_at = greatest(case when c.observations > 0 then c.last_observed_at end, excluded.last_observed_at)`;

const countSources = (replayId: number): SQL => sql`
  insert into source_counts as c (source, kind, observations, revisions, last_observed_at)
  select t.source, t.kind, t.observations, t.revisions, t.last_observed_at
  from (select source, kind, ${tally} from (${promoted(replayId)}) d group by source, kind) t
  on conflict (source, kind) do update
  set observations = c.observations + excluded.observations, revisions = c.revisions + excluded.revisions,
    last_observed_at = greatest(c.last_observed_at, excluded.last_observed_at)`;

const PAGE_FACTS = [
  'rank',
  'percent_change_1h',
  'percent_change_7d',
  'circulating_supply',
  'total_supply',
  'max_supply',
  'image_url',
];
// Of the same reading they still hold; of another one they would be wrong until the next reading.
const keptPageFacts = sql.raw(
  PAGE_FACTS.map(
    (fact) => `${fact} = case when l.observed_at = excluded.observed_at then l.${fact} end`,
  ).join(', '),
);

const touched = (replayId: number): SQL =>
  sql`select distinct listing_id from (${promoted(replayId)}) d where d.kind = 'spot'`;

const followLatest = (replayId: number): SQL => sql`
  insert into latest_observations as l (listing_id, source, observed_at, revision, known_at, price_usd,
    market_cap_usd, volume_24h_usd, percent_change_24h, flags)
  select o.listing_id, o.source, o.observed_at, o.revision, o.known_at, o.price_usd, o.market_cap_usd,
    o.volume_24h_usd, o.percent_change_24h, o.flags
  from (${touched(replayId)}) t
  cross join lateral (
    select * from observations o
    where o.listing_id = t.listing_id and o.kind = 'spot' and o.superseded_at is null
    order by o.observed_at desc
    limit 1
  ) o
  on conflict (listing_id) do update
  set observed_at = excluded.observed_at, revision = excluded.revision, known_at = excluded.known_at,
    price_usd = excluded.price_usd, market_cap_usd = excluded.market_cap_usd,
    volume_24h_usd = excluded.volume_24h_usd, percent_change_24h = excluded.percent_change_24h,
    flags = excluded.flags, ${keptPageFacts}
  where (l.observed_at, l.revision) is distinct from (excluded.observed_at, excluded.revision)`;

const forgetLatest = (replayId: number): SQL => sql`
  delete from latest_observations n
  using (${touched(replayId)}) t
  where n.listing_id = t.listing_id and not exists (
    select from observations o
    where o.listing_id = t.listing_id and o.kind = 'spot' and o.superseded_at is null)`;

/** Ends a promotion of which nothing is left. */
export function finishPromotion(db: Db, replayId: number) {
  return db.execute('replays.finish-promotion')(sql`
    update replays set status = 'promoted', promoted_at = clock_timestamp()
    where id = ${replayId}::bigint and status = 'promoting'`);
}
