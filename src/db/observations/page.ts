import { type SQL, sql } from 'drizzle-orm';
import { type Instant, microsOf } from '../../domain/instant.ts';
import type { Kind } from '../../domain/observation.ts';
import type { Db } from '../client.ts';
import { unlessCurrent } from '../sql/unless-current.ts';
import { isFar, rowsFromAfar } from './far-page.ts';
import { lateKnowledge } from './first-knowledge.ts';
import { listingConditions, namesListings } from './listing-filter.ts';
import { type Framed, pageFrame } from './page-frame.ts';
import type { ObservationFilter, ObservationKey, ObservationWish } from './page-request.ts';
import {
  firstVisible,
  OBSERVATION_COLUMNS,
  OBSERVATION_ROW,
  OBSERVATION_ROW_TYPES,
  type ObservationRow,
  visibleAt,
  WITH_LISTING,
} from './row.ts';

export type PageRow = Framed<ObservationRow>;

/** What the statement of a page selects, given the types of its rows. */
export const pageRowTypes = (row: SQL): SQL => sql`frame json, ${row}, position bigint`;
const PAGE_ROW_TYPES = pageRowTypes(OBSERVATION_ROW_TYPES);

/**
 * One page of observations as of one version, in one statement. Walks one index range ("lane") per source
 * and kind, or per listing and kind when the filter names listings, takes at most a page from each, and
 * merges: the cost depends on the page and on the number of lanes, not on the number of rows.
 * What an offset far into the tape passes over is counted off in the index (far-offset.ts).
 * PageRow rows, `limit` of them at most, or none at all: see unlessCurrent.
 */
export function listObservations(db: Db, wish: ObservationWish) {
  const byListing = namesListings(wish.filter);
  const statement = sql`
    with lanes as materialized (${byListing ? listingLanes(wish.filter) : sourceLanes(wish.filter)})
    select ${pageFrame(wish.filter, late(wish))} as frame, page.*
    from (${pinnedVersion(wish.pin)}) v
    cross join lateral (${total(wish, byListing)}) total
    left join lateral (
      select ${OBSERVATION_ROW}, row_number() over (order by ${pageOrder(wish)}) as position
      from (${isFar(wish) ? rowsFromAfar(wish) : nearRows(wish, byListing)}) o ${WITH_LISTING}
    ) page on true`;
  return unlessCurrent<PageRow>(db, 'observations.page', wish.seen, statement, PAGE_ROW_TYPES);
}

const nearRows = (wish: ObservationWish, byListing: boolean): SQL => sql`
  select o.* from lanes lane cross join lateral (${lane(wish, byListing)}) o
  order by ${pageOrder(wish)}
  limit ${wish.limit}::int offset ${wish.offset}::int`;

const late = ({ filter, as_of }: ObservationWish): SQL | null =>
  lateKnowledge(filter, { as_of, kinds: filter.kinds, includes_files: true });

/** One row: `current`, the newest version, `version`, the one to read at, and what was Retained. */
export const pinnedVersion = (pin: Instant | null): SQL => sql`
  select t.version as current, least(t.version, ${pin}::timestamptz) as version, r.horizon, r.removed_at
  from tape_version t left join retention r on true
  limit 1`; // says to the planner that there is one, even before it knows the tables

/** False when the client holds the current version: a gate that Postgres checks before it reads a row. */
export const unseen = (seen: Instant | null): SQL =>
  seen === null ? sql`true` : sql`v.current <> ${seen}::timestamptz`;

const kindCondition = (kinds: Kind[] | null): SQL =>
  kinds === null ? sql`true` : sql`c.kind = any(${sql.param(kinds)}::text[])`;

const sourceLanes = ({ sources, kinds }: ObservationFilter): SQL => sql`
  select c.source, c.kind, c.observations, c.revisions from source_counts c
  where ${sources === null ? sql`true` : sql`c.source = any(${sql.param(sources)}::text[])`}
    and ${kindCondition(kinds)}`;

const listingLanes = (filter: ObservationFilter): SQL => sql`
  select c.listing_id, c.kind, c.observations, c.revisions
  from listings l join counts c on c.listing_id = l.id
  where ${listingConditions(filter)} and ${kindCondition(filter.kinds)}`;

function total(wish: ObservationWish, byListing: boolean): SQL {
  if (wish.count === 'none') return sql`select null as total`;
  if (wish.count === 'exact')
    return sql`select count(*) as total from lanes lane join observations o on ${inLane(byListing)}
               where ${rowConditions(wish)}`;
  return wish.filter.history
    ? sql`select coalesce(sum(revisions), 0) as total from lanes`
    : sql`select coalesce(sum(observations), 0) as total from lanes`;
}

const inLane = (byListing: boolean): SQL =>
  byListing
    ? sql`o.listing_id = lane.listing_id and o.kind = lane.kind`
    : sql`o.source = lane.source and o.kind = lane.kind`;

const lane = (wish: ObservationWish, byListing: boolean): SQL =>
  firstVisible(
    endsAtPin(wish) ? null : wish.pin,
    (condition) => sql`
      select ${OBSERVATION_COLUMNS} from observations o
      where ${inLane(byListing)} and ${condition} and ${rowConditions(wish)} and ${behind(wish, byListing)}`,
    sql`order by ${laneOrder(wish, byListing)} limit ${wish.limit + wish.offset}::int`,
  );

/** Whether the range of the index ends where the version does, without being told. */
const endsAtPin = ({ sort, order, after, pin }: ObservationWish): boolean =>
  sort === 'known_at' ||
  (pin !== null &&
    order === 'desc' &&
    after?.sort === 'observed_at' &&
    microsOf(after.observed_at) <= microsOf(pin));

function rowConditions({ filter, pin }: ObservationWish): SQL {
  const { observed_from, observed_before, known_after, history } = filter;
  return sql.join(
    [
      visibleAt(pin, history),
      ...(observed_from ? [sql`o.observed_at >= ${observed_from}::timestamptz`] : []),
      ...(observed_before ? [sql`o.observed_at < ${observed_before}::timestamptz`] : []),
      ...(known_after ? [sql`o.known_at > ${known_after}::timestamptz`] : []),
    ],
    sql` and `,
  );
}

const PAGE_KEYS = {
  observed_at: ['observed_at', 'listing_id', 'kind', 'revision'],
  known_at: ['known_at', 'listing_id', 'observed_at', 'kind'],
} as const;
// The same order inside one lane, without what is constant there, so that an index delivers it as it is.
const SOURCE_LANE_KEYS = {
  observed_at: ['observed_at', 'listing_id', 'revision'],
  known_at: ['known_at', 'listing_id', 'observed_at'],
} as const;
const LISTING_LANE_KEYS = {
  observed_at: ['observed_at', 'revision'],
  known_at: ['known_at', 'observed_at'],
} as const;

const ordered = (keys: readonly string[], order: 'asc' | 'desc'): SQL =>
  sql.raw(keys.map((key) => `o.${key} ${order}`).join(', '));
const pageOrder = ({ sort, order }: ObservationWish): SQL => ordered(PAGE_KEYS[sort], order);
const laneOrder = ({ sort, order }: ObservationWish, byListing: boolean): SQL =>
  ordered((byListing ? LISTING_LANE_KEYS : SOURCE_LANE_KEYS)[sort], order);

/**
 * The rows behind the key: a range on what the lane's index is ordered by, without the rest of the rows that
 * are equal in it. Said this way the planner expects as many rows as there are, and takes the index in order.
 */
function behind({ after, order }: ObservationWish, byListing: boolean): SQL {
  if (after === null) return sql`true`;
  const keys = PAGE_KEYS[after.sort];
  const value = (key: (typeof keys)[number]) => keyValue(after, key);
  const [beyond, atOrBeyond] = order === 'desc' ? ['<=', '>='] : ['>=', '<='];
  const [indexed, rest] = byListing ? [keys.slice(0, 1), keys.slice(1)] : [keys.slice(0, 2), keys.slice(2)];
  return sql`${row(indexed.map(column))} ${sql.raw(beyond)} ${row(indexed.map(value))}
    and not (${row(indexed.map(column))} = ${row(indexed.map(value))}
      and ${row(rest.map(column))} ${sql.raw(atOrBeyond)} ${row(rest.map(value))})`;
}

type KeyColumn = 'observed_at' | 'known_at' | 'listing_id' | 'kind' | 'revision';
const KEY_TYPES = {
  observed_at: 'timestamptz',
  known_at: 'timestamptz',
  listing_id: 'int',
  kind: 'text',
  revision: 'int',
} as const;

const column = (key: KeyColumn): SQL => sql.raw(`o.${key}`);
const keyValue = (after: ObservationKey, key: KeyColumn): SQL =>
  sql`${(after as Partial<Record<KeyColumn, unknown>>)[key]}::${sql.raw(KEY_TYPES[key])}`;
const row = (parts: SQL[]): SQL =>
  parts.length === 1 ? sql`${parts[0]}` : sql`(${sql.join(parts, sql`, `)})`;
