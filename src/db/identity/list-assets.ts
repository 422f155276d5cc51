import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { instantText } from '../sql/instant-text.ts';
import { unseen, versionAt } from '../tape/scope.ts';
import { goesBy, literal } from './asset-names.ts';
import { placesOf } from './asset-places.ts';
import { type AssetRef, assetIds, contractAssets, unknownRefs } from './asset-ref.ts';
import { type AssetRow, assetRow, bestReading, type ReadingClock } from './asset-row.ts';
import { type AssetOrder, behind, inOrder, sections } from './asset-sections.ts';
import { sortType } from './asset-sorts.ts';
import { assetsWithRowSince, hasRowSince, secondsBefore } from './place.ts';

/** The selected assets. Null is no condition; all conditions must hold. */
export interface AssetFilter {
  refs: AssetRef[] | null;
  /** Assets with one of these contracts. If two assets have an address, both match. */
  contracts: AssetRef[] | null;
  /** Whether their listings have left their sources; null selects both. */
  is_inactive: boolean | null;
  /** Upper case. */
  symbols: string[] | null;
  /** Part of the name, ignoring case. */
  name: string | null;
  /** Beginning of the id. */
  id: string | null;
  /** Beginning of the symbol or the id, or part of the name; ignoring case. */
  q: string | null;
}

export interface AssetsRequest extends ReadingClock, AssetOrder {
  filter: AssetFilter;
  limit: number;
  offset: number;
  seen: Instant | null;
}

/** The position of the row: AssetPlace. */
interface Placed {
  place_section: number;
  place_value: string | null;
  place_listing_id: number | null;
}

export type AssetPageRow = {
  current_version: Instant;
  total: string | null;
  unknown_refs: string[] | null;
  position: string | null;
} & ((AssetRow & Placed) | { asset_id: null });

/**
 * From this offset on, placing all assets at once costs less than a walk, which looks up the other series of each row
 * that it skips. By name there is nothing to look up.
 */
const DEEP_OFFSET = 1000;

const isDeep = ({ offset, sort }: AssetsRequest): boolean => offset >= DEEP_OFFSET && sort !== 'name';

/**
 * One page of assets ordered by a value. Unknown values come after known ones, and assets without recent data after
 * all others. Returns AssetPageRow rows, one of nulls if there are none. Without a filter it walks the value's
 * index, so a page costs the same for any number of assets; with a filter, or far behind the first row, it sorts the
 * matches.
 */
export function listAssets(db: Db, request: AssetsRequest) {
  const { filter } = request;
  // Nearly all assets are active, so a walk of these meets few others.
  const { is_inactive, ...search_filters } = filter;
  const isSearch =
    is_inactive !== false || Object.values(search_filters).some((condition) => condition !== null);
  return db.execute<AssetPageRow>('identity.assets')(sql`
    select ${instantText('v.current')} as current_version, total.total, ${unknownRefs(filter.refs)} as unknown_refs,
      page.*
    from (${versionAt(null)}) v
    cross join lateral (${isSearch ? searchTotal(request) : total(request)}) total
    left join lateral (
      ${isSearch || isDeep(request) ? search(request) : walk(request)}
    ) page on true
    order by page.position`);
}

const total = (request: AssetsRequest): SQL => {
  const { max_age_seconds } = request;
  const named =
    max_age_seconds === null
      ? sql`select l.asset_id from listings l`
      : assetsWithRowSince(secondsBefore(request, max_age_seconds));
  return sql`select count(*) as total from assets a where a.inactive_since is null and a.id in (${named})`;
};

const searchTotal = (request: AssetsRequest): SQL =>
  sql`select count(*) as total from (${matches(request)}) found`;

/** The place of row `p`, as a cursor says it. */
const place = ({ sort }: AssetsRequest): SQL => sql`
  p.section as place_section, p.listing_id as place_listing_id,
  ${sortType(sort) === 'timestamptz' ? instantText('p.value') : sql`p.value::text`} as place_value`;

// Every match is placed, and only the rows of the page are read.
const search = (request: AssetsRequest): SQL => sql`
  select ${assetRow(request)}, ${place(request)}, p.position
  from (
    select p.*, row_number() over (order by ${inOrder(request, 'p.id')}) as position
    from (${placesOf(request, matches(request))}) p
    where ${behind(request)}
    order by position
    limit ${request.limit}::int offset ${request.offset}::int
  ) p
  join assets a on a.id = p.id
  left join lateral (${bestReading(request)}) b on true`;

const matches = (request: AssetsRequest): SQL => sql`
  select a.id from assets a where ${conditions(request)} and ${unseen(request.seen)}`;

const walk = (request: AssetsRequest): SQL => sql`
  with ${sections(request)}
  select ${assetRow(request)}, ${place(request)}, row_number() over (order by ${inOrder(request, 'p.asset_id')}) as position
  from (
    select * from sections p
    order by ${inOrder(request, 'p.asset_id')}
    limit ${request.limit}::int offset ${request.offset}::int
  ) p
  join assets a
    on a.id = coalesce(p.asset_id, (select m.asset_id from listings m where m.id = p.listing_id))
  left join lateral (${bestReading(request)}) b on true`;

function conditions(request: AssetsRequest): SQL {
  const { refs, contracts, is_inactive, symbols, name, id, q } = request.filter;
  const { max_age_seconds } = request;
  return sql.join(
    [
      sql`exists (select from listings l where l.asset_id = a.id)`,
      ...(max_age_seconds === null
        ? []
        : [hasRowSince(sql`l.asset_id = a.id`, secondsBefore(request, max_age_seconds))]),
      ...(refs ? [sql`a.id in (${assetIds(refs)})`] : []),
      ...(contracts ? [sql`a.id in (${contractAssets(contracts)})`] : []),
      ...(is_inactive === null ? [] : [sql`(a.inactive_since is not null) = ${is_inactive}::boolean`]),
      ...(symbols
        ? [
            sql`a.id in (select l.asset_id from listings l where l.symbol = any(${sql.param(symbols)}::text[]))`,
          ]
        : []),
      ...(name === null ? [] : [sql`a.name ilike ${`%${literal(name)}%`}`]),
      ...(id === null ? [] : [sql`a.id ilike ${`${literal(id)}%`}`]),
      ...(q === null ? [] : [goesBy(q)]),
    ],
    sql` and `,
  );
}
