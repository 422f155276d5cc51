import { comparePrices } from '../../db/identity/compare-prices.ts';
import type { Deps } from '../../deps.ts';
import type { IdentityFacts, ListingFacts } from '../../domain/identity/evidence.ts';
import { pairsToPrice, resolve } from '../../domain/identity/resolve.ts';
import { instantOfDate } from '../../domain/instant.ts';
import type { ListingProfile } from '../../domain/observation.ts';
import { files } from '../../sources/csv/source.ts';
import { readFacts } from './identity-facts.ts';

/** The asset that each listing of a file would get, by its external id, if its rows were stored now. */
export async function predictAssets(
  deps: Deps,
  profiles: readonly ListingProfile[],
): Promise<ReadonlyMap<string, string>> {
  if (profiles.length === 0) return new Map();
  const { facts } = await readFacts(deps);
  const listings = new Map(
    facts.listings.filter(({ source }) => source === files.id).map((one) => [one.external_id, one]),
  );
  const now = instantOfDate(deps.now());
  const named = new Map<string, ListingFacts>();
  for (const { external_id, symbol, name } of profiles) {
    const known = listings.get(external_id);
    if (named.has(external_id)) continue;
    named.set(external_id, {
      id: known?.id ?? -1 - named.size,
      source: files.id,
      external_id,
      symbol: symbol ?? known?.symbol ?? null,
      name: name ?? known?.name ?? null,
      first_known_at: known?.first_known_at ?? now,
    });
  }
  return assetsIn({ ...facts, listings: withListings(facts.listings, named) }, named, deps);
}

const withListings = (listings: readonly ListingFacts[], named: ReadonlyMap<string, ListingFacts>) => [
  ...listings.filter(({ source, external_id }) => source !== files.id || !named.has(external_id)),
  ...named.values(),
];

async function assetsIn(
  facts: IdentityFacts,
  named: ReadonlyMap<string, ListingFacts>,
  { db }: Deps,
): Promise<ReadonlyMap<string, string>> {
  const pairs = pairsToPrice(facts);
  const comparisons = pairs.length > 0 ? await comparePrices(db, pairs) : [];
  const assets = new Map(
    resolve(facts, comparisons).mappings.flatMap(({ state, listing_id, asset_id }) =>
      state === 'active' ? [[listing_id, asset_id]] : [],
    ),
  );
  return new Map(
    [...named].flatMap(([external_id, { id }]) => {
      const asset = assets.get(id);
      return asset === undefined ? [] : [[external_id, asset]];
    }),
  );
}
