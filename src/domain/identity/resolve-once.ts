import { type Decided, decidedOf } from './apart.ts';
import { AssetIds, sortClusters } from './asset-ids.ts';
import { contestReason, contestsOf, withContest } from './contest.ts';
import {
  CONFIDENCE,
  type Continuation,
  compareTexts,
  DOUBT_CONFIDENCE,
  type IdentityFacts,
  type ListingFacts,
  type PriceComparison,
  type PriorMapping,
  type Resolution,
  type ResolvedAsset,
  type ResolvedMapping,
} from './evidence.ts';
import { joinListings } from './join-listings.ts';
import type { Ground, Joined } from './joined.ts';
import { placeFiles } from './place-files.ts';
import { type ComparisonOf, comparisonLookup } from './price-evidence.ts';
import { priceFlags } from './price-flags.ts';
import { continuationLookup } from './succession.ts';

/** One pass of resolve: the existing mappings are those of `facts`. */
export function resolveOnce(
  facts: IdentityFacts,
  comparisons: readonly PriceComparison[],
  continuations: readonly Continuation[],
): Resolution {
  const decided = decidedOf(facts);
  const comparisonOf = comparisonLookup(comparisons);
  const joined = joinListings(facts, decided, comparisonOf, continuationLookup(continuations));
  const ids = new AssetIds(facts, decided);
  const standing = new Map(facts.mappings.map((mapping) => [keyOf(mapping), mapping]));
  const vanished = new Set(facts.vanished.map(({ listing_id }) => listing_id));
  const liveFirst = (listings: readonly ListingFacts[]) =>
    listings.toSorted((a, b) => Number(vanished.has(a.id)) - Number(vanished.has(b.id)));
  const assetOf = new Map<number | string, string>();
  const resolution: Resolution = { assets: [], mappings: [], merged: [] };
  for (const cluster of sortClusters(joined.clusters.all(), facts.sources)) {
    // Until all coins are known, a coin without an id keeps only an id from its own source.
    const isNamed = cluster.asset_ids.length > 0 || cluster.listings[0]?.source === facts.sources[0];
    if (!facts.is_listed && !isNamed) continue;
    const id = ids.idOf(cluster);
    for (const node of [...cluster.listings.map((listing) => listing.id), ...cluster.asset_ids])
      assetOf.set(node, id);
    assetOf.set(id, id);
    resolution.assets.push(assetNamed(id, liveFirst(cluster.listings)));
    resolution.mappings.push(...mappingsOf(id, cluster.listings, joined, comparisonOf, standing));
  }
  for (const { listing, ...placed } of placeFiles(facts, decided, assetOf, ids)) {
    if (!assetOf.has(placed.asset_id)) resolution.assets.push(assetNamed(placed.asset_id, [listing]));
    assetOf.set(placed.asset_id, placed.asset_id).set(listing.id, placed.asset_id);
    resolution.mappings.push(active(placed.asset_id, listing, placed, null));
  }
  resolution.mappings.push(...doubtful(joined, decided, assetOf, facts));
  resolution.merged = mergedAssets(facts, assetOf, resolution.assets);
  return sorted(resolution);
}

const keyOf = ({ listing_id, asset_id }: { listing_id: number; asset_id: string }) =>
  `${listing_id}|${asset_id}`;

/** The labels of the first listing that has any: by precedence of the source, vanished listings last. */
const assetNamed = (id: string, listings: readonly ListingFacts[]): ResolvedAsset => ({
  id,
  symbol: listings.find(({ symbol }) => symbol !== null)?.symbol ?? null,
  name: listings.find(({ name }) => name !== null)?.name ?? null,
});

const OWN: Ground = { method: 'own', evidence: {} };

function mappingsOf(
  asset_id: string,
  listings: readonly ListingFacts[],
  { grounds, contestOf }: Joined,
  comparisonOf: ComparisonOf,
  standing: ReadonlyMap<string, PriorMapping>,
): ResolvedMapping[] {
  const [anchor] = listings;
  const flags = priceFlags(
    listings,
    comparisonOf,
    ({ id }) => standing.get(keyOf({ listing_id: id, asset_id }))?.flag_reason ?? null,
  );
  const contests = contestsOf(listings, contestOf);
  return listings.map((listing) => {
    const found = grounds.get(listing.id) ?? OWN;
    // Its evidence has left: a single listing is its own asset.
    const ground = listing !== anchor || found.method === 'decision' ? found : OWN;
    const contest = contests.get(listing.id);
    const flag = flags.get(listing.id) ?? null;
    if (contest === undefined) return active(asset_id, listing, ground, flag);
    const contested = { ...ground, evidence: withContest(ground.evidence, contest) };
    return active(asset_id, listing, contested, flag ?? contestReason(listing, contest));
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

function doubtful(
  { doubts }: Joined,
  { rejected }: Decided,
  assetOf: ReadonlyMap<number | string, string>,
  { assets }: IdentityFacts,
): ResolvedMapping[] {
  const made = new Map<string, ResolvedMapping>();
  const known = new Set(assets.map(({ id }) => id));
  for (const [listing_id, decided] of rejected)
    for (const [asset_id, decision] of decided)
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

/** Assets whose listings are now mapped to another one. */
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
