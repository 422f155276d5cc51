import { ApartRules, type Decided } from './apart.ts';
import { Clusters } from './clusters.ts';
import { withoutContest } from './contest.ts';
import { ContractLinks, getOrAdd } from './contract-links.ts';
import {
  coinKey,
  coinOrder,
  type IdentityFacts,
  type ListingFacts,
  type Method,
  type Pair,
  type PriorMapping,
  pairsOf,
  polledListings,
} from './evidence.ts';
import { joinContracts } from './join-contracts.ts';
import { joinSimilar } from './join-similar.ts';
import { groundIfJoined, type Joined, linksOf } from './joined.ts';
import { isOver, nameLinks } from './name-links.ts';
import { agreeing, type ComparisonOf, doubts } from './price-evidence.ts';
import { byArrival, type ContinuationOf, certainOnes, type Succession, successions } from './succession.ts';

/**
 * Joins polled listings to coins, strongest evidence first; weaker evidence never undoes a join. Evidence is about
 * pairs of listings of any two sources. A coin has at most one listing of each source, not counting past ones.
 */
export function joinListings(
  facts: IdentityFacts,
  decided: Decided,
  comparisonOf: ComparisonOf,
  continuationOf: ContinuationOf,
): Joined {
  const polled = polledListings(facts);
  const found = successions(facts, new ContractLinks(facts.contracts));
  const taken = certainOnes(found, comparisonOf, continuationOf);
  const isPast = pastOnes(facts, polled, taken);
  const past = new Set(polled.filter(isPast).map(coinKey));
  const contracts = new ContractLinks(facts.contracts, (coin) => past.has(coin));
  const rules = new ApartRules(facts, contracts, decided, comparisonOf);
  const clusters = new Clusters(polled, rules.isApart, isPast);
  const joined: Joined = { clusters, grounds: new Map(), doubts: [], contestOf: rules.contestOf };
  const tiers: Tiers = { facts, polled, decided, contracts, rules, comparisonOf, joined };
  joinDecided(tiers);
  joinReviewed(tiers);
  joinContracts(joined, facts, contracts, rules, comparisonOf);
  keepPrior(tiers);
  joinSuccessions(tiers, found, taken);
  if (!facts.is_listed) return joined;
  const names = nameLinks(facts, isPast);
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

/**
 * Listings that leave the place of their source: over, or missing while another of the source has taken it over.
 */
function pastOnes(facts: IdentityFacts, polled: readonly ListingFacts[], taken: readonly Succession[]) {
  const isAway = isOver(facts);
  const missing = new Set(facts.vanished.map(({ listing_id }) => listing_id));
  const home = homeOf(facts);
  const live = new Set(
    polled.flatMap(({ id, source }) => (missing.has(id) ? [] : [`${source}|${home.get(id)?.asset_id}`])),
  );
  const succeeded = new Set(taken.map(({ old }) => old.id));
  return (listing: ListingFacts): boolean =>
    isAway(listing) ||
    succeeded.has(listing.id) ||
    (missing.has(listing.id) &&
      home.has(listing.id) &&
      live.has(`${listing.source}|${home.get(listing.id)?.asset_id}`));
}

const homeOf = ({ mappings }: IdentityFacts): Map<number, PriorMapping> =>
  new Map(mappings.flatMap((m) => (m.state === 'active' ? [[m.listing_id, m]] : [])));

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

/** A mapping is valid until evidence contradicts it: missing evidence does not. */
function keepPrior(tiers: Tiers): void {
  const { facts, polled, decided, rules, joined } = tiers;
  const home = homeOf(facts);
  const prior = polled.flatMap((listing) => {
    const mapping = home.get(listing.id);
    return mapping === undefined || decided.placed.has(listing.id) ? [] : [{ mapping, listing }];
  });
  const isPlaced = ({ id }: ListingFacts) => decided.placed.has(id);
  const kept = new Map<string, ListingFacts[]>();
  for (const { mapping, listing } of inKeepingOrder(tiers, prior)) {
    const { asset_id, method, confidence, evidence } = mapping;
    const others = getOrAdd(kept, asset_id, () => []);
    if (joined.clusters.keep({ a: listing, b: asset_id }, isPlaced)) {
      others.push(listing);
      if (method !== 'own' && method !== 'decision' && !joined.grounds.has(listing.id))
        joined.grounds.set(listing.id, { method, confidence, evidence: withoutContest(evidence) });
      continue;
    }
    const other = others.find((stayed) => rules.contradict(stayed, listing));
    if (other !== undefined) contradiction(joined, rules, [other, listing], method);
  }
}

/**
 * The listing that fewer of the others contradict has priority, then the one that came first. A listing that
 * returned gets its place only if no other listing has it.
 */
function inKeepingOrder(
  { facts, rules }: Tiers,
  prior: readonly { mapping: PriorMapping; listing: ListingFacts }[],
) {
  const returned = new Set(facts.returned);
  const inOrder = coinOrder(facts.sources);
  const homes = Map.groupBy(prior, ({ mapping }) => mapping.asset_id);
  const against = new Map<number, number>();
  for (const mates of homes.values())
    for (const { listing } of mates)
      against.set(listing.id, mates.filter((mate) => rules.contradict(mate.listing, listing)).length);
  const isBack = ({ listing }: { listing: ListingFacts }) => Number(returned.has(listing.id));
  const objections = ({ listing }: { listing: ListingFacts }) => against.get(listing.id) ?? 0;
  return prior.toSorted(
    (a, b) =>
      isBack(a) - isBack(b) ||
      objections(a) - objections(b) ||
      (a.listing.source === b.listing.source
        ? byArrival(a.listing, b.listing)
        : inOrder(a.listing, b.listing)),
  );
}

/** Joins successors whose prices continue, and proposes the others. */
function joinSuccessions(
  { joined, decided }: Tiers,
  found: readonly Succession[],
  taken: readonly Succession[],
): void {
  const { clusters, grounds } = joined;
  clusters.join(taken.map(({ old, heir }) => ({ a: old, b: heir })));
  for (const { old, heir, evidence } of found) {
    if (clusters.of(old) === clusters.of(heir)) {
      const ground = { method: 'succession', evidence: { with: coinKey(old), ...evidence } } as const;
      if (!grounds.has(heir.id)) grounds.set(heir.id, ground);
    } else if (!decided.placed.has(heir.id))
      joined.doubts.push({ listing: heir, toward: old, state: 'proposed', method: 'succession', evidence });
  }
}

/** Joins groups of one name, each with at most one listing of a source. */
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
  const evidence = { with: coinKey(a), ...rules.differences(a, b) };
  joined.doubts.push({ listing: b, toward: a, state: 'conflict', method, evidence });
  rules.addConflict(a, b);
}
