import { ApartRules, type Verdicts } from './apart.ts';
import { Clusters, type Link } from './clusters.ts';
import { ContractLinks } from './contract-links.ts';
import {
  coinKey,
  compareCoins,
  type Evidence,
  type IdentityFacts,
  isPolled,
  type ListingFacts,
  type Method,
  type PriceTally,
} from './evidence.ts';
import { namePairs, type Pair } from './name-links.ts';

/** What a listing's mapping rests on. */
export interface Ground {
  method: Method;
  confidence?: string;
  evidence: Evidence;
}

/** A mapping that was not made, and why. */
export interface Doubt {
  listing: ListingFacts;
  /** Whose asset it would be. */
  toward: ListingFacts;
  state: 'proposed' | 'conflict';
  method: Method;
  evidence: Evidence;
}

export interface Joined {
  clusters: Clusters;
  /** By listing id; a listing without one stands for itself. */
  grounds: Map<number, Ground>;
  doubts: Doubt[];
}

interface PairLink extends Link {
  a: ListingFacts;
  b: ListingFacts;
}

export type TallyOf = (anchor: ListingFacts, listing: ListingFacts) => PriceTally | undefined;

/** Readings that have to agree before similar names are taken for one coin. */
const AGREED_MIN = 3;

/** Joins polled listings to coins, strongest evidence first; what weaker evidence adds never undoes it. */
export function joinListings(facts: IdentityFacts, verdicts: Verdicts, tallyOf: TallyOf): Joined {
  const polled = facts.listings.filter(isPolled).sort(compareCoins);
  const contracts = new ContractLinks(facts.contracts);
  const rules = new ApartRules(facts, contracts, verdicts);
  const joined: Joined = { clusters: new Clusters(polled, rules.isApart), grounds: new Map(), doubts: [] };
  const names = namePairs(polled, facts.catalog);
  const tiers: Tiers = { facts, polled, verdicts, contracts, rules, tallyOf, joined };
  joinDecided(tiers);
  joinReviewed(tiers);
  joinContracts(tiers);
  keepPrior(tiers);
  if (!facts.is_listed) return joined;
  joinNames(tiers, names.exact);
  joinSimilar(tiers, names.similar);
  return joined;
}

interface Tiers {
  facts: IdentityFacts;
  polled: ListingFacts[];
  verdicts: Verdicts;
  contracts: ContractLinks;
  rules: ApartRules;
  tallyOf: TallyOf;
  joined: Joined;
}

function joinDecided({ polled, verdicts, joined }: Tiers): void {
  for (const listing of polled) {
    const verdict = verdicts.pinned.get(listing.id);
    if (verdict === undefined) continue;
    joined.clusters.force({ a: listing, b: verdict.asset_id });
    const { decision, action } = verdict;
    joined.grounds.set(listing.id, { method: 'decision', evidence: { decision, action } });
  }
}

function joinReviewed({ facts, polled, verdicts, joined }: Tiers): void {
  const byKey = new Map(polled.map((listing) => [coinKey(listing), listing]));
  for (const { coinpaprika, coingecko } of facts.reviewed) {
    const a = byKey.get(`coinpaprika:${coinpaprika}`);
    const b = byKey.get(`coingecko:${coingecko}`);
    if (a === undefined || b === undefined || verdicts.pinned.has(a.id) || verdicts.pinned.has(b.id))
      continue;
    joined.clusters.join([{ a, b }]);
    if (joined.clusters.of(a) === joined.clusters.of(b)) ground(joined, b, 'reviewed', { with: coinKey(a) });
  }
}

/** Pairs that stood before go first, so that a vendor's slip does not tear apart what is known. */
function joinContracts({ facts, polled, contracts, rules, joined }: Tiers): void {
  const byKey = new Map(polled.map((listing) => [coinKey(listing), listing]));
  const links = contracts.groups().flatMap((keys): PairLink[] => {
    const coins = keys.flatMap((key) => byKey.get(key) ?? []).sort(compareCoins);
    return coins.flatMap((a, at) => coins.slice(at + 1).map((b) => ({ a, b })));
  });
  const home = new Map(
    facts.mappings.flatMap((m) => (m.state === 'active' ? [[m.listing_id, m.asset_id]] : [])),
  );
  const stood = links.filter(({ a, b }) => home.has(a.id) && home.get(a.id) === home.get(b.id));
  const { clusters, doubts } = joined;
  clusters.join(stood);
  clusters.join(links);
  for (const { a, b } of links) {
    const evidence = { with: coinKey(a), contracts: contracts.shared(a, b) };
    if (clusters.of(a) === clusters.of(b)) ground(joined, b, 'contract', evidence);
    else if (!rules.isSettled(a, b)) {
      const differing = contracts.contradictions(a, b);
      const told = differing.length > 0 ? { ...evidence, differing } : evidence;
      doubts.push({ listing: b, toward: a, state: 'conflict', method: 'contract', evidence: told });
      rules.addConflict(a, b);
    }
  }
}

/** What was mapped stays mapped until something speaks against it: evidence that is gone says nothing. */
function keepPrior({ facts, polled, verdicts, rules, joined }: Tiers): void {
  const byId = new Map(polled.map((listing) => [listing.id, listing]));
  const anchors = new Map<string, ListingFacts>();
  const prior = facts.mappings
    .flatMap((mapping) => {
      const listing = byId.get(mapping.listing_id);
      const stood = mapping.state === 'active' && !verdicts.pinned.has(mapping.listing_id);
      return stood && listing !== undefined ? [{ mapping, listing }] : [];
    })
    .sort((a, b) => compareCoins(a.listing, b.listing));
  const isPinned = ({ id }: ListingFacts) => verdicts.pinned.has(id);
  for (const { mapping, listing } of prior) {
    const { asset_id, method, confidence, evidence } = mapping;
    const anchor = anchors.get(asset_id);
    if (joined.clusters.keep({ a: listing, b: asset_id }, isPinned)) {
      if (anchor === undefined) anchors.set(asset_id, listing);
      if (method !== 'own' && method !== 'decision' && !joined.grounds.has(listing.id))
        joined.grounds.set(listing.id, { method, confidence, evidence });
    } else if (anchor !== undefined && rules.contradict(anchor, listing))
      contradiction(joined, rules, [anchor, listing], method);
  }
}

function joinNames({ contracts, rules, tallyOf, joined }: Tiers, pairs: readonly Pair[]): void {
  const { clusters, doubts } = joined;
  for (const [a, b] of pairs) {
    if (clusters.of(a) === clusters.of(b)) continue;
    const evidence = { with: coinKey(a), symbol: a.symbol ?? '', name: a.name ?? '' };
    const tally = tallyOf(a, b);
    const isDoubted = tally !== undefined && tally.aligned > 0 && tally.disagreed === tally.aligned;
    if (isDoubted && clusters.canJoin(clusters.of(a), clusters.of(b)))
      doubts.push({
        listing: b,
        toward: a,
        state: 'proposed',
        method: 'name',
        evidence: { ...evidence, disagreed: tally.disagreed },
      });
    else if (!isDoubted && clusters.join([{ a, b }]).length === 0) ground(joined, b, 'name', evidence);
    else if (!rules.isSettled(a, b) && contracts.contradictions(a, b).length > 0)
      contradiction(joined, rules, [a, b], 'name');
  }
}

function joinSimilar({ tallyOf, joined }: Tiers, pairs: readonly Pair[]): void {
  const { clusters, doubts } = joined;
  const open = pairs.filter(
    ([a, b]) => clusters.of(a) !== clusters.of(b) && clusters.canJoin(clusters.of(a), clusters.of(b)),
  );
  const links = open.map(([a, b]) => ({ a, b, tally: tallyOf(a, b) }));
  const rivals = countNodes(links);
  const confirmed = links.filter(
    ({ a, b, tally }) => isConfirmed(tally) && rivals(a) === 1 && rivals(b) === 1,
  );
  clusters.join(confirmed);
  for (const { a, b, tally } of links) {
    const evidence = { with: coinKey(a), names: [a.name ?? '', b.name ?? ''], agreed: tally?.agreed ?? 0 };
    if (clusters.of(a) === clusters.of(b)) ground(joined, b, 'similar', evidence);
    else if (!isRefuted(tally) && clusters.canJoin(clusters.of(a), clusters.of(b)))
      doubts.push({
        listing: b,
        toward: a,
        state: 'proposed',
        method: 'similar',
        evidence: { with: evidence.with, names: evidence.names },
      });
  }
}

const isConfirmed = (tally: PriceTally | undefined): boolean =>
  tally !== undefined && tally.agreed >= AGREED_MIN && tally.agreed === tally.aligned && !tally.is_pegged;

const isRefuted = (tally: PriceTally | undefined): boolean =>
  tally !== undefined && tally.disagreed >= AGREED_MIN && tally.disagreed === tally.aligned;

function countNodes(links: readonly PairLink[]): (listing: ListingFacts) => number {
  const counts = new Map<number, number>();
  for (const { id } of links.flatMap(({ a, b }) => [a, b])) counts.set(id, (counts.get(id) ?? 0) + 1);
  return (listing) => counts.get(listing.id) ?? 0;
}

/** The first ground of a listing is its strongest. */
function ground(joined: Joined, listing: ListingFacts, method: Method, evidence: Evidence): void {
  if (!joined.grounds.has(listing.id)) joined.grounds.set(listing.id, { method, evidence });
}

function contradiction(joined: Joined, rules: ApartRules, [a, b]: Pair, method: Method): void {
  const evidence = { with: coinKey(a), differing: rules.differing(a, b) };
  joined.doubts.push({ listing: b, toward: a, state: 'conflict', method, evidence });
  rules.addConflict(a, b);
}
