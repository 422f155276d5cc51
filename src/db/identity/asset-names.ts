import { type SQL, sql } from 'drizzle-orm';

/** A contract of an asset, and the sources that list it. */
export interface AssetContract {
  chain: string;
  address: string;
  sources: string[];
}

/** The names of an asset elsewhere. */
export interface AssetNames {
  contracts: AssetContract[];
  /** By source. If a source lists the asset several times, the id that is listed now. Files have none. */
  ids: Record<string, string>;
}

/** The select list of AssetNames for `a`, an asset. Only polled listings have a `seen_at`. */
export const assetNames = (): SQL => sql`
  (select coalesce(json_agg(json_build_object('chain', c.platform, 'address', c.address, 'sources', c.sources)
      order by c.platform, c.address), '[]')
    from (
      select k.platform, k.address, array_agg(distinct k.source order by k.source) as sources
      from listings l join contracts k on (k.source, k.external_id) = (l.source, l.external_id)
      where l.asset_id = a.id and l.gone_at is null
      group by k.platform, k.address
    ) c) as contracts,
  (select coalesce(json_object_agg(i.source, i.external_id order by i.source), '{}')
    from (
      select distinct on (l.source) l.source, l.external_id
      from listings l
      where l.asset_id = a.id and l.source <> 'csv'
      order by l.source, l.missing_since is not null, l.first_known_at desc, l.external_id
    ) i) as ids`;

/** A text inside a pattern of `like`, where it means itself. */
export const literal = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

/** Whether the symbol or the id of asset `a` begins with a text, or its name contains it; ignoring case. */
export const goesBy = (q: string): SQL => sql`
  (a.symbol ilike ${`${literal(q)}%`} or a.id ilike ${`${literal(q)}%`} or a.name ilike ${`%${literal(q)}%`})`;

/**
 * When a source last had the asset: the instant of its newest row, or the hour of its last listing. Null for files.
 */
export const lastSeenAt = (): SQL => sql`(
  select max(greatest(l.seen_at, o.observed_at)) at time zone 'utc'
  from listings l left join latest_observations o on o.listing_id = l.id
  where l.asset_id = a.id and l.seen_at is not null)`;
