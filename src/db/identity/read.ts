import { sql } from 'drizzle-orm';
import type {
  ContractFact,
  Decision,
  ListedCoin,
  ListingFacts,
  PriorAsset,
  PriorMapping,
  Vanished,
} from '../../domain/identity/evidence.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { instantText } from '../sql/instant-text.ts';
import { leaseEnd } from '../tape/leases.ts';
import { SILENT_AFTER } from './silence.ts';

/** The lease for the resolution of assets: one holder at a time. */
export const IDENTITY_LEASE = 'identity';

/** A source without a list of its coins counts a coin as missing after this time. */
const MISSED_AFTER = sql`interval '1 day'`;

/** The endpoint of a source that lists all its coins; a source without one has no entry. */
export interface CoinList {
  id: string;
  coin_list: string;
}

/** Takes the lease of identity: `[{ token }]`, or no row if it is held. */
export function takeIdentityLease(db: Db) {
  return db.execute<{ token: string }>('identity.take-lease')(sql`
    insert into leases as l (name, token, expires_at)
    values (${IDENTITY_LEASE}, 1, ${leaseEnd()})
    on conflict (name) do update set token = l.token + 1, expires_at = excluded.expires_at
    where l.expires_at < clock_timestamp()
    returning token`);
}

/**
 * The input of a resolution: listings (`is_bare`: from a file, without a row or a decision), vanished and returned
 * listings, catalog, contracts, decisions, assets, active mappings. Catalog and contracts contain only entries that
 * share a symbol, a name or an address with a listing, because nothing else can matter. The last result is `[{
 * is_listed }]`: whether each polled source has answered the endpoint of `lists` that names all its coins. A source
 * that fails for a day is no longer waited for.
 */
export function readIdentity(db: Db, lists: readonly CoinList[], now: Instant) {
  const column = (key: keyof CoinList) => sql.param(lists.map((list) => list[key]));
  return [
    db.execute<ListingFacts & { is_resolved: boolean; is_bare: boolean }>('identity.read-listings')(sql`
      select id, source, external_id, symbol, name, is_resolved, ${instantText('first_known_at')} as first_known_at,
        source = 'csv'
          and not exists (select from counts c where c.listing_id = l.id and c.observations > 0)
          and not exists (select from decisions d where d.listing_id = l.id) as is_bare
      from listings l`),
    db.execute<Vanished>('identity.read-vanished')(sql`
      select l.id as listing_id, ${instantText('m.since')} as missing_since,
        l.gone_at is not null or m.since < s.answered_at - ${SILENT_AFTER} as is_past
      from listings l
      join (select source, max(fetched_at) as answered_at from checkpoints group by source) s on s.source = l.source
      cross join lateral (
        select coalesce(l.missing_since, case when l.source <> all(${column('id')}::text[])
          and l.seen_at < s.answered_at - ${MISSED_AFTER} then l.seen_at end) as since
      ) m
      where l.seen_at is not null and m.since is not null`),
    db.execute<{ id: number }>('identity.read-returned')(
      sql`select id from listings where back_at is not null`,
    ),
    db.execute<ListedCoin>('identity.read-catalog')(sql`
      select c.source, c.external_id, c.symbol, c.name from catalog c
      where not exists (select from listings l where (l.source, l.external_id) = (c.source, c.external_id))
        and (c.symbol in (select symbol from listings) or c.name in (select name from listings))
        and c.gone_at is null`),
    db.execute<ContractFact>('identity.read-contracts')(sql`
      select k.source, k.external_id, k.platform, k.address from contracts k
      where (k.platform, k.address) in (
          select c.platform, c.address from contracts c
          join listings l on (l.source, l.external_id) = (c.source, c.external_id))
        and not exists (select from catalog g
          where (g.source, g.external_id) = (k.source, k.external_id) and g.gone_at is not null
            and not exists (select from listings l where (l.source, l.external_id) = (g.source, g.external_id)))`),
    db.execute<Decision>('identity.read-decisions')(
      sql`select id::int as id, listing_id, action, asset_id from decisions where undone_at is null`,
    ),
    db.execute<PriorAsset>('identity.read-assets')(sql`select id, symbol, name, merged_into from assets`),
    db.execute<PriorMapping>('identity.read-mappings')(sql`
      select id::int as id, listing_id, asset_id, method, confidence, evidence, state, flag_reason from mappings
      where state <> 'ended'`),
    db.execute<{ is_listed: boolean }>('identity.lists-answered')(sql`
      select not exists (
        select from unnest(${column('id')}::text[], ${column('coin_list')}::text[]) as l (source, endpoint)
        where exists (select from checkpoints c where c.source = l.source)
          and not exists (select from checkpoints c where (c.source, c.endpoint) = (l.source, l.endpoint))
          and not exists (select from endpoint_failures f where (f.source, f.endpoint) = (l.source, l.endpoint)
            and f.first_failed_at < ${now}::timestamptz - interval '1 day')
      ) as is_listed`),
  ] as const;
}

/** One row `{ open }`: whether a listing is new, renamed, has other contracts or a new decision. */
export function findUnresolved(db: Db) {
  return db.execute<{ open: boolean }>('identity.unresolved')(
    sql`select exists (select from listings where not is_resolved) as open`,
  );
}
