import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { ListingProfile } from '../../domain/observation.ts';
import type { Db } from '../client.ts';
import { arrayParam } from '../sql/array-param.ts';
import { closeVersion } from '../tape/version.ts';

export interface LoadedListingsRow {
  added: string;
  renamed: string;
}

/**
 * Inserts unknown listings, and updates symbols and names. Identity must resolve new and renamed listings, and
 * those that were left without a row and an asset. If a listing comes several times, the first one counts. Only
 * unknown listings are inserted: an insert with a conflict would still use up an identity value, thousands at each
 * poll. `seen_at` is when the source listed them, or null if the data is not of the present. It is stored to the
 * hour, so most polls change nothing.
 */
export function loadListings(
  db: Db,
  source: string,
  listings: ListingProfile[],
  seen_at: Instant | null = null,
) {
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
    ), known as (
      select l.id, k.symbol, k.name, (k.symbol, k.name) is distinct from (l.symbol, l.name)
          or (l.asset_id is null and l.is_resolved) as is_renamed,
        coalesce(l.seen_at < ${seen_at}::timestamptz - interval '1 hour', ${seen_at}::timestamptz is not null) as is_seen
      from input i join listings l on l.source = ${source} and l.external_id = i.external_id
      cross join lateral (select coalesce(i.symbol, l.symbol) as symbol, coalesce(i.name, l.name) as name) k
    ), followed as (
      update listings l
      set symbol = k.symbol, name = k.name, is_resolved = l.is_resolved and not k.is_renamed,
        seen_at = case when k.is_seen then ${seen_at}::timestamptz else l.seen_at end
      from known k
      where l.id = k.id and (k.is_renamed or k.is_seen)
      returning k.is_renamed
    ), added as (
      insert into listings (source, external_id, symbol, name, first_known_at, seen_at)
      select ${source}, i.external_id, i.symbol, i.name, v.next_version, ${seen_at}::timestamptz
      from input i cross join tape_version v
      where not exists (select from listings l where l.source = ${source} and l.external_id = i.external_id)
      returning id
    ), version as (${closeVersion(sql`exists (select from followed where is_renamed) or exists (select from added)`)})
    select (select count(*) from added) as added, (select count(*) from followed where is_renamed) as renamed`);
}
