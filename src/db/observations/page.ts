import { type SQL, sql } from 'drizzle-orm';
import { microsOf } from '../../domain/instant.ts';
import type { Kind } from '../../domain/observation.ts';
import type { Db } from '../client.ts';
import { thinnedParts } from '../lake/thinned-parts.ts';
import { unlessCurrent } from '../sql/unless-current.ts';
import { type Scope, versionAt } from '../tape/scope.ts';
import { isFar, rowsFromAfar } from './far-page.ts';
import { lateKnowledge } from './first-knowledge.ts';
import { listingConditions, namesListings } from './listing-filter.ts';
import { type Headed, pageHeader } from './page-header.ts';
import type { ObservationFilter, ObservationRequest, PageKey } from './page-request.ts';
import {
  CURRENT_LISTS,
  firstVisible,
  OBSERVATION_LISTS,
  type ObservationRow,
  UNSUPERSEDED,
  visibleAt,
  WITH_LISTING,
} from './row.ts';

/** Without superseded_at if no row is superseded: then it is as in UNSUPERSEDED. */
export type PageRow = Headed<Omit<ObservationRow, 'superseded_at'> & Partial<typeof UNSUPERSEDED>>;

/** The columns of a page's statement, given the types of its rows. */
export const pageRowTypes = (row: SQL): SQL => sql`header json, ${row}, position bigint`;

/** Whether a row of the page may be superseded: by a later version, or because the filter asks for those too. */
const hasSuperseded = ({ version, filter }: ObservationRequest): boolean =>
  version !== null || filter.history;

/**
 * One page of observations as of one version, in one statement. It walks one index range per source and kind, or
 * per listing and kind if the filter names listings. It takes at most a page from each and merges: the cost depends
 * on the page and the number of ranges, not on the number of rows. Rows before a far offset are counted in the
 * index (far-page.ts). Returns at most `limit` PageRow rows, or none at all: see unlessCurrent.
 */
export function listObservations(db: Db, request: ObservationRequest) {
  const byListing = namesListings(request.filter);
  const { columns, row, types } = hasSuperseded(request) ? OBSERVATION_LISTS : CURRENT_LISTS;
  const ranges = byListing ? listingRanges(request.filter) : sourceRanges(request.filter);
  const statement = sql`
    with ranges as materialized (${ranges})
    select ${pageHeader(request.filter, late(request), request.names_parts ? thinnedParts(request.filter) : null)} as header, page.*
    from (${versionAt(request.version, scopeOf(request, sql`ranges`))}) v
    cross join lateral (${total(request, byListing)}) total
    left join lateral (
      select ${row}, row_number() over (order by ${pageOrder(request)}) as position
      from (${isFar(request) ? rowsFromAfar(request, columns) : nearRows(request, byListing, columns)}) o ${WITH_LISTING}
    ) page on true`;
  const scope = scopeOf(request, sql`(${ranges}) range`);
  return unlessCurrent<PageRow, typeof UNSUPERSEDED>(
    db,
    'observations.page',
    request.seen,
    statement,
    pageRowTypes(types),
    scope,
    UNSUPERSEDED,
  );
}

/**
 * The scope of a page: its ranges, and the parts that it names, which are written later. For a symbol, also the
 * ranked other coins of that symbol; with as_of, also how new the tape is.
 */
function scopeOf({ filter, as_of, names_parts }: ObservationRequest, ranges: SQL): Scope | null {
  const { sources, symbols, observed_from } = filter;
  if (as_of !== null || symbols !== null || (sources === null && !namesListings(filter))) return null;
  return {
    touched: sql`select max(changed_at) from ${ranges}`,
    unless: names_parts
      ? sql`coalesce(${observed_from}::timestamptz, '-infinity') < (select horizon from retention)`
      : null,
  };
}

const nearRows = (request: ObservationRequest, byListing: boolean, columns: SQL): SQL => sql`
  select o.* from ranges range cross join lateral (${rangeRows(request, byListing, columns)}) o
  order by ${pageOrder(request)}
  limit ${request.limit}::int offset ${request.offset}::int`;

const late = ({ filter, as_of }: ObservationRequest): SQL | null =>
  lateKnowledge(filter, { as_of, kinds: filter.kinds, includes_files: true });

const kindCondition = (kinds: Kind[] | null): SQL =>
  kinds === null ? sql`true` : sql`c.kind = any(${sql.param(kinds)}::text[])`;

const sourceRanges = ({ sources, kinds }: ObservationFilter): SQL => sql`
  select c.source, c.kind, c.observations, c.revisions, c.changed_at from source_counts c
  where ${sources === null ? sql`true` : sql`c.source = any(${sql.param(sources)}::text[])`}
    and ${kindCondition(kinds)}`;

const listingRanges = (filter: ObservationFilter): SQL => sql`
  select c.listing_id, c.kind, c.observations, c.revisions, c.changed_at
  from listings l join counts c on c.listing_id = l.id
  where ${listingConditions(filter)} and ${kindCondition(filter.kinds)}`;

function total(request: ObservationRequest, byListing: boolean): SQL {
  if (request.count === 'none') return sql`select null as total`;
  if (request.count === 'exact')
    return sql`select count(*) as total from ranges range join observations o on ${inRange(byListing)}
               where ${rowConditions(request)}`;
  return request.filter.history
    ? sql`select coalesce(sum(revisions), 0) as total from ranges`
    : sql`select coalesce(sum(observations), 0) as total from ranges`;
}

const inRange = (byListing: boolean): SQL =>
  byListing
    ? sql`o.listing_id = range.listing_id and o.kind = range.kind`
    : sql`o.source = range.source and o.kind = range.kind`;

const rangeRows = (request: ObservationRequest, byListing: boolean, columns: SQL): SQL =>
  firstVisible(
    endsAtVersion(request) ? null : request.version,
    (condition) => sql`
      select ${columns} from observations o
      where ${inRange(byListing)} and ${condition} and ${rowConditions(request)} and ${behind(request, byListing)}`,
    sql`order by ${rangeOrder(request, byListing)} limit ${request.limit + request.offset}::int`,
  );

/** Whether the range of the index ends at the version without a further condition. */
const endsAtVersion = ({ sort, order, after, version }: ObservationRequest): boolean =>
  sort === 'known_at' ||
  (version !== null &&
    order === 'desc' &&
    after?.sort === 'observed_at' &&
    microsOf(after.observed_at) <= microsOf(version));

function rowConditions({ filter, version }: ObservationRequest): SQL {
  const { observed_from, observed_before, known_after, history } = filter;
  return sql.join(
    [
      visibleAt(version, history),
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
// The same order inside one range, without columns that are constant there: an index returns it directly.
const SOURCE_RANGE_KEYS = {
  observed_at: ['observed_at', 'listing_id', 'revision'],
  known_at: ['known_at', 'listing_id', 'observed_at'],
} as const;
const LISTING_RANGE_KEYS = {
  observed_at: ['observed_at', 'revision'],
  known_at: ['known_at', 'observed_at'],
} as const;

const ordered = (keys: readonly string[], order: 'asc' | 'desc'): SQL =>
  sql.raw(keys.map((key) => `o.${key} ${order}`).join(', '));
const pageOrder = ({ sort, order }: ObservationRequest): SQL => ordered(PAGE_KEYS[sort], order);
const rangeOrder = ({ sort, order }: ObservationRequest, byListing: boolean): SQL =>
  ordered((byListing ? LISTING_RANGE_KEYS : SOURCE_RANGE_KEYS)[sort], order);

/**
 * The rows after the key: a range over the index order, minus the other rows with an equal first value. In this
 * form the planner estimates the right number of rows, and uses the index in order.
 */
function behind({ after, order }: ObservationRequest, byListing: boolean): SQL {
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
const keyValue = (after: PageKey, key: KeyColumn): SQL =>
  sql`${(after as Partial<Record<KeyColumn, unknown>>)[key]}::${sql.raw(KEY_TYPES[key])}`;
const row = (parts: SQL[]): SQL =>
  parts.length === 1 ? sql`${parts[0]}` : sql`(${sql.join(parts, sql`, `)})`;
