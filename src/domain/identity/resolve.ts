import { type Verdicts, verdictsOf } from './apart.ts';
import { AssetIds, sortClusters } from './asset-ids.ts';
import type { Cluster } from './clusters.ts';
import {
  CONFIDENCE,
  coinKey,
  compareCoins,
  compareTexts,
  DOUBT_CONFIDENCE,
  type IdentityFacts,
  isPolled,
  type ListingFacts,
  type ListingPair,
  NAMING_ORDER,
  type PriceTally,
  type PriorMapping,
  type Resolution,
  type ResolvedAsset,
  type ResolvedMapping,
} from './evidence.ts';
import { type Ground, type Joined, joinListings, type TallyOf } from './join-listings.ts';
import { namePairs } from './name-links.ts';
import { placeFiles } from './place-files.ts';

/** Readings that have to disagree, all of them, before a mapping is flagged; and the fewest that clear it. */
const DISAGREED_MIN = 6;
const CLEARED_MIN = 3;

/**
 * Settles which asset each listing is. Pure, and the same for the same facts in any order. `tallies` are of
 * the pairs that pairsToPrice names; a pair without one is neither confirmed nor doubted by its prices.
 */
export function resolve(facts: IdentityFacts, tallies: readonly PriceTally[]): Resolution {
  const verdicts = verdictsOf(facts);
  const tallyOf = lookup(tallies);
  const joined = joinListings(facts, verdicts, tallyOf);
  const ids = new AssetIds(facts, verdicts);
  const standing = new Map(facts.mappings.map((mapping) => [keyOf(mapping), mapping]));
  const assetOf = new Map<number | string, string>();
  const resolution: Resolution = { assets: [], mappings: [], merged: [] };
  for (const cluster of sortClusters(joined.clusters.all())) {
    if (!facts.is_listed && isUndecided(cluster)) continue;
    const id = ids.idOf(cluster);
    for (const node of [...cluster.listings.map((listing) => listing.id), ...cluster.asset_ids])
      assetOf.set(node, id);
    assetOf.set(id, id);
    resolution.assets.push(assetNamed(id, cluster.listings));
    resolution.mappings.push(...mappingsOf(id, cluster.listings, joined, tallyOf, standing));
  }
  for (const { listing, ...placed } of placeFiles(facts, verdicts, assetOf, ids)) {
    if (!assetOf.has(placed.asset_id)) resolution.assets.push(assetNamed(placed.asset_id, [listing]));
    assetOf.set(placed.asset_id, placed.asset_id).set(listing.id, placed.asset_id);
    resolution.mappings.push(active(placed.asset_id, listing, placed, null));
  }
  resolution.mappings.push(...doubtful(joined, verdicts, assetOf, facts));
  resolution.merged = mergedAssets(facts, assetOf, resolution.assets);
  return sorted(resolution);
}

/** Until all coins are known, a coin without an id keeps none but one that is named by its own source. */
const isUndecided = ({ listings: [anchor], asset_ids }: Cluster): boolean =>
  asset_ids.length === 0 && anchor?.source !== NAMING_ORDER[0];

/** The pairs whose prices matter to resolve: those that labels suggest, and those that are mapped together. */
export function pairsToPrice(facts: IdentityFacts): ListingPair[] {
  const byId = new Map(facts.listings.filter(isPolled).map((listing) => [listing.id, listing]));
  const homes = new Map<string, ListingFacts[]>();
  for (const { state, asset_id, listing_id } of facts.mappings) {
    const listing = byId.get(listing_id);
    if (state === 'active' && listing !== undefined)
      homes.set(asset_id, [...(homes.get(asset_id) ?? []), listing].sort(compareCoins));
  }
  const mapped = [...homes.values()].flatMap(([anchor, ...others]) =>
    anchor === undefined ? [] : others.map((other) => [anchor, other] as const),
  );
  const { exact, similar } = namePairs(facts.listings, facts.catalog);
  const pairs = new Map<string, ListingPair>();
  for (const [a, b] of [...mapped, ...exact, ...similar])
    pairs.set(`${a.id}|${b.id}`, { anchor_id: a.id, listing_id: b.id });
  return [...pairs.values()];
}

function lookup(tallies: readonly PriceTally[]): TallyOf {
  const byPair = new Map(tallies.map((tally) => [`${tally.anchor_id}|${tally.listing_id}`, tally]));
  return (anchor, listing) => byPair.get(`${anchor.id}|${listing.id}`);
}

const keyOf = ({ listing_id, asset_id }: { listing_id: number; asset_id: string }) =>
  `${listing_id}|${asset_id}`;

/** The labels of the first listing that has any: sources by precedence. */
const assetNamed = (id: string, listings: readonly ListingFacts[]): ResolvedAsset => ({
  id,
  symbol: listings.find(({ symbol }) => symbol !== null)?.symbol ?? null,
  name: listings.find(({ name }) => name !== null)?.name ?? null,
});

const OWN: Ground = { method: 'own', evidence: {} };

function mappingsOf(
  asset_id: string,
  listings: readonly ListingFacts[],
  { grounds }: Joined,
  tallyOf: TallyOf,
  standing: ReadonlyMap<string, PriorMapping>,
): ResolvedMapping[] {
  const [anchor] = listings;
  return listings.map((listing) => {
    const ground = grounds.get(listing.id);
    // What it rested on has left: alone, a listing stands for itself.
    const isBacked = listing !== anchor || ground?.method === 'decision';
    const prior = standing.get(keyOf({ listing_id: listing.id, asset_id }));
    const flag =
      anchor === undefined || listing === anchor
        ? null
        : flagOf(anchor, listing, tallyOf(anchor, listing), prior?.flag_reason ?? null);
    return active(asset_id, listing, isBacked ? (ground ?? OWN) : OWN, flag);
  });
}

const active = (
  asset_id: string,
  listing: ListingFacts,
  { method, confidence, evidence }: Ground,
  flag_reason: string | null,
): ResolvedMapping => ({
  listing_id: listing.id,
  asset_id,
  method,
  confidence: confidence ?? CONFIDENCE[method],
  evidence,
  state: 'active',
  flag_reason,
});

/** A flag is a question to the operator; it never moves a series. */
function flagOf(
  anchor: ListingFacts,
  listing: ListingFacts,
  tally: PriceTally | undefined,
  flagged: string | null,
): string | null {
  if (tally === undefined) return flagged;
  const { aligned, disagreed } = tally;
  if (aligned >= DISAGREED_MIN && disagreed === aligned)
    return `The prices of ${coinKey(anchor)} and ${coinKey(listing)} stay more than 20 % apart.`;
  return aligned >= CLEARED_MIN && disagreed === 0 ? null : flagged;
}

function doubtful(
  { doubts }: Joined,
  { rejected }: Verdicts,
  assetOf: ReadonlyMap<number | string, string>,
  { assets }: IdentityFacts,
): ResolvedMapping[] {
  const made = new Map<string, ResolvedMapping>();
  const known = new Set(assets.map(({ id }) => id));
  for (const [listing_id, verdicts] of rejected)
    for (const [asset_id, decision] of verdicts)
      if (known.has(asset_id) && assetOf.has(listing_id) && assetOf.get(listing_id) !== asset_id)
        made.set(keyOf({ listing_id, asset_id }), {
          listing_id,
          asset_id,
          method: 'decision',
          confidence: DOUBT_CONFIDENCE.rejected,
          evidence: { decision, action: 'reject' },
          state: 'rejected',
          flag_reason: null,
        });
  const byState = [...doubts].sort((a, b) => compareTexts(a.state, b.state)); // conflicts before proposals
  for (const { listing, toward, state, method, evidence } of byState) {
    const asset_id = assetOf.get(toward.id);
    if (asset_id === undefined || assetOf.get(listing.id) === asset_id) continue;
    const mapping = { listing_id: listing.id, asset_id, method, evidence, state, flag_reason: null };
    if (!made.has(keyOf(mapping)))
      made.set(keyOf(mapping), { ...mapping, confidence: DOUBT_CONFIDENCE[state] });
  }
  return [...made.values()];
}

/** Assets whose listings now stand for another one. */
function mergedAssets(
  { assets, mappings }: IdentityFacts,
  assetOf: ReadonlyMap<number | string, string>,
  resolved: readonly ResolvedAsset[],
): Resolution['merged'] {
  const standing = new Set(resolved.map(({ id }) => id));
  const targets = new Map<string, Set<string>>();
  for (const { state, asset_id, listing_id } of mappings) {
    const into = assetOf.get(listing_id);
    if (state === 'active' && into !== undefined && !standing.has(asset_id))
      targets.set(asset_id, (targets.get(asset_id) ?? new Set<string>()).add(into));
  }
  return assets.flatMap(({ id, merged_into }) => {
    const [into, ...more] = targets.get(id) ?? [];
    if (into !== undefined && more.length === 0) return [{ id, into }];
    return merged_into !== null && !standing.has(id)
      ? [{ id, into: assetOf.get(merged_into) ?? merged_into }]
      : [];
  });
}

function sorted({ assets, mappings, merged }: Resolution): Resolution {
  return {
    assets: assets.sort((a, b) => compareTexts(a.id, b.id)),
    mappings: mappings.sort((a, b) => a.listing_id - b.listing_id || compareTexts(a.asset_id, b.asset_id)),
    merged: merged.sort((a, b) => compareTexts(a.id, b.id)),
  };
}
