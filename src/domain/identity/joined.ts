import type { Clusters, Link } from './clusters.ts';
import type { Differences } from './contest.ts';
import { coinKey, type Evidence, type ListingFacts, type Method, type Pair } from './evidence.ts';

/** The evidence behind a listing's mapping. */
export interface Ground {
  method: Method;
  confidence?: string;
  evidence: Evidence;
}

/** A mapping that was not made, and why. */
export interface Doubt {
  listing: ListingFacts;
  /** The listing whose asset it would get. */
  toward: ListingFacts;
  state: 'proposed' | 'conflict';
  method: Method;
  evidence: Evidence;
}

export interface Joined {
  clusters: Clusters;
  /** By listing id; a listing without an id is its own key. */
  grounds: Map<number, Ground>;
  doubts: Doubt[];
  /** The evidence against two listings of one asset; null if there is none. */
  contestOf: (a: ListingFacts, b: ListingFacts) => Differences | null;
}

export const linksOf = (pairs: readonly Pair[]): Link[] => pairs.map(([a, b]) => ({ a, b }));

/**
 * Whether the pair is one coin. If so, the listing without a ground gets the other as its ground; the first ground
 * of a listing is its strongest. `evidenceOf` returns the evidence about the other.
 */
export function groundIfJoined(
  { clusters, grounds }: Joined,
  [a, b]: Pair,
  method: Method,
  evidenceOf: (listing: ListingFacts) => Evidence,
): boolean {
  if (clusters.of(a) !== clusters.of(b)) return false;
  const [listing, other] = grounds.has(b.id) ? [a, b] : [b, a];
  if (!grounds.has(listing.id))
    grounds.set(listing.id, { method, evidence: { with: coinKey(other), ...evidenceOf(other) } });
  return true;
}
