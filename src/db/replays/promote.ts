import { type SQL, sql } from 'drizzle-orm';
import { FIGURES } from '../../domain/figures.ts';
import type { Db } from '../client.ts';
import { appendRows } from '../observations/append.ts';
import { follow } from '../observations/follow.ts';
import { columnsOf } from '../sql/column-list.ts';
import { closeVersion, NEXT_VERSION } from '../tape/version.ts';

export interface PromotedRow {
  promoted: string;
  passed_over: string;
}

/** Inserts the listings of the next `limit` new rows. */
export function addReplayListings(db: Db, replayId: number, limit: number) {
  return db.execute('replays.add-listings')(sql`
    insert into listings (source, external_id, symbol, name, first_known_at)
    select distinct on (d.source, d.external_id) d.source, d.external_id, d.symbol, d.name, v.next_version
    from (${nextDifferences(replayId, limit)}) d cross join tape_version v
    where d.change = 'new'
      and not exists (select from listings l where l.source = d.source and l.external_id = d.external_id)`);
}

/**
 * Promotes the next `limit` differences: supersedes exactly the revision that each was found against, and appends
 * the row that the record gives now, as a row of the payload's own run. If that revision is no longer the current
 * one, the difference is passed over and the newer row stays. settleAltered must follow. Returns one PromotedRow;
 * zeros if none is left. The tape must be locked (openVersion) and the listings known.
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
    ), inserted as (${append}
    ), settled as (
      update replay_differences d
      set outcome = case when n.stands then 'promoted' else 'passed_over' end, promoted_at = v.next_version
      from next n cross join tape_version v
      where d.replay_id = n.replay_id and d.source = n.source and d.external_id = n.external_id
        and d.kind = n.kind and d.observed_at = n.observed_at
    ),
    changes as (${changes}),
    ${follow({ counts: sql`from changes t`, added: null, altered: sql`(select * from next where stands and kind = 'spot')` })},
    version as (${closeVersion(sql`exists (select from next n where n.stands)`)})
    select count(*) filter (where stands) as promoted, count(*) filter (where stands is not true) as passed_over
    from next`);
}

const nextDifferences = (replayId: number, limit: number): SQL => sql`
  select d.* from replay_differences d
  where d.replay_id = ${replayId}::bigint and d.outcome is null
  order by d.source, d.external_id, d.kind, d.observed_at
  limit ${limit}::int`;

const append = appendRows(
  {
    ...columnsOf(['listing_id', 'kind', 'observed_at'], 'n'),
    revision: sql`coalesce(n.revision, 0) + 1`,
    source: sql`n.source`,
    known_at: NEXT_VERSION,
    ...columnsOf(FIGURES, 'n'),
    ...columnsOf(['raw_payload_id', 'pointer', 'run_id', 'normalizer_version', 'flags'], 'n'),
  },
  sql`from next n where coalesce(n.stands, false) and n.change <> 'gone'`,
);

const changes = sql`
  select listing_id, kind, source,
    count(*) filter (where change = 'new') - count(*) filter (where change = 'gone') as observations,
    count(*) filter (where change <> 'gone') as revisions,
    min(observed_at) as first_observed_at, max(observed_at) as last_observed_at
  from next
  where stands
  group by listing_id, kind, source`;

/** Ends a promotion that has nothing left. */
export function finishPromotion(db: Db, replayId: number) {
  return db.execute('replays.finish-promotion')(sql`
    update replays set status = 'promoted', promoted_at = clock_timestamp()
    where id = ${replayId}::bigint and status = 'promoting'`);
}
