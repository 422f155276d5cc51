import type { ApartRules } from './apart.ts';
import type { Node } from './clusters.ts';
import { type ContractLinks, getOrAdd } from './contract-links.ts';
import {
  coinKey,
  coinOrder,
  type IdentityFacts,
  type ListingFacts,
  type Pair,
  pairsOf,
  polledListings,
} from './evidence.ts';
import { groundIfJoined, type Joined, linksOf } from './joined.ts';
import { type ComparisonOf, confirms } from './price-evidence.ts';

/** Existing pairs come first, so a vendor's mistake does not split a known asset. */
export function joinContracts(
  joined: Joined,
  facts: IdentityFacts,
  contracts: ContractLinks,
  rules: ApartRules,
  comparisonOf: ComparisonOf,
): void {
  const polled = polledListings(facts);
  const byKey = new Map(polled.map((listing) => [coinKey(listing), listing]));
  const inOrder = coinOrder(facts.sources);
  const pairs = contracts
    .groups()
    .flatMap((keys) => pairsOf(keys.flatMap((key) => byKey.get(key) ?? []).sort(inOrder)));
  const mates = standingMates(facts, polled);
  const stood = pairs.filter(([a, b]) => mates(a).includes(b));
  joined.clusters.join(linksOf(stood));
  joined.clusters.join(linksOf(pairs), wouldTear(pairs, mates, rules, comparisonOf));
  for (const [a, b] of pairs) {
    const evidence = { contracts: contracts.shared(a, b) };
    if (groundIfJoined(joined, [a, b], 'contract', () => evidence) || rules.isSettled(a, b)) continue;
    const differing = contracts.contradictions(a, b);
    const shown = { with: coinKey(a), ...evidence, ...(differing.length > 0 && { differing }) };
    joined.doubts.push({ listing: b, toward: a, state: 'conflict', method: 'contract', evidence: shown });
    rules.addConflict(a, b);
  }
}

type Mates = (listing: ListingFacts) => readonly ListingFacts[];

/** The listings of the same asset, including the given one; only that one if it is new. */
function standingMates(facts: IdentityFacts, polled: readonly ListingFacts[]): Mates {
  const home = new Map(
    facts.mappings.flatMap((m) => (m.state === 'active' ? [[m.listing_id, m.asset_id]] : [])),
  );
  const homes = new Map<string, ListingFacts[]>();
  for (const listing of polled) {
    const asset = home.get(listing.id);
    if (asset !== undefined) getOrAdd(homes, asset, () => []).push(listing);
  }
  return (listing) => homes.get(home.get(listing.id) ?? '') ?? [listing];
}

/**
 * Whether two listings can only be one coin if a third, mapped to the same asset as one of them, leaves that asset.
 * A listing replaces another one of its source only by a contract that it shares itself. It does not replace it
 * while the prices of the other one still agree and its own do not.
 */
function wouldTear(pairs: readonly Pair[], mates: Mates, rules: ApartRules, comparisonOf: ComparisonOf) {
  const linked = new Set(pairs.flatMap(([a, b]) => [`${a.id}|${b.id}`, `${b.id}|${a.id}`]));
  const leaves = (a: ListingFacts, b: ListingFacts) => {
    const others = mates(a).filter(({ source }) => source !== a.source);
    const isShared = mates(a).some(({ source, id }) => source === a.source && linked.has(`${id}|${b.id}`));
    const isHeld = (mate: ListingFacts) =>
      mate !== b && confirms(comparisonOf(a, mate)) && !confirms(comparisonOf(a, b));
    return others.some((mate) =>
      mate.source === b.source ? mate !== b && (!isShared || isHeld(mate)) : rules.isApart(mate, b),
    );
  };
  return (a: Node, b: Node): boolean =>
    typeof a !== 'string' && typeof b !== 'string' && (leaves(a, b) || leaves(b, a));
}
