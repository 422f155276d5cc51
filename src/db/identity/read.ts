import { sql } from 'drizzle-orm';
import type {
  ContractFact,
  Decision,
  ListedCoin,
  ListingFacts,
  ListingPair,
  PriceComparison,
  PriorAsset,
  PriorMapping,
} from '../../domain/identity/evidence.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { leaseEnd } from '../tape/leases.ts';

/** The lease for settling identity: one holder at a time. */
export const IDENTITY_LEASE = 'identity';

/** The endpoint of a source that names all its coins; a source without one has no entry. */
export interface CoinList {
  id: string;
  coin_list: string;
}

/** Takes the lease of identity: `[{ token }]`, or no row when somebody else has it. */
export function takeIdentityLease(db: Db) {
  return db.execute<{ token: string }>('identity.take-lease')(sql`
    insert into leases as l (name, token, expires_at)
    values (${IDENTITY_LEASE}, 1, ${leaseEnd()})
    on conflict (name) do update set token = l.token + 1, expires_at = excluded.expires_at
    where l.expires_at < clock_timestamp()
    returning token`);
}

/**
 * All that a resolution looks at: listings (`is_bare`: of files, without a row or a decision), catalog, contracts, decisions, assets, mappings that stand. Of catalog and
 * contracts only what shares a symbol, a name or an address with a listing, since nothing else can matter. Last
 * `[{ is_listed }]`: whether each source that was polled has answered the endpoint of `lists` that names all its
 * coins; one that fails for a day is waited for no longer.
 */
export function readIdentity(db: Db, lists: readonly CoinList[], now: Instant) {
  const column = (key: keyof CoinList) => sql.param(lists.map((list) => list[key]));
  return [
    db.execute<ListingFacts & { is_resolved: boolean; is_bare: boolean }>('identity.read-listings')(sql`
      select id, source, external_id, symbol, name, is_resolved, source = 'csv'
          and not exists (select from counts c where c.listing_id = l.id and c.observations > 0)
          and not exists (select from decisions d where d.listing_id = l.id) as is_bare
      from listings l`),
    db.execute<ListedCoin>('identity.read-catalog')(sql`
      select c.source, c.external_id, c.symbol, c.name from catalog c
      where not exists (select from listings l where (l.source, l.external_id) = (c.source, c.external_id))
        and (c.symbol in (select symbol from listings) or c.name in (select name from listings))`),
    db.execute<ContractFact>('identity.read-contracts')(sql`
      select source, external_id, platform, address from contracts
      where (platform, address) in (
          select c.platform, c.address from contracts c
          join listings l on (l.source, l.external_id) = (c.source, c.external_id))`),
    db.execute<Decision>('identity.read-decisions')(
      sql`select id::int as id, listing_id, action, asset_id from decisions`,
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

/** Readings of a pair that are compared: the newest ones. */
const READINGS = 12;

/**
 * How the newest prices of each pair compare, as PriceComparison rows. Each reading of the listing meets the
 * nearest of the anchor within 15 minutes; a reading without one says nothing, and a pair without any has no row.
 */
export function comparePrices(db: Db, pairs: readonly ListingPair[]) {
  return db.execute<PriceComparison>('identity.compare-prices')(sql`
    select p.anchor_id, p.listing_id, count(*)::int as aligned,
      count(*) filter (where r.ratio <= 1.03)::int as agreed,
      count(*) filter (where r.ratio > 1.2)::int as disagreed,
      bool_and(r.is_pegged) as is_pegged
    from unnest(${sql.param(pairs.map((pair) => pair.anchor_id))}::int[],
                ${sql.param(pairs.map((pair) => pair.listing_id))}::int[]) as p (anchor_id, listing_id)
    cross join lateral (
      select o.observed_at, o.price_usd from observations o
      where o.listing_id = p.listing_id and o.kind = 'spot' and o.superseded_at is null and o.price_usd > 0
      order by o.observed_at desc
      limit ${READINGS}::int
    ) mine
    cross join lateral (
      select o.price_usd from observations o
      where o.listing_id = p.anchor_id and o.kind = 'spot' and o.superseded_at is null and o.price_usd > 0
        and o.observed_at between mine.observed_at - interval '15 minutes' and mine.observed_at + interval '15 minutes'
      order by abs(extract(epoch from o.observed_at - mine.observed_at)), o.observed_at
      limit 1
    ) theirs
    cross join lateral (
      select greatest(mine.price_usd, theirs.price_usd) / least(mine.price_usd, theirs.price_usd) as ratio,
        mine.price_usd between 0.95 and 1.05 as is_pegged
    ) r
    group by p.anchor_id, p.listing_id`);
}
