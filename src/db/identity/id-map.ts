import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { instantText } from '../sql/instant-text.ts';
import { unseen, versionAt } from '../tape/scope.ts';
import { type AssetNames, assetNames } from './asset-names.ts';

export interface IdMapFacts extends AssetNames {
  asset_id: string;
  symbol: string | null;
  name: string | null;
  is_inactive: boolean;
}

/** A row of the map; an empty map is one row of nulls with the version. */
export type IdMapRow = { current_version: Instant } & (IdMapFacts | { asset_id: null });

/** The names of every asset at every source, by our id, as of one moment: IdMapRow rows. */
export function listIds(db: Db, { limit, seen }: { limit: number | null; seen: Instant | null }) {
  return db.execute<IdMapRow>('identity.id-map')(sql`
    select ${instantText('v.current')} as current_version, found.*
    from (${versionAt(null)}) v
    left join lateral (
      select a.id as asset_id, a.symbol, a.name, a.inactive_since is not null as is_inactive, ${assetNames()}
      from assets a
      where ${unseen(seen)} and exists (select from listings l where l.asset_id = a.id)
      order by a.id
      limit ${limit}::int
    ) found on true
    order by found.asset_id`);
}
