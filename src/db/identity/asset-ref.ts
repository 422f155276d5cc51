import { type SQL, sql } from 'drizzle-orm';

/** An asset as API callers name it: by its id, or by what a source calls a listing of it. */
export interface AssetRef {
  /** Null: `value` is the asset's id. Otherwise it is the external id of a listing of this source. */
  source: string | null;
  value: string;
}

/** A table expression of refs; name its columns `(source, value)`. */
const refRows = (refs: readonly AssetRef[]): SQL =>
  sql`unnest(${sql.param(refs.map(({ source }) => source))}::text[],
             ${sql.param(refs.map(({ value }) => value))}::text[])`;

// Made for a listing of a file whose rows were all withdrawn: kept for the sake of its mappings, and no asset any more.
const STANDS = sql`(
  exists (select from listings h where h.asset_id = coalesce(a.merged_into, a.id))
  or not exists (
    select from mappings m join listings h on h.id = m.listing_id
    where m.asset_id = a.id and h.source = 'csv' and h.asset_id is null))`;

/** The ids of the assets that the refs name, as a select; an asset that was merged is the one it went into. */
export const assetIds = (refs: readonly AssetRef[]): SQL => sql`
  select coalesce(a.merged_into, a.id) as id
  from ${refRows(refs)} as r (source, value) join assets a on r.source is null and a.id = r.value
  where ${STANDS}
  union all
  select n.asset_id
  from ${refRows(refs)} as r (source, value) join listings n on n.source = r.source and n.external_id = r.value
  where n.asset_id is not null`;

/** The ids of all listings of those assets, as a select. A listing without an asset stands for itself. */
export const refListings = (refs: readonly AssetRef[]): SQL => sql`
  select m.id from (${assetIds(refs)}) named join listings m on m.asset_id = named.id
  union all
  select n.id
  from ${refRows(refs)} as r (source, value) join listings n on n.source = r.source and n.external_id = r.value`;

/** The refs nobody has, as their texts, for a select list. */
export const unknownRefs = (refs: readonly AssetRef[] | null): SQL =>
  refs === null
    ? sql`null::text[]`
    : sql`(select array_agg(coalesce(r.source || ':', '') || r.value order by r.position)
           from ${refRows(refs)} with ordinality as r (source, value, position)
           where not exists (select from assets a where r.source is null and a.id = r.value and ${STANDS})
             and not exists (select from listings l where l.source = r.source and l.external_id = r.value))`;

/** What a caller can send as `asset` for a listing: its asset's id, or its own name while it has none. */
export const assetName = (listing: string): SQL =>
  sql.raw(`coalesce(${listing}.asset_id, ${listing}.source || ':' || ${listing}.external_id)`);
