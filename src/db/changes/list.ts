import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { headerOf } from '../observations/page-header.ts';
import { OBSERVATION_ROW, OBSERVATION_ROW_TYPES } from '../observations/row.ts';
import { selectInstant } from '../sql/instant-text.ts';
import { unlessCurrent } from '../sql/unless-current.ts';
import { versionAt } from '../tape/scope.ts';
import type { ChangePlace, ChangesRequest } from './request.ts';
import type { AnyChange, ChangesHeader, ChangesPageRow } from './row.ts';

/**
 * The changes of the tape between two versions. They are ordered by version, and within a version by listing, kind,
 * observed_at and revision. Returns at most `limit` ChangesPageRow rows; inOrder() sorts them and removes the
 * header. No rows if the client has the newest version, see unlessCurrent.
 *
 * New rows, ended rows and events of listings are three walks of an index, each in the order of versions and per
 * source and kind (or listing and kind, if the filter names listings). Each walk takes a page and the rest of its
 * last version, because no index has the order within a version; a version is one transaction of some thousand
 * rows. An ended row that was not withdrawn has a successor in the same version, which the first walk finds. So a
 * page of ended rows is never too short.
 */
export function listChanges(db: Db, request: ChangesRequest) {
  const statement = changesStatement(request, sql``);
  return unlessCurrent<ChangesPageRow>(db, 'changes.page', request.seen, statement, CHANGE_TYPES);
}

/** The SQL of listChanges. `more` adds columns of the row `o` to the select list and starts with a comma. */
export function changesStatement(request: ChangesRequest, more: SQL): SQL {
  return sql`
    with ranges as materialized (${namesListings(request) ? listingRanges(request) : sourceRanges(request)}),
    came as materialized (${cameIn(request)}),
    found as (select * from came union all ${withdrawnIn(request)} union all ${happenedIn(request)})
    select ${HEADER}, page.*
    from (${versionAt(request.until)}) v
    left join lateral (
      select c.position, ${CHANGE} as change, ${selectInstant('c.version')} as version, c.listing, c.number,
        ${OBSERVATION_ROW}, o.run_id, prior.revision as replaces,
        ${REASON} as reason, ${EVENT_COLUMNS}${more}
      from (${pageOf(request)}) c
      cross join lateral (select * from listings l where l.id = c.listing_id offset 0) l
      left join observations o on c.what <> 'event' and o.listing_id = c.listing_id and o.kind = c.kind
        and o.observed_at = c.observed_at and o.revision = c.number
      left join listing_events e on c.what = 'event' and e.id = c.number
      left join lateral (${priorRow}) prior on true
    ) page on true`;
}

/** The changes of a page in order, and its header. */
export function inOrder(found: ChangesPageRow[]): { header: ChangesHeader; changes: AnyChange[] } {
  const rows = found.sort((a, b) => Number(a.position) - Number(b.position));
  const { current_version, pinned_version, horizon, removed_at } = headerOf(rows);
  return {
    header: {
      current_version: current_version ?? '',
      pinned_version: pinned_version ?? '',
      horizon,
      removed_at,
    },
    changes: rows.filter((row): row is ChangesPageRow & AnyChange => row.change !== null),
  };
}

const HEADER_COLUMNS = {
  current_version: 'v.current',
  pinned_version: 'v.version',
  horizon: 'v.horizon',
  removed_at: 'v.removed_at',
};
const HEADER = sql.join(
  Object.entries(HEADER_COLUMNS).map(
    ([name, column]) =>
      sql`case when coalesce(page.position, 1) = 1 then ${selectInstant(column)} end as ${sql.raw(name)}`,
  ),
  sql`, `,
);

const EVENT_NAMES = [
  'asset_before',
  'asset_after',
  'symbol_before',
  'symbol_after',
  'name_before',
  'name_after',
];
const EVENT_COLUMNS = sql.raw(EVENT_NAMES.map((name) => `e.${name}`).join(', '));

const CHANGE_TYPES = sql`
  ${sql.raw(
    Object.keys(HEADER_COLUMNS)
      .map((name) => `${name} timestamp`)
      .join(', '),
  )}, position bigint, change text,
  version timestamp, listing text, number bigint, ${OBSERVATION_ROW_TYPES}, run_id bigint, replaces int, reason text,
  ${sql.raw(EVENT_NAMES.map((name) => `${name} text`).join(', '))}`;

// Thinning may have removed the predecessor since. Its revision is still known, and a copy that has it must drop
// it.
const CHANGE = sql`
  case when c.what = 'event' then e.event when c.what = 'withdrawn' then 'withdrawn'
    when prior.revision is null then 'added' else 'revised' end`;

// The previous revision, unless it had ended earlier: then the key was free.
const priorRow = sql`
  select c.number::int - 1 as revision, p.run_id
  from (select) one
  left join observations p on p.listing_id = c.listing_id and p.kind = c.kind and p.observed_at = c.observed_at
    and p.revision = c.number::int - 1
  where c.what = 'came' and c.number > 1 and (p.listing_id is null or p.superseded_at = c.version)`;

const REASON = sql`
  case when c.what = 'withdrawn' or prior.revision is not null then coalesce(
    (
      select 'promotion of replay ' || d.replay_id
      from replays r join replay_differences d on d.replay_id = r.id and d.source = l.source
        and d.external_id = l.external_id and d.kind = c.kind and d.observed_at = c.observed_at
      where r.status in ('promoting', 'promoted') and d.outcome = 'promoted' and d.promoted_at = c.version
      limit 1
    ),
    case when c.what = 'withdrawn' then (select r.withdraw_reason from runs r where r.id = o.run_id)
      else (
        select r.withdraw_reason from runs r
        where r.id = prior.run_id and exists (
          -- what the withdrawn row had replaced, back again
          select from observations b
          where b.listing_id = c.listing_id and b.kind = c.kind and b.observed_at = c.observed_at
            and b.revision < prior.revision and b.raw_payload_id = o.raw_payload_id and b.pointer = o.pointer))
    end) end`;

const LISTING = sql.raw(`(l.source || ':' || l.external_id) collate "C"`);

const pageOf = ({ limit }: ChangesRequest): SQL => sql`
  select *, row_number() over (order by ${ORDER}) as position
  from (select f.*, ${LISTING} as listing from found f join listings l on l.id = f.listing_id) f
  order by ${ORDER}
  limit ${limit}::int`;
const ORDER = sql.raw(
  `f.version, f.listing, coalesce(f.kind, '') collate "C", coalesce(f.observed_at, '-infinity'), f.number`,
);

const namesListings = ({ filter }: ChangesRequest): boolean => filter.external_ids !== null;

const sourceRanges = ({ filter }: ChangesRequest): SQL => sql`
  select c.source, c.kind from source_counts c
  where ${among('c.source', filter.sources)} and ${among('c.kind', filter.kinds)}`;

const listingRanges = ({ filter }: ChangesRequest): SQL => sql`
  select c.listing_id, c.kind from listings l join counts c on c.listing_id = l.id
  where ${among('l.external_id', filter.external_ids)} and ${among('l.source', filter.sources)}
    and ${among('c.kind', filter.kinds)}`;

const among = (column: string, values: readonly string[] | null): SQL =>
  values === null ? sql`true` : sql`${sql.raw(column)} = any(${sql.param(values)}::text[])`;

const inRange = (request: ChangesRequest): SQL =>
  namesListings(request)
    ? sql`o.listing_id = range.listing_id and o.kind = range.kind`
    : sql`o.source = range.source and o.kind = range.kind`;

const cameIn = (request: ChangesRequest): SQL => sql`
  select 'came' as what, o.known_at as version, o.listing_id, o.kind, o.observed_at, o.revision::bigint as number
  from ranges range cross join lateral (
    select o.known_at, o.listing_id, o.kind, o.observed_at, o.revision from observations o
    where ${inRange(request)} and ${inWindow(request, 'o.known_at', ROW_PLACE)}
    order by o.known_at
    fetch first (${request.limit}::int) rows with ties
  ) o`;

const withdrawnIn = (request: ChangesRequest): SQL => sql`
  select 'withdrawn', o.superseded_at, o.listing_id, o.kind, o.observed_at, o.revision
  from ranges range cross join lateral (
    select o.superseded_at, o.listing_id, o.kind, o.observed_at, o.revision from observations o
    where ${inRange(request)} and o.superseded_at is not null
      and ${inWindow(request, 'o.superseded_at', ROW_PLACE)}
    order by o.superseded_at
    fetch first (${request.limit}::int) rows with ties
  ) o
  where not exists (
    select from observations s
    where s.listing_id = o.listing_id and s.kind = o.kind and s.observed_at = o.observed_at
      and s.revision = o.revision + 1 and s.known_at = o.superseded_at)`;

const happenedIn = (request: ChangesRequest): SQL => sql`
  select 'event', e.version, e.listing_id, null, null, e.id
  from (
    select e.version, e.listing_id, e.id
    from listing_events e join listings l on l.id = e.listing_id
    where e.event in ('remapped', 'relabelled') and ${among('l.source', request.filter.sources)}
      and ${among('l.external_id', request.filter.external_ids)}
      and ${inWindow(request, 'e.version', EVENT_PLACE)} and e.version <= ${pageEnd(request)}
    order by e.version
    fetch first (${request.limit}::int) rows with ties
  ) e`;

// The version at which rows alone fill the page. Most events come later, and the walk need not look further.
const pageEnd = ({ limit }: ChangesRequest): SQL => sql`
  coalesce((select c.version from came c order by c.version limit 1 offset ${limit - 1}::int), 'infinity')`;

const listingOf = (id: string): string =>
  `(select l.source || ':' || l.external_id from listings l where l.id = ${id}) collate "C"`;
const ROW_PLACE = sql.raw(`(${listingOf('o.listing_id')}, o.kind collate "C", o.observed_at, o.revision)`);
const EVENT_PLACE = sql.raw(`(${listingOf('e.listing_id')}, '', '-infinity'::timestamptz, e.id)`);

/** Versions of the window, plus the version in which the position is, for the rest of its changes. */
function inWindow({ since, after, until }: ChangesRequest, version: string, place: SQL): SQL {
  const column = sql.raw(version);
  const ends = until === null ? sql`true` : sql`${column} <= ${until}::timestamptz`;
  if (after === null) return sql`${begins(column, since)} and ${ends}`;
  return sql`${column} >= ${after.version}::timestamptz and ${ends}
    and case when ${column} = ${after.version}::timestamptz then ${place} > ${valuesOf(after)} else true end`;
}

const begins = (column: SQL, since: Instant | null): SQL =>
  since === null ? sql`true` : sql`${column} > ${since}::timestamptz`;

const valuesOf = ({ listing, kind, observed_at, number }: ChangePlace): SQL => sql`
  (${listing}::text, ${kind ?? ''}::text, ${observed_at ?? '-infinity'}::timestamptz, ${number}::bigint)`;
