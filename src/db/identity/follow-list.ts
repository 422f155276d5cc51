import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { arrayParam } from '../sql/array-param.ts';
import { closeVersion, NEXT_VERSION } from '../tape/version.ts';

/** A source's list of its coins. */
export interface GivenList {
  source: string;
  endpoint: string;
  contract: string;
  raw_payload_id: number;
  fetched_at: Instant;
  /** Whether the plan returns every coin: then a missing coin counts as gone after a while. */
  is_whole: boolean;
  external_ids: readonly string[];
}

export interface FollowedListRow {
  is_bad: boolean;
  gone: string;
  back: string;
}

/** A list that lacks a larger share at once is not trusted. */
const LOST_SHARE_MAX = 0.02;
/** This many may leave a short list at once. */
const LOST_MAX = 5;
const WHOLE_LISTS_MIN = 3;
const GONE_AFTER = sql`interval '48 hours'`;

/**
 * Marks listings that a list lacks as missing, after several complete lists as gone, and restores listings that
 * returned. A list that lost too much at once changes nothing: it is reported as drift (lost_fields) until a good
 * list comes or somebody accepts it. Returns one FollowedListRow.
 */
export function followList(db: Db, list: GivenList) {
  const { source, endpoint, contract, raw_payload_id, fetched_at } = list;
  return db.execute<FollowedListRow>('identity.follow-list')(sql`
    with given as materialized (
      select distinct external_id from unnest(${arrayParam(list.external_ids, 'text')}) as g (external_id)
    ), known as (
      select external_id, bool_or(missing_since is null) as was_there
      from (
        select external_id, missing_since from listings where source = ${source} and seen_at is not null
        union all
        select external_id, missing_since from catalog where source = ${source}
      ) k
      group by external_id
    ), lost as materialized (
      select count(*) filter (where g.external_id is null) as lost, count(*) as known
      from known k left join given g on g.external_id = k.external_id
      where k.was_there
    ), verdict as materialized (
      select lost > greatest(${LOST_MAX}::int, known * ${LOST_SHARE_MAX}::float8)
        and not exists (
          select from drift_acceptances a
          where (a.source, a.contract, a.field) = (${source}, ${contract}, 'id')
            and a.accepted_at > ${fetched_at}::timestamptz - ${GONE_AFTER}
        ) as is_bad, lost, known
      from lost
    ), missing as (
      update listings l set ${missed(list, sql`is_resolved = l.is_resolved and l.missing_since is not null and not ${ENOUGH(list)},`)}
      where l.source = ${source} and l.seen_at is not null and ${isMissing(list)}
      returning l.gone_at = ${NEXT_VERSION} as is_gone
    ), back as (
      update listings l
      set missing_since = null, missed_lists = 0, gone_at = null, is_resolved = false,
        back_at = case when l.gone_at is null then l.back_at else ${NEXT_VERSION} end
      where l.source = ${source} and l.missing_since is not null
        and exists (select from given g where g.external_id = l.external_id)
      returning l.back_at = ${NEXT_VERSION} as is_back
    ), missing_coins as (
      update catalog l set ${missed(list, sql``)} where l.source = ${source} and ${isMissing(list)}
    ), back_coins as (
      update catalog l set missing_since = null, missed_lists = 0, gone_at = null
      where l.source = ${source} and l.missing_since is not null
        and exists (select from given g where g.external_id = l.external_id)
    ), told as (
      insert into lost_fields as f (source, endpoint, field, contract, is_essential, share, usual_share, lost_at,
        raw_payload_id)
      select ${source}, ${endpoint}, 'id', ${contract}, false, lost::float8 / known, 0, ${fetched_at}::timestamptz,
        ${raw_payload_id}::bigint
      from verdict where is_bad
      on conflict (source, endpoint, field) do update set share = excluded.share
    ), version as (${closeVersion(sql`exists (select from missing where is_gone) or exists (select from back where is_back)`)})
    select (select is_bad from verdict) as is_bad, (select count(*) from missing where is_gone) as gone,
      (select count(*) from back where is_back) as back`);
}

const isMissing = ({ is_whole }: GivenList): SQL => sql`
  not exists (select from given g where g.external_id = l.external_id) and not (select is_bad from verdict)
  and (l.missing_since is null or (${is_whole}::boolean and l.gone_at is null))`;

/** Whether this list makes the absence certain. */
const ENOUGH = ({ is_whole, fetched_at }: GivenList): SQL => sql`(
  ${is_whole}::boolean and l.missed_lists + 1 >= ${WHOLE_LISTS_MIN}::int
  and ${fetched_at}::timestamptz - l.missing_since >= ${GONE_AFTER})`;

const missed = (list: GivenList, more: SQL): SQL => sql`
  ${more} missing_since = coalesce(l.missing_since, ${list.fetched_at}::timestamptz),
  missed_lists = l.missed_lists + ${list.is_whole ? 1 : 0}::int,
  gone_at = case when ${ENOUGH(list)} then ${NEXT_VERSION} end`;
