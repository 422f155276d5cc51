import { type SQL, sql } from 'drizzle-orm';
import type { Decimal } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { selectInstant } from '../sql/instant-text.ts';
import { unlessCurrent } from '../sql/unless-current.ts';
import { type Scope, versionAt } from '../tape/scope.ts';
import { lateKnowledge } from './first-knowledge.ts';
import { type ListingFilter, listingConditions, namesListings } from './listing-filter.ts';
import { pageRowTypes } from './page.ts';
import { type Headed, pageHeader } from './page-header.ts';
import type { PageRequest } from './page-request.ts';
import {
  firstVisible,
  LATEST_COLUMNS,
  LATEST_ROW,
  LATEST_ROW_TYPES,
  OBSERVATION_COLUMNS,
  SAME_OF_SPOT,
  type SentLatestRow,
  visibleAt,
  WITH_LISTING,
  WITH_PAGE_FACTS,
} from './row.ts';

export const LATEST_SORTS = ['market_cap_usd', 'price_usd', 'volume_24h_usd', 'observed_at'] as const;
export type LatestSort = (typeof LATEST_SORTS)[number];

export interface LatestFilter extends ListingFilter {
  observed_from: Instant | null;
  /** Exclusive. */
  observed_before: Instant | null;
  /** Exclusive. */
  known_after: Instant | null;
}

export interface LatestRequest extends PageRequest {
  filter: LatestFilter;
  sort: LatestSort;
  order: 'asc' | 'desc';
  /** After the row with this sort value and listing; unknown values come last in both orders. */
  after: { value: Decimal | Instant | null; listing_id: number } | null;
}

/** Each with SAME_OF_SPOT. */
export type LatestPageRow = Headed<SentLatestRow>;

// At the newest version no row is superseded.
const atVersion = ({ version }: LatestRequest, column: SQL): SQL =>
  version === null ? sql`` : sql`, ${column}`;

/**
 * One page of the newest spot row per listing, as of one version: LatestPageRow rows. At the newest version they
 * are ready in latest_observations, in sort order; at an older one, each listing's newest row of that time is
 * looked up.
 */
export function listLatest(db: Db, request: LatestRequest) {
  const now = [part(request, CURRENT, 'known'), part(request, CURRENT, 'unknown')];
  const then = request.version === null ? [] : [part(request, past(request), 'all')];
  const scope = scopeOf(request);
  const superseded = atVersion(request, sql`${selectInstant('o.superseded_at')} as superseded_at`);
  const statement = sql`
    select ${pageHeader(request.filter, late(request))} as header, page.*
    from (${versionAt(request.version, scope)}) v
    cross join lateral (${total(request)}) total
    left join lateral (
      select ${LATEST_ROW}${superseded}, row_number() over (order by ${inOrder(request)}) as position
      from (
        select * from (${sql.join(now.concat(then), sql` union all `)}) o
        order by ${inOrder(request)}
        limit ${request.limit}::int offset ${request.offset}::int
      ) o ${WITH_LISTING}
    ) page on true`;
  return unlessCurrent<LatestPageRow, typeof SAME_OF_SPOT>(
    db,
    'observations.latest',
    request.seen,
    statement,
    pageRowTypes(sql`${LATEST_ROW_TYPES}${atVersion(request, sql`superseded_at timestamp`)}`),
    scope,
    SAME_OF_SPOT,
  );
}

/**
 * The same scope as for a page: the spot rows of its listings or sources, and the page facts of their newest rows.
 */
function scopeOf({ filter, as_of }: LatestRequest): Scope | null {
  const { sources, symbols } = filter;
  if (as_of !== null || symbols !== null || (sources === null && !namesListings(filter))) return null;
  const table = sql.raw(namesListings(filter) ? 'counts' : 'source_counts');
  return {
    touched: sql`select max(c.changed_at) from ${table} c where c.kind = 'spot' and ${listingScope(filter, 'c')}`,
  };
}

const late = ({ filter, as_of }: LatestRequest): SQL | null =>
  lateKnowledge(filter, { as_of, kinds: ['spot'], includes_files: filter.sources !== null });

interface Rows {
  from: SQL;
  /** Checked before a row is read. */
  gate: SQL;
  superseded_at: SQL;
}

const CURRENT: Rows = {
  from: sql`latest_observations`,
  gate: sql`v.version = v.current`,
  superseded_at: sql`null::timestamptz as superseded_at`,
};

const past = ({ version, filter }: LatestRequest): Rows => ({
  from: sql`(
    select o.*, n.* from counts c
    cross join lateral (${newestOf(version)}) o ${WITH_PAGE_FACTS}
    where c.kind = 'spot' and ${listingScope(filter, 'c')})`,
  gate: sql`v.version < v.current`,
  superseded_at: sql`o.superseded_at`,
});

/** The newest row of listing and kind `c` that is visible at a version. */
const newestOf = (version: Instant | null): SQL =>
  firstVisible(
    version,
    (condition) => sql`
      select ${OBSERVATION_COLUMNS} from observations o
      where o.listing_id = c.listing_id and o.kind = c.kind and ${condition} and ${visibleAt(version)}`,
    sql`order by o.observed_at desc, o.revision desc limit 1`,
  );

// For the ready rows, known and unknown sort values separately: each half is then in the order of an index.
type Half = 'known' | 'unknown' | 'all';

const part = (request: LatestRequest, rows: Rows, half: Half): SQL => sql`(
  select ${LATEST_COLUMNS}${atVersion(request, rows.superseded_at)} from ${rows.from} o
  where ${rows.gate} and ${rowConditions(request.filter)} and ${behind(request, half)}
  order by ${half === 'known' ? sql.raw(`o.${request.sort} ${request.order}, o.listing_id ${request.order}`) : inOrder(request)}
  limit ${request.limit + request.offset}::int)`;

const inOrder = ({ sort, order }: LatestRequest): SQL =>
  sql.raw(`o.${sort} ${order}${order === 'desc' ? ' nulls last' : ''}, o.listing_id ${order}`);

function behind({ sort, order, after }: LatestRequest, half: Half): SQL {
  const value = sql.raw(`o.${sort}`);
  const beyond = sql.raw(order === 'desc' ? '<' : '>');
  const type = sql.raw(sort === 'observed_at' ? 'timestamptz' : 'numeric');
  const known =
    after === null
      ? sql`${value} is not null`
      : after.value === null
        ? sql`false`
        : sql`(${value}, o.listing_id) ${beyond} (${after.value}::${type}, ${after.listing_id}::int)`;
  const unknown =
    after?.value === null
      ? sql`${value} is null and o.listing_id ${beyond} ${after.listing_id}::int`
      : sql`${value} is null`;
  if (half === 'all') return sql`(${known} or ${unknown})`;
  return half === 'known' ? known : unknown;
}

function rowConditions(filter: LatestFilter): SQL {
  const { observed_from, observed_before, known_after } = filter;
  return sql.join(
    [
      listingScope(filter, 'o'),
      ...(observed_from ? [sql`o.observed_at >= ${observed_from}::timestamptz`] : []),
      ...(observed_before ? [sql`o.observed_at < ${observed_before}::timestamptz`] : []),
      ...(known_after ? [sql`o.known_at > ${known_after}::timestamptz`] : []),
    ],
    sql` and `,
  );
}

/** The filter on a table that has its row's source and listing. */
function listingScope(filter: LatestFilter, table: 'o' | 'c'): SQL {
  const [source, listing_id] = [sql.raw(`${table}.source`), sql.raw(`${table}.listing_id`)];
  const { sources } = filter;
  // Files are history; their newest rows answer only explicit requests for them.
  const ofSource =
    sources === null ? sql`${source} <> 'csv'` : sql`${source} = any(${sql.param(sources)}::text[])`;
  return namesListings(filter)
    ? sql`${ofSource} and ${listing_id} in (select l.id from listings l where ${listingConditions(filter)})`
    : ofSource;
}

// At most one row per listing: counting them is cheap. At an older version the rows are a different set.
function total(request: LatestRequest): SQL {
  if (request.count === 'none') return sql`select null as total`;
  const rows = request.version === null ? [CURRENT] : [CURRENT, past(request)];
  const counted = rows.map(
    ({ from, gate }) => sql`
      select count(*) as rows from ${from} o
      where ${gate} and ${rowConditions(request.filter)}`,
  );
  return sql`select sum(rows) as total from (${sql.join(counted, sql` union all `)}) counted`;
}
