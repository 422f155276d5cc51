import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { selectInstant } from '../sql/instant-text.ts';

export interface LakeListingRow {
  version: Instant;
  source: string;
  external_id: string;
  symbol: string | null;
  name: string | null;
  asset: string | null;
}

/** All listings with the tape version they are from: LakeListingRow rows, or none. */
export function listListings(db: Db) {
  return db.execute<LakeListingRow>('lake.listings')(sql`
    select ${selectInstant('v.version')} as version, l.source, l.external_id, l.symbol, l.name, l.asset_id as asset
    from listings l cross join tape_version v`);
}

/**
 * One row `{ changed }`: whether a listing is new, or has another name or mapping, since the newest part of
 * listings.
 */
export function findListingChange(db: Db) {
  return db.execute<{ changed: boolean }>('lake.listings-changed')(sql`
    select exists (
      select from listing_events e
      where e.event in ('seen', 'relabelled', 'remapped') and e.version > coalesce(
        (select max(p.version_to) from lake_parts p where p.kind = 'listings' and p.written_at is not null), '-infinity')
    ) as changed`);
}
