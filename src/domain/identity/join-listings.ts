import { ApartRules, type Decided } from './apart.ts';
import { Clusters } from './clusters.ts';
import { ContractLinks, getOrAdd } from './contract-links.ts';
import {
  coinKey,
  coinOrder,
  type IdentityFacts,
  type ListingFacts,
  type Method,
  type Pair,
  pairsOf,
  polledListings,
} from './evidence.ts';
import { joinContracts } from './join-contracts.ts';
import { joinSimilar } from './join-similar.ts';
import { groundIfJoined, type Joined, linksOf } from './joined.ts';
import { nameLinks } from './name-links.ts';
import { agreeing, type ComparisonOf, doubts } from './price-evidence.ts';

/**
 * Joins polled listings to coins, strongest evidence first; what weaker evidence adds never undoes it. Evidence
 * is about pairs of listings of any two sources; a coin has one listing of each source at most.
 */
export function joinListings(facts: IdentityFacts, decided: Decided, comparisonOf: ComparisonOf): Joined {
  const polled = polledListings(facts);
  const contracts = new ContractLinks(facts.contracts);
  const rules = new ApartRules(facts, contracts, decided);
  const joined: Joined = { clusters: new Clusters(polled, rules.isApart), grounds: new Map(), doubts: [] };
  const tiers: Tiers = { facts, polled, decided, contracts, rules, comparisonOf, joined };
  joinDecided(tiers);
  joinReviewed(tiers);
  joinContracts(joined, facts, contracts, rules);
  keepPrior(tiers);
  if (!facts.is_listed) return joined;
  const names = nameLinks(facts);
  joinNames(tiers, names.same);
  joinNames(tiers, names.alike);
  joinSimilar(joined, comparisonOf, names.similar);
  return joined;
}

interface Tiers {
  facts: IdentityFacts;
  polled: ListingFacts[];
  decided: Decided;
  contracts: ContractLinks;
  rules: ApartRules;
  comparisonOf: ComparisonOf;
  joined: Joined;
}

function joinDecided({ polled, decided, joined }: Tiers): void {
  for (const listing of polled) {
    const place = decided.placed.get(listing.id);
    if (place === undefined) continue;
    joined.clusters.force({ a: listing, b: place.asset_id });
    const { decision, action } = place;
    joined.grounds.set(listing.id, { method: 'decision', evidence: { decision, action } });
  }
}

function joinReviewed({ facts, polled, decided, joined }: Tiers): void {
  const byKey = new Map(polled.map((listing) => [coinKey(listing), listing]));
  for (const { ids } of facts.reviewed) {
    const coins = facts.sources.flatMap((source) => byKey.get(`${source}:${ids[source]}`) ?? []);
    const pairs = pairsOf(coins.filter(({ id }) => !decided.placed.has(id)));
    joined.clusters.join(linksOf(pairs));
    for (const pair of pairs) groundIfJoined(joined, pair, 'reviewed', () => ({}));
  }
}

/** What was mapped stays mapped until something speaks against it: evidence that is gone says nothing. */
function keepPrior({ facts, polled, decided, rules, joined }: Tiers): void {
  const byId = new Map(polled.map((listing) => [listing.id, listing]));
  const inOrder = coinOrder(facts.sources);
  const kept = new Map<string, ListingFacts[]>();
  const prior = facts.mappings
    .flatMap((mapping) => {
      const listing = byId.get(mapping.listing_id);
      const stood = mapping.state === 'active' && !decided.placed.has(mapping.listing_id);
      return stood && listing !== undefined ? [{ mapping, listing }] : [];
    })
    .sort((a, b) => inOrder(a.listing, b.listing));
  const isPlaced = ({ id }: ListingFacts) => decided.placed.has(id);
  for (const { mapping, listing } of prior) {
    const { asset_id, method, confidence, evidence } = mapping;
    const others = getOrAdd(kept, asset_id, () => []);
    if (joined.clusters.keep({ a: listing, b: asset_id }, isPlaced)) {
      others.push(listing);
      if (method !== 'own' && method !== 'decision' && !joined.grounds.has(listing.id))
        joined.grounds.set(listing.id, { method, confidence, evidence });
      continue;
    }
    const other = others.find((stayed) => rules.contradict(stayed, listing));
    if (other !== undefined) contradiction(joined, rules, [other, listing], method);
  }
}

/** Joins groups of one name, each with one listing of a source at most. */
function joinNames(
  { contracts, rules, comparisonOf, joined }: Tiers,
  groups: readonly ListingFacts[][],
): void {
  const { clusters } = joined;
  const isOpen = ([a, b]: Pair) => clusters.of(a) !== clusters.of(b);
  const open = groups.flatMap(pairsOf).filter(isOpen);
  clusters.join(linksOf(groups.flatMap((group) => pairsOf(agreeing(group, comparisonOf))).filter(isOpen)));
  for (const [a, b] of open) {
    const evidence = (listing: ListingFacts) => ({ symbol: listing.symbol ?? '', name: listing.name ?? '' });
    if (groundIfJoined(joined, [a, b], 'name', evidence)) continue;
    const comparison = comparisonOf(a, b);
    if (clusters.canJoin(clusters.of(a), clusters.of(b))) {
      const disagreed = doubts(comparison) ? { disagreed: comparison?.disagreed ?? 0 } : {};
      const shown = { with: coinKey(a), ...evidence(a), ...disagreed };
      joined.doubts.push({ listing: b, toward: a, state: 'proposed', method: 'name', evidence: shown });
    } else if (!rules.isSettled(a, b) && contracts.contradictions(a, b).length > 0)
      contradiction(joined, rules, [a, b], 'name');
  }
}

function contradiction(joined: Joined, rules: ApartRules, [a, b]: Pair, method: Method): void {
  const evidence = { with: coinKey(a), differing: rules.differing(a, b) };
  joined.doubts.push({ listing: b, toward: a, state: 'conflict', method, evidence });
  rules.addConflict(a, b);
}
