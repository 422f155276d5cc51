import { sql } from 'drizzle-orm';
import type { ListingProfile } from '../../domain/observation.ts';
import type { Db } from '../client.ts';
import { arrayParam } from '../sql/array-param.ts';
import { closeVersion } from '../tape/version.ts';

export interface LoadedListingsRow {
  added: string;
  renamed: string;
}

/**
 * Makes the listings known, and follows their symbol and name; identity has to look at new and renamed ones, and at
 * those that were left without a row and an asset.
 * Of one that comes several times the first counts. Only unknown ones are inserted: an insert that meets a
 * conflict would still use up an identity value, thousands at each poll.
 */
export function loadListings(db: Db, source: string, listings: ListingProfile[]) {
  const distinct = new Map<string, ListingProfile>();
  for (const listing of listings)
    if (!distinct.has(listing.external_id)) distinct.set(listing.external_id, listing);
  const column = (key: keyof ListingProfile) =>
    arrayParam(
      [...distinct.values()].map((listing) => listing[key]),
      'text',
    );
  return db.execute<LoadedListingsRow>('identity.load-listings')(sql`
    with input as (
      select * from unnest(${column('external_id')}, ${column('symbol')}, ${column('name')})
        as i (external_id, symbol, name)
    ), renamed as (
      update listings l
      set symbol = coalesce(i.symbol, l.symbol), name = coalesce(i.name, l.name), is_resolved = false
      from input i
      where l.source = ${source} and l.external_id = i.external_id
        and ((coalesce(i.symbol, l.symbol), coalesce(i.name, l.name)) is distinct from (l.symbol, l.name)
          or (l.asset_id is null and l.is_resolved))
      returning l.id
    ), added as (
      insert into listings (source, external_id, symbol, name, first_known_at)
      select ${source}, i.external_id, i.symbol, i.name, v.next_version
      from input i cross join tape_version v
      where not exists (select from listings l where l.source = ${source} and l.external_id = i.external_id)
      returning id
    ), version as (${closeVersion(sql`exists (select from renamed) or exists (select from added)`)})
    select (select count(*) from added) as added, (select count(*) from renamed) as renamed`);
}
