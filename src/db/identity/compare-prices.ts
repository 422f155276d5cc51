import { sql } from 'drizzle-orm';
import type { Continuation, ListingPair, PriceComparison } from '../../domain/identity/evidence.ts';
import type { Db } from '../client.ts';

/** The number of newest readings of a pair that are compared. */
const READINGS = 12;

/**
 * Compares the newest prices of each pair: PriceComparison rows. Each reading of the listing is compared with the
 * nearest reading of the anchor within 15 minutes. A reading without one does not count, and a pair without any has
 * no row.
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

/**
 * How the price of the anchor continues after the last one of the listing, for pairs of one source: Continuation
 * rows. A pair whose anchor has no later reading has no row.
 */
export function continuePrices(db: Db, pairs: readonly ListingPair[]) {
  return db.execute<Continuation>('identity.continue-prices')(sql`
    select p.anchor_id, p.listing_id, ceil(extract(epoch from f.observed_at - l.observed_at))::int as gap_seconds,
      greatest(f.price_usd, l.price_usd) / least(f.price_usd, l.price_usd) <= 1.5 as is_near
    from unnest(${sql.param(pairs.map((pair) => pair.anchor_id))}::int[],
                ${sql.param(pairs.map((pair) => pair.listing_id))}::int[]) as p (anchor_id, listing_id)
    join listings a on a.id = p.anchor_id
    join listings b on b.id = p.listing_id and b.source = a.source
    cross join lateral (
      select o.observed_at, o.price_usd from observations o
      where o.listing_id = b.id and o.kind = 'spot' and o.superseded_at is null and o.price_usd > 0
      order by o.observed_at desc
      limit 1
    ) l
    cross join lateral (
      select o.observed_at, o.price_usd from observations o
      where o.listing_id = a.id and o.kind = 'spot' and o.superseded_at is null and o.price_usd > 0
        and o.observed_at > l.observed_at
      order by o.observed_at
      limit 1
    ) f`);
}
