import { sql } from 'drizzle-orm';
import type { CatalogEntry } from '../../domain/identity/catalog.ts';
import type { Db } from '../client.ts';
import { closeVersion } from '../tape/version.ts';

export interface LoadedCatalogRow {
  /** Listings whose contracts have changed, which identity must resolve again. */
  changed: string;
}

/**
 * Stores the coins of a source's complete list. For a platform that an entry names, its addresses are replaced;
 * platforms that the list omits do not change. Returns one LoadedCatalogRow.
 */
export function loadCatalog(db: Db, source: string, entries: readonly CatalogEntry[]) {
  const named = entries.filter(({ symbol, name }) => symbol !== null || name !== null);
  const column = (key: 'external_id' | 'symbol' | 'name') => sql.param(named.map((entry) => entry[key]));
  const addresses = entries.flatMap(({ external_id, contracts }) =>
    contracts.map((contract) => ({ external_id, ...contract })),
  );
  const part = (key: 'external_id' | 'platform' | 'address') => sql.param(addresses.map((row) => row[key]));
  return db.execute<LoadedCatalogRow>('identity.load-catalog')(sql`
    with entries as (
      select distinct on (external_id) external_id, symbol, name
      from unnest(${column('external_id')}::text[], ${column('symbol')}::text[], ${column('name')}::text[])
        with ordinality as i (external_id, symbol, name, position)
      order by external_id, position
    ), input as (
      select distinct external_id, platform, address
      from unnest(${part('external_id')}::text[], ${part('platform')}::text[], ${part('address')}::text[])
        as i (external_id, platform, address)
    ), named as (
      insert into catalog as c (source, external_id, symbol, name)
      select ${source}, external_id, symbol, name from entries
      on conflict (source, external_id) do update set symbol = excluded.symbol, name = excluded.name
      where (c.symbol, c.name) is distinct from (excluded.symbol, excluded.name)
    ), gone as (
      delete from contracts c
      where c.source = ${source}
        and exists (select from input i where i.external_id = c.external_id and i.platform = c.platform)
        and not exists (select from input i
          where (i.external_id, i.platform, i.address) = (c.external_id, c.platform, c.address))
      returning external_id
    ), added as (
      insert into contracts (source, external_id, platform, address)
      select ${source}, external_id, platform, address from input
      on conflict do nothing
      returning external_id
    ), marked as (
      update listings l set is_resolved = false
      where l.source = ${source}
        and l.external_id in (select external_id from gone union select external_id from added)
      returning id
    ), version as (${closeVersion(sql`exists (select from gone) or exists (select from added)`)})
    select count(*) as changed from marked`);
}
