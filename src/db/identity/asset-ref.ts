import { type SQL, sql } from 'drizzle-orm';
import { CHAINS } from '../../domain/identity/chains.ts';
import { selectedLater } from '../sql/later.ts';

/** An asset as API callers name it: by its id, by a source's id of a listing, or by a contract. */
export interface AssetRef {
  /**
   * Null: `value` is the asset's id. For a source, `value` is the external id of a listing; for a chain, the
   * address in the chain's normalized form. No chain has the name of a source.
   */
  source: string | null;
  value: string;
}

/** The contracts of listings that have an asset. An address of two assets identifies neither. */
const CONTRACTS = sql`(
  contracts k join listings n on (n.source, n.external_id) = (k.source, k.external_id) and n.asset_id is not null)`;

/** A table expression of refs; its columns must be called `(source, value)`. */
export const refRows = (refs: readonly AssetRef[]): SQL =>
  sql`unnest(${sql.param(refs.map(({ source }) => source))}::text[],
             ${sql.param(refs.map(({ value }) => value))}::text[])`;

// False for an asset that was made for a listing of a file whose rows were all withdrawn: it is kept only for its
// mappings. Nearly every asset has a listing, so Postgres does not even plan the second half.
const STANDS = sql`(
  exists (select from listings h where h.asset_id = coalesce(a.merged_into, a.id))
  or ${selectedLater(
    sql`
    select to_json(not exists (
      select from mappings m join listings h on h.id = m.listing_id
      where m.asset_id = @1 and h.source = 'csv' and h.asset_id is null))`,
    [sql`a.id`],
  )}::text = 'true')`;

type Way = 'asset' | 'contract' | 'listing';
const wayOf = ({ source }: AssetRef): Way => {
  if (source === null) return 'asset';
  return CHAINS.includes(source) ? 'contract' : 'listing';
};

// Only the ways that the refs use: planning each way costs more than walking it.
const BY_WAY: Record<Way, (refs: readonly AssetRef[]) => SQL> = {
  asset: (refs) => sql`
    select coalesce(a.merged_into, a.id) as id
    from ${refRows(refs)} as r (source, value) join assets a on a.id = r.value`,
  listing: (refs) => sql`
    select n.asset_id as id
    from ${refRows(refs)} as r (source, value) join listings n on n.source = r.source and n.external_id = r.value
    where n.asset_id is not null`,
  contract: (refs) => sql`
    select min(n.asset_id) as id
    from ${refRows(refs)} as r (source, value) join ${CONTRACTS} on (k.platform, k.address) = (r.source, r.value)
    group by r.source, r.value
    having count(distinct n.asset_id) = 1`,
};

/** A select of the ids of the assets that the refs name. For a merged asset it is the asset that took it over. */
export const assetIds = (refs: readonly AssetRef[]): SQL =>
  ways(refs, (way, own) => (way === 'asset' ? sql`${BY_WAY.asset(own)} where ${STANDS}` : BY_WAY[way](own)));

const ways = (refs: readonly AssetRef[], select: (way: Way, own: AssetRef[]) => SQL): SQL =>
  sql.join(
    [...Map.groupBy(refs, wayOf)].map(([way, own]) => select(way, own)),
    sql` union all `,
  );

/** A select of the ids of all assets that have one of these contracts. */
export const contractAssets = (refs: readonly AssetRef[]): SQL => sql`
  select n.asset_id
  from ${refRows(refs)} as r (source, value) join ${CONTRACTS} on (k.platform, k.address) = (r.source, r.value)`;

/** A select of the ids of all listings of those assets. A listing without an asset represents itself. */
export const refListings = (refs: readonly AssetRef[]): SQL => {
  const listings = refs.filter((ref) => wayOf(ref) === 'listing');
  // An asset without a listing contributes none, whether it stands or not.
  const named = ways(refs, (way, own) => BY_WAY[way](own));
  const ofAssets = sql`select m.id from (${named}) named join listings m on m.asset_id = named.id`;
  if (listings.length === 0) return ofAssets;
  return sql`
    ${ofAssets}
    union all
    select n.id
    from ${refRows(listings)} as r (source, value) join listings n on n.source = r.source and n.external_id = r.value`;
};

const IS_KNOWN: Record<Way, SQL> = {
  asset: sql`exists (select from assets a where r.source is null and a.id = r.value and ${STANDS})`,
  listing: sql`exists (select from listings l where l.source = r.source and l.external_id = r.value)`,
  contract: sql`exists (select from ${CONTRACTS} where (k.platform, k.address) = (r.source, r.value)
               having count(distinct n.asset_id) = 1)`,
};

/** The unknown refs, as texts, for a select list. */
export const unknownRefs = (refs: readonly AssetRef[] | null): SQL =>
  refs === null
    ? sql`null::text[]`
    : sql`(select array_agg(coalesce(r.source || ':', '') || r.value order by r.position)
           from ${refRows(refs)} with ordinality as r (source, value, position)
           where not (${sql.join(
             [...new Set(refs.map(wayOf))].map((way) => IS_KNOWN[way]),
             sql` or `,
           )}))`;

/**
 * A value for the parameter `asset` that identifies a listing: its asset's id, or its own name while it has none.
 */
export const assetName = (listing: string): SQL =>
  sql.raw(`coalesce(${listing}.asset_id, ${listing}.source || ':' || ${listing}.external_id)`);
