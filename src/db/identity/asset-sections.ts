import { type SQL, sql } from 'drizzle-orm';
import type { Decimal } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/instant.ts';
import { unseen } from '../tape/scope.ts';
import { bestReading, type ReadingClock } from './asset-row.ts';
import { assetsWithBarSince, hasRowSince, placeByRank, recentFrom, secondsBefore } from './place.ts';

// The order of a list of active assets, in consecutive sections.

export const ASSET_SORTS = ['rank', 'market_cap_usd', 'volume_24h_usd', 'price_usd'] as const;
export type AssetSort = (typeof ASSET_SORTS)[number];

/** The position of an asset in an order. */
export interface AssetPlace {
  section: number;
  value: Decimal | null;
  /** The listing whose row determines the position. */
  listing_id: number | null;
  asset_id: string;
}

export interface AssetOrder {
  sort: AssetSort;
  order: 'asc' | 'desc';
  /** After this row. */
  after: AssetPlace | null;
}

interface Sections extends ReadingClock, AssetOrder {
  limit: number;
  offset: number;
  seen: Instant | null;
}

// First the assets with recent data, then all others. Each half begins with the assets that have the value, ordered
// by it; then those whose spot row lacks it; then those whose newest row is a bar, or that have no row left.
const PARTS = ['known', 'valueless', 'rowless'] as const;
const KINDS = [false, true].flatMap((is_old) => PARTS.map((part) => ({ is_old, part })));

/** The sections by number, starting at 0. */
export const SECTIONS = {
  all: KINDS.map((_, number) => number),
  named: (number: number): SQL => sql.raw(`section_${number}`),
  /** The number of a position, as SQL. */
  of: (is_old: string, value: string, listing_id: string): SQL =>
    sql.raw(
      `(case when ${is_old} then ${PARTS.length} else 0 end` +
        ` + case when ${value} is not null then 0 when ${listing_id} is not null then 1 else 2 end)`,
    ),
};

/** The order of rows `p`, which have a section, a value and a listing. `id` is SQL. */
export const inOrder = ({ order }: AssetOrder, id: string): SQL =>
  sql.raw(`p.section, p.value ${order} nulls last, p.listing_id ${order} nulls last, ${id}`);

/** Rows `p` of asset `a` after the key. */
export function behind(request: Sections): SQL {
  const { after } = request;
  if (after === null) return sql`true`;
  const within = withinSection(after, request.order, {
    value: 'p.value',
    listing: 'p.listing_id',
    type: 'numeric',
  });
  return sql`(p.section > ${after.section}::int or (p.section = ${after.section}::int and ${within}))`;
}

/** Where the rows of a section have their position, and the type of the value. */
interface PlaceColumns {
  value: string;
  listing: string;
  type: 'int' | 'numeric';
}

function withinSection(after: AssetPlace, order: AssetOrder['order'], columns: PlaceColumns): SQL {
  const beyond = sql.raw(order === 'desc' ? '<' : '>');
  const [value, listing, type] = [columns.value, columns.listing, columns.type].map((text) => sql.raw(text));
  if (after.value !== null)
    return sql`(${value}, ${listing}) ${beyond} (${after.value}::${type}, ${after.listing_id}::int)`;
  return after.listing_id === null ? behindAsset(after) : sql`${listing} ${beyond} ${after.listing_id}::int`;
}

const behindAsset = ({ asset_id }: AssetPlace): SQL => sql`a.id > ${asset_id}`;

/**
 * The value and the listing that determine the position of an asset: a select of at most one row. `asset` is SQL.
 */
export const placeOf = (request: Sections, asset: SQL): SQL =>
  request.sort === 'rank'
    ? sql`select p.rank::numeric as value, p.listing_id from (${placeByRank(sql`l.asset_id = ${asset}`, request)}) p`
    : sql`
      select ${sql.raw(`b.${request.sort}`)} as value, b.listing_id
      from (${bestReading(request, asset)}) b where b.kind = 'spot'`;

/** A section as a CTE under its name: as many of its rows as the page can need. */
export function section(request: Sections, number: number): SQL {
  const { is_old, part } = KINDS[number] ?? { is_old: true, part: 'rowless' };
  const rows = part === 'rowless' ? rowless(request, number, is_old) : placed(request, number, is_old, part);
  return sql`${SECTIONS.named(number)} as materialized (${rows})`;
}

const reach = ({ limit, offset }: Sections) => sql`${limit + offset}::int`;

/** Whether the previous sections leave space on the page: checked once, before a row is read. */
function isOpen(request: Sections, number: number): SQL {
  if (request.after !== null && request.after.section > number) return sql`false`;
  const before = SECTIONS.all.slice(request.after?.section ?? 0, number);
  if (before.length === 0) return sql`true`;
  const counts = before.map((each) => sql`(select count(*) from ${SECTIONS.named(each)})`);
  return sql`${sql.join(counts, sql` + `)} < ${reach(request)}`;
}

/**
 * Rows of latest_observations that determine the position of their assets. `offset 0` separates the walk from its
 * condition: the planner uses the index in order and stops early, instead of testing every row.
 */
function placed(request: Sections, number: number, is_old: boolean, part: 'known' | 'valueless'): SQL {
  const { sort, order, after } = request;
  const column = `r.${sort}`;
  const value = sql.raw(column);
  const asset = sql`(select m.asset_id from listings m where m.id = r.listing_id)`;
  const rowsOf = sql`l.asset_id = ${asset}`;
  const isRecent = isSince(recentFrom(request), rowsOf);
  const inOrder = (row: string, column: string) =>
    sql.raw(`${row}.${column} ${order}, ${row}.listing_id ${order}`);
  const columns = {
    value: column,
    listing: 'r.listing_id',
    type: sort === 'rank' ? 'int' : 'numeric',
  } as const;
  const beyond = after?.section === number ? withinSection(after, order, columns) : sql`true`;
  return sql`
    select ${number}::int as section, w.value::numeric as value, w.listing_id, null::text as asset_id
    from (
      select ${value} as value, r.listing_id,
        r.listing_id = (select p.listing_id from (${placeOf(request, asset)}) p) and exists (
          select from assets a where a.id = ${asset} and a.inactive_since is null) as is_placed
      from latest_observations r
      where ${unseen(request.seen)} and ${isOpen(request, number)} and ${beyond}
        and ${value} is ${sql.raw(part === 'known' ? 'not null' : 'null')}
        and ${is_old ? sql`not ${isRecent}` : isRecent} and ${within(request, rowsOf)}
      order by ${inOrder('r', sort)}
      offset 0
    ) w
    where w.is_placed
    order by ${inOrder('w', 'value')}
    limit ${reach(request)}`;
}

/** Whether row `r`, or another row of its asset, is at least as new as an instant. */
const isSince = (since: SQL, listings: SQL): SQL =>
  sql`(r.observed_at >= ${since} or ${hasRowSince(listings, since)})`;

const within = (request: Sections, listings: SQL): SQL =>
  request.max_age_seconds === null
    ? sql`true`
    : isSince(secondsBefore(request, request.max_age_seconds), listings);

/** Assets without such a row, by id. Few assets have bars, so the statement looks these up first. */
function rowless(request: Sections, number: number, is_old: boolean): SQL {
  const { after, max_age_seconds } = request;
  const rowsOf = sql`l.asset_id = a.id`;
  const recent = recentFrom(request);
  return sql`
    select ${number}::int as section, null::numeric as value, null::int as listing_id, a.id as asset_id
    from assets a
    where ${isOpen(request, number)} and ${unseen(request.seen)} and a.inactive_since is null
      and ${after?.section === number ? behindAsset(after) : sql`true`}
      and ${is_old ? OLD : sql`a.id in (${assetsWithBarSince(recent)})`}
      and ${is_old ? sql`not ${hasRowSince(rowsOf, recent)}` : sql`true`}
      and ${max_age_seconds === null ? sql`true` : hasRowSince(rowsOf, secondsBefore(request, max_age_seconds))}
      and not exists (select from (${placeOf(request, sql`a.id`)}) p where p.listing_id is not null)
    order by a.id
    limit ${reach(request)}`;
}

const OLD = sql`exists (select from listings l where l.asset_id = a.id) and (
  not exists (select from listings l join latest_observations o on o.listing_id = l.id where l.asset_id = a.id)
  or exists (
    select from listings l join counts c on c.listing_id = l.id and c.kind = 'bar_close' where l.asset_id = a.id))`;
