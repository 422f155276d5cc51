import { type SQL, sql } from 'drizzle-orm';
import type { Decimal } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { unseen, versionAt } from '../observations/page.ts';
import type { Clock } from '../observations/prefer-source.ts';
import { instantText } from '../sql/instant-text.ts';
import { type AssetRef, assetIds, unknownRefs } from './asset-ref.ts';
import { type AssetRow, assetRow, bestReading } from './asset-row.ts';

export const ASSET_SORTS = ['market_cap_usd', 'volume_24h_usd', 'price_usd'] as const;
export type AssetSort = (typeof ASSET_SORTS)[number];

/** Which assets; null is no condition, conditions add up. */
export interface AssetFilter {
  refs: AssetRef[] | null;
  /** Upper case. */
  symbols: string[] | null;
  /** Part of the name, any case. */
  name: string | null;
  /** Beginning of the id. */
  id: string | null;
  /** Beginning of the symbol or the id, or part of the name; any case. */
  q: string | null;
}

export interface AssetsRequest extends Clock {
  filter: AssetFilter;
  sort: AssetSort;
  order: 'asc' | 'desc';
  /** Behind this row: see placeOf. */
  after: { value: Decimal | null; listing_id: number | null; asset_id: string } | null;
  limit: number;
  offset: number;
  seen: Instant | null;
}

export type AssetPageRow = {
  current_version: Instant;
  total: string | null;
  unknown_refs: string[] | null;
  position: string | null;
} & (AssetRow | { asset_id: null });

/**
 * The place of an asset in the order: the value and the listing of its spot reading. One whose newest word is a bar of
 * a file, or that has none, has no listing, and one with an unknown value no value: they come last.
 */
export const placeOf = (row: AssetRow, sort: AssetSort): NonNullable<AssetsRequest['after']> =>
  row.kind === 'spot'
    ? { value: row[sort], listing_id: row.listing_id, asset_id: row.asset_id }
    : { value: null, listing_id: null, asset_id: row.asset_id };

/**
 * One page of assets by a value of their best reading, unknown values last: AssetPageRow rows, one of nulls when
 * there are none. Without a filter it walks the value's index, so a page costs the same for any number of
 * assets; with one it sorts what matches.
 */
export function listAssets(db: Db, request: AssetsRequest) {
  const { filter } = request;
  const isSearch = Object.values(filter).some((condition) => condition !== null);
  return db.execute<AssetPageRow>('identity.assets')(sql`
    select ${instantText('v.current')} as current_version, total.total, ${unknownRefs(filter.refs)} as unknown_refs,
      page.*
    from (${versionAt(null)}) v
    cross join lateral (${isSearch ? searchTotal(request) : TOTAL}) total
    left join lateral (
      ${isSearch ? search(request) : walk(request)}
    ) page on true
    order by page.position`);
}

const TOTAL = sql`
  select count(*) as total from (select from listings l where l.asset_id is not null group by l.asset_id) named`;

const searchTotal = ({ filter, seen }: AssetsRequest): SQL => sql`
  select count(*) as total from assets a where ${conditions(filter)} and ${unseen(seen)}`;

const search = (request: AssetsRequest): SQL => sql`
  select ${assetRow(request)}, row_number() over (order by ${inOrder(request, 'p.value', 'p', 'a.id')}) as position
  from assets a
  left join lateral (${bestReading(request)}) b on true
  cross join lateral (
    select case when b.kind = 'spot' then ${sql.raw(`b.${request.sort}`)} end as value,
      case when b.kind = 'spot' then b.listing_id end as listing_id
  ) p
  where ${conditions(request.filter)} and ${unseen(request.seen)} and ${behind(request)}
  order by position
  limit ${request.limit}::int offset ${request.offset}::int`;

// Three sections, each in the order of an index and opened only when those before it did not fill the page.
const walk = (request: AssetsRequest): SQL => sql`
  with known as materialized (${section(request, 'known')}),
  valueless as materialized (${section(request, 'valueless')}),
  unread as materialized (${unreadSection(request)})
  select ${assetRow(request)},
    row_number() over (order by ${inOrder(request, 'p.value', 'p', 'p.asset_id')}) as position
  from (
    select * from (select * from known union all select * from valueless union all select * from unread) p
    order by ${inOrder(request, 'p.value', 'p', 'p.asset_id')}
    limit ${request.limit}::int offset ${request.offset}::int
  ) p
  join assets a
    on a.id = coalesce(p.asset_id, (select m.asset_id from listings m where m.id = p.listing_id))
  left join lateral (${bestReading(request)}) b on true`;

const reach = ({ limit, offset }: AssetsRequest) => sql`${limit + offset}::int`;

/**
 * Readings with the sort value, or without it, that are the best of their asset. `offset 0` keeps the walk apart
 * from its condition: the planner takes the index in order and stops early, instead of judging every reading.
 */
function section(request: AssetsRequest, part: 'known' | 'valueless'): SQL {
  const { sort, order, seen } = request;
  const value = sql.raw(`r.${sort}`);
  const isOpen = part === 'known' ? sql`true` : sql`(select count(*) from known) < ${reach(request)}`;
  const inOrder = (row: string, column: string) =>
    sql.raw(`${part === 'known' ? `${row}.${column} ${order}, ` : ''}${row}.listing_id ${order}`);
  return sql`
    select w.value, w.listing_id, null::text as asset_id
    from (
      select ${value} as value, r.listing_id, r.listing_id = (
        select b.listing_id
        from (${bestReading(request, sql`(select m.asset_id from listings m where m.id = r.listing_id)`)}) b
        where b.kind = 'spot'
      ) as is_best
      from latest_observations r
      where ${unseen(seen)} and ${isOpen} and ${value} is ${sql.raw(part === 'known' ? 'not null' : 'null')}
        and ${sectionBehind(request, part)}
      order by ${inOrder('r', sort)}
      offset 0
    ) w
    where w.is_best
    order by ${inOrder('w', 'value')}
    limit ${reach(request)}`;
}

function sectionBehind({ after, sort, order }: AssetsRequest, part: 'known' | 'valueless'): SQL {
  if (after === null) return sql`true`;
  const beyond = sql.raw(order === 'desc' ? '<' : '>');
  if (part === 'known')
    return after.value === null
      ? sql`false`
      : sql`(${sql.raw(`r.${sort}`)}, r.listing_id) ${beyond} (${after.value}::numeric, ${after.listing_id}::int)`;
  if (after.value !== null) return sql`true`;
  return after.listing_id === null ? sql`false` : sql`r.listing_id ${beyond} ${after.listing_id}::int`;
}

/** Assets whose newest word is a bar of a file, and those of which nothing is left, by id. */
const unreadSection = (request: AssetsRequest): SQL => sql`
  select null::numeric as value, null::int as listing_id, a.id as asset_id
  from assets a
  where (select count(*) from known) + (select count(*) from valueless) < ${reach(request)} and ${unseen(request.seen)}
    and exists (select from listings l where l.asset_id = a.id)
    and (${NO_SPOT_ROW} or (${HAS_BARS} and (select b.kind from (${bestReading(request)}) b) = 'bar_close'))
    and ${request.after === null || request.after.listing_id !== null ? sql`true` : sql`a.id > ${request.after.asset_id}`}
  order by a.id
  limit ${reach(request)}`;

const NO_SPOT_ROW = sql`not exists (
  select from listings l join latest_observations o on o.listing_id = l.id where l.asset_id = a.id)`;
const HAS_BARS = sql`exists (
  select from listings l join counts c on c.listing_id = l.id and c.kind = 'bar_close' where l.asset_id = a.id)`;

const inOrder = ({ order }: AssetsRequest, value: string, reading: string, id: string): SQL =>
  sql.raw(`${value} ${order} nulls last, ${reading}.listing_id ${order} nulls last, ${id}`);

/** The rows of a search behind the key, in the same order as the sections. */
function behind({ after, order }: AssetsRequest): SQL {
  if (after === null) return sql`true`;
  const beyond = sql.raw(order === 'desc' ? '<' : '>');
  if (after.value !== null)
    return sql`(p.value is null or (p.value, p.listing_id) ${beyond} (${after.value}::numeric, ${after.listing_id}::int))`;
  if (after.listing_id !== null)
    return sql`(p.value is null and (p.listing_id is null or p.listing_id ${beyond} ${after.listing_id}::int))`;
  return sql`(p.listing_id is null and a.id > ${after.asset_id})`;
}

function conditions({ refs, symbols, name, id, q }: AssetFilter): SQL {
  const like = (text: string) => text.replaceAll(/[\\%_]/g, String.raw`\$&`);
  return sql.join(
    [
      sql`exists (select from listings l where l.asset_id = a.id)`,
      ...(refs ? [sql`a.id in (${assetIds(refs)})`] : []),
      ...(symbols
        ? [
            sql`a.id in (select l.asset_id from listings l where l.symbol = any(${sql.param(symbols)}::text[]))`,
          ]
        : []),
      ...(name === null ? [] : [sql`a.name ilike ${`%${like(name)}%`}`]),
      ...(id === null ? [] : [sql`a.id ilike ${`${like(id)}%`}`]),
      ...(q === null
        ? []
        : [
            sql`(a.symbol ilike ${`${like(q)}%`} or a.id ilike ${`${like(q)}%`} or a.name ilike ${`%${like(q)}%`})`,
          ]),
    ],
    sql` and `,
  );
}
