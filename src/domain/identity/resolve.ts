import { type IdentityChanges, identityChanges } from './changes.ts';
import { ContractLinks } from './contract-links.ts';
import {
  type Continuation,
  type IdentityFacts,
  type ListingPair,
  type Pair,
  type PriceComparison,
  pairsOf,
  polledListings,
  type Resolution,
} from './evidence.ts';
import { nameLinks } from './name-links.ts';
import { resolveOnce } from './resolve-once.ts';
import { successionPairs, successions } from './succession.ts';

/** The second pass nearly always confirms the first. */
const PASSES_MAX = 4;

/**
 * Resolves the asset of each listing. It is pure, gives the same result for the same facts in any order, and is
 * final: repeated, it changes nothing. Existing mappings are also evidence, so it repeats until nothing changes.
 * `comparisons` and `continuations` are of the pairs that pairsToPrice names; prices neither confirm nor doubt a
 * pair without one.
 */
export function resolve(
  facts: IdentityFacts,
  comparisons: readonly PriceComparison[],
  continuations: readonly Continuation[] = [],
): Resolution {
  const known = new Set(facts.assets.map(({ id }) => id));
  let standing = facts;
  for (let pass = 1; ; pass += 1) {
    const found = resolveOnce(standing, comparisons, continuations);
    if (pass === PASSES_MAX || isEmpty(identityChanges(standing, found)))
      return { ...found, merged: found.merged.filter(({ id }) => known.has(id)) };
    standing = factsAfter(standing, found);
  }
}

const isEmpty = (changes: IdentityChanges): boolean =>
  Object.values(changes).every(({ length }) => length === 0);

/** The facts after the resolution is written. */
function factsAfter(facts: IdentityFacts, { assets, mappings, merged }: Resolution): IdentityFacts {
  const current = new Set(assets.map(({ id }) => id));
  const into = new Map(merged.map((one) => [one.id, one.into]));
  const former = facts.assets.filter(({ id }) => !current.has(id));
  return {
    ...facts,
    assets: [
      ...assets.map((asset) => ({ ...asset, merged_into: null })),
      ...former.map((asset) => ({ ...asset, merged_into: into.get(asset.id) ?? asset.merged_into })),
    ],
    mappings: mappings.map((mapping, at) => ({ ...mapping, id: at + 1 })),
  };
}

/** The pairs whose prices matter to resolve: those that labels suggest, and those that are mapped to one asset. */
export function pairsToPrice(facts: IdentityFacts): ListingPair[] {
  const asset = new Map(
    facts.mappings.flatMap((m) => (m.state === 'active' ? [[m.listing_id, m.asset_id]] : [])),
  );
  const homes = Map.groupBy(polledListings(facts), ({ id }) => asset.get(id) ?? null);
  homes.delete(null);
  const { same, alike, similar } = nameLinks(facts);
  const suggested = [...same, ...alike].flatMap(pairsOf);
  const taken = successionPairs(successions(facts, new ContractLinks(facts.contracts)));
  const pairs: Pair[] = [...[...homes.values()].flatMap(pairsOf), ...suggested, ...similar, ...taken];
  const distinct = new Map(pairs.map(([a, b]) => [`${a.id}|${b.id}`, { anchor_id: a.id, listing_id: b.id }]));
  return [...distinct.values()];
}
