import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import { selectedLater } from '../sql/later.ts';
import { unseen } from '../tape/scope.ts';
import { bestReading, type ReadingClock } from './asset-row.ts';
import { type AssetSort, sortColumn, sortType } from './asset-sorts.ts';
import { assetsWithBarSince, hasRowSince, placeByRank, recentFrom, secondsBefore } from './place.ts';

// The order of a list of active assets, in consecutive sections.

/** The position of an asset in an order. */
export interface AssetPlace {
  section: number;
  /** As text, whatever the order is by. */
  value: string | null;
  /** The listing whose row it has its place from; null where that is the asset itself. */
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

/** Rows `p`, which also have an id, after the key. */
export function behind(request: Sections): SQL {
  const { after } = request;
  if (after === null) return sql`true`;
  const within = withinSection(request, after, {
    value: 'p.value',
    listing: 'p.listing_id',
    id: 'p.id',
  });
  return sql`(p.section > ${after.section}::int or (p.section = ${after.section}::int and ${within}))`;
}

function withinSection(
  { sort, order }: AssetOrder,
  after: AssetPlace,
  columns: { value: string; listing: string; id: string },
): SQL {
  const beyond = sql.raw(order === 'desc' ? '<' : '>');
  const [value, listing] = [sql.raw(columns.value), sql.raw(columns.listing)];
  const behindAsset = sql`${sql.raw(columns.id)} > ${after.asset_id}`;
  const key = sql`${after.value}::${sql.raw(sortType(sort))}`;
  if (after.value === null)
    return after.listing_id === null ? behindAsset : sql`${listing} ${beyond} ${after.listing_id}::int`;
  return after.listing_id === null
    ? sql`(${value} ${beyond} ${key} or (${value} = ${key} and ${behindAsset}))`
    : sql`(${value}, ${listing}) ${beyond} (${key}, ${after.listing_id}::int)`;
}

// The same letters in any case are one, and the order is that of no language.
export const NAME = 'lower(a.name) collate "C"';

/** The value and the listing that asset `a` has its place from: a select of one row at most. `asset` is its id in SQL. */
export function placeOf(request: Sections, asset: SQL): SQL {
  const column = sortColumn(request.sort);
  if (column === null) return sql.raw(`select ${NAME} as value, null::int as listing_id`);
  if (column === 'rank')
    return sql`select p.rank as value, p.listing_id from (${placeByRank(sql`l.asset_id = ${asset}`, request)}) p`;
  return sql`
    select ${sql.raw(`b.${column}`)} as value, b.listing_id
    from (${bestReading(request, asset)}) b where b.kind = 'spot'`;
}

/**
 * CTEs of which the last, `sections`, has the rows of the page and those before them: each section is in index order,
 * and is opened only if the previous ones did not fill the page. Most pages lie in one section, and planning all six
 * costs more than reading one: the later ones are only planned if the first does not fill the page.
 */
export function sections(request: Sections): SQL {
  const first = request.after?.section ?? 0;
  const own = SECTIONS.named(first);
  const from_later = sql`
    select * from json_to_recordset(
      case when ${unseen(request.seen)} and (select count(*) from ${own}) < ${reach(request)}
        then ${selectedLater(laterSections(request, first), [sql`(select count(*) from ${own})::text`])} end
    ) as later (section int, value ${sql.raw(sortType(request.sort))}, listing_id int, asset_id text)`;
  return sql`
    ${section(request, first)},
    sections as materialized (
      select * from ${own} ${first === SECTIONS.all.length - 1 ? sql`` : sql`union all ${from_later}`})`;
}

/** The rows of the sections after the first as one JSON value. `@1` is the number of rows of the first. */
function laterSections(request: Sections, first: number): SQL {
  const later = SECTIONS.all.slice(first + 1);
  const asked = { ...request, seen: null };
  return sql`
    with ${SECTIONS.named(first)} as (select from generate_series(1, @1::int)),
    ${sql.join(
      later.map((number) => section(asked, number)),
      sql`, `,
    )}
    select json_agg(json_build_object('section', p.section, 'value', p.value::text, 'listing_id', p.listing_id,
      'asset_id', p.asset_id))
    from (${sql.join(
      later.map((number) => sql`select * from ${SECTIONS.named(number)}`),
      sql` union all `,
    )}) p`;
}

/** A section as a CTE under its name: as many of its rows as the page can need. */
function section(request: Sections, number: number): SQL {
  const { is_old, part } = KINDS[number] ?? { is_old: true, part: 'rowless' };
  return sql`${SECTIONS.named(number)} as materialized (${rowsOf(request, { number, is_old, part })})`;
}

type Section = { number: number } & (typeof KINDS)[number];

function rowsOf(request: Sections, section: Section): SQL {
  const column = sortColumn(request.sort);
  if (column === null) return byName(request, section);
  return section.part === 'rowless' ? rowless(request, section) : placed(request, section, column);
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
 * Rows of latest_observations that their assets have their place from. `offset 0` keeps the walk apart from its
 * condition: the planner takes the index in order and stops early, or sorts the bare values, instead of judging every
 * row.
 */
function placed(request: Sections, { number, is_old, part }: Section, column: string): SQL {
  const { sort, order, after } = request;
  const value = sql.raw(`r.${column}`);
  const asset = (row: string) =>
    sql`(select m.asset_id from listings m where m.id = ${sql.raw(row)}.listing_id)`;
  const listings = sql`l.asset_id = ${asset('r')}`;
  const isRecent = isSince(recentFrom(request), listings);
  const inOrder = (row: string, by: string) => sql.raw(`${row}.${by} ${order}, ${row}.listing_id ${order}`);
  const columns = { value: `r.${column}`, listing: 'r.listing_id', id: 'null' };
  const beyond = after?.section === number ? withinSection(request, after, columns) : sql`true`;
  return sql`
    select ${number}::int as section, w.value::${sql.raw(sortType(sort))} as value, w.listing_id, null::text as asset_id
    from (
      select ${value} as value, r.listing_id
      from latest_observations r
      where ${unseen(request.seen)} and ${isOpen(request, number)} and ${beyond}
        and ${value} is ${sql.raw(part === 'known' ? 'not null' : 'null')}
        and ${is_old ? sql`not ${isRecent}` : isRecent} and ${within(request, listings)}
      order by ${inOrder('r', column)}
      offset 0
    ) w
    where w.listing_id = (select p.listing_id from (${placeOf(request, asset('w'))}) p)
      and exists (select from assets a where a.id = ${asset('w')} and a.inactive_since is null)
    order by ${inOrder('w', 'value')}
    limit ${reach(request)}`;
}

/** Assets by their name; those without one are the rowless. */
function byName(request: Sections, { number, is_old, part }: Section): SQL {
  const { order, after, max_age_seconds } = request;
  const listings = sql`l.asset_id = w.id`;
  const isRecent = hasRowSince(listings, recentFrom(request));
  const columns = { value: NAME, listing: 'null', id: 'a.id' };
  const beyond = after?.section === number ? withinSection(request, after, columns) : sql`true`;
  return sql`
    select ${number}::int as section, w.value, null::int as listing_id, w.id as asset_id
    from (
      select ${sql.raw(NAME)} as value, a.id
      from assets a
      where ${part === 'valueless' ? sql`false` : isOpen(request, number)} and ${unseen(request.seen)} and ${beyond}
        and a.inactive_since is null and a.name is ${sql.raw(part === 'known' ? 'not null' : 'null')}
      order by ${sql.raw(`${NAME} ${order}, a.id`)}
      offset 0
    ) w
    where ${is_old ? sql`not ${isRecent}` : isRecent} and exists (select from listings l where ${listings})
      and ${max_age_seconds === null ? sql`true` : hasRowSince(listings, secondsBefore(request, max_age_seconds))}
    order by ${sql.raw(`w.value ${order}, w.id`)}
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
function rowless(request: Sections, { number, is_old }: Section): SQL {
  const { after, max_age_seconds } = request;
  const rowsOf = sql`l.asset_id = a.id`;
  const recent = recentFrom(request);
  return sql`
    select ${number}::int as section, null::${sql.raw(sortType(request.sort))} as value, null::int as listing_id, a.id as asset_id
    from assets a
    where ${isOpen(request, number)} and ${unseen(request.seen)} and a.inactive_since is null
      and ${after?.section === number ? sql`a.id > ${after.asset_id}` : sql`true`}
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
