import type { Node } from './clusters.ts';
import { nameKey } from './coin-name.ts';
import type { ContractLinks } from './contract-links.ts';
import { coinKey, type IdentityFacts, type ListingFacts, type ReviewedAsset } from './evidence.ts';

/** The last word of the operators on each listing. */
export interface Decided {
  /** Listing id to the asset an operator has placed it with, and by which decision. */
  placed: Map<number, { asset_id: string; decision: number; action: 'confirm' | 'pin' }>;
  /** Listing id to assets it is not, and by which decision. */
  rejected: Map<number, Map<string, number>>;
}

/** Of decisions on the same listing and asset the newest counts; of pins of a listing, the newest. */
export function decidedOf({ decisions }: Pick<IdentityFacts, 'decisions'>): Decided {
  const decided: Decided = { placed: new Map(), rejected: new Map() };
  for (const { id, listing_id, action, asset_id } of [...decisions].sort((a, b) => a.id - b.id)) {
    const rejected = decided.rejected.get(listing_id) ?? new Map<string, number>();
    decided.rejected.set(listing_id, rejected);
    if (action === 'reject') {
      rejected.set(asset_id, id);
      if (decided.placed.get(listing_id)?.asset_id === asset_id) decided.placed.delete(listing_id);
    } else {
      rejected.delete(asset_id);
      decided.placed.set(listing_id, { asset_id, decision: id, action });
    }
  }
  return decided;
}

/** What keeps two nodes from being one coin. */
export class ApartRules {
  readonly #contracts: ContractLinks;
  readonly #decided: Decided;
  /** `source:external_id` of a reviewed coin to its entry in the list. */
  readonly #reviewed = new Map<string, ReviewedAsset>();
  /** Asset id to the listings that stood for it. */
  readonly #homes = new Map<string, Set<number>>();
  readonly #conflicts = new Set<string>();

  constructor(facts: IdentityFacts, contracts: ContractLinks, decided: Decided) {
    this.#contracts = contracts;
    this.#decided = decided;
    for (const entry of facts.reviewed)
      for (const [source, id] of Object.entries(entry.ids)) this.#reviewed.set(`${source}:${id}`, entry);
    for (const { state, asset_id, listing_id } of facts.mappings)
      if (state === 'active')
        this.#homes.set(asset_id, (this.#homes.get(asset_id) ?? new Set<number>()).add(listing_id));
  }

  isApart = (a: Node, b: Node): boolean =>
    this.isSettled(a, b) ||
    (typeof a !== 'string' &&
      typeof b !== 'string' &&
      (this.contradict(a, b) || this.#conflicts.has(pair(a, b))));

  /** Whether the reviewed list or an operator says so: then there is nothing left to ask. */
  isSettled(a: Node, b: Node): boolean {
    if (typeof a === 'string') return typeof b !== 'string' && this.#isRejected(b, a);
    if (typeof b === 'string') return this.#isRejected(a, b);
    return this.#areReviewedApart(a, b) || this.#isOtherThan(a, b) || this.#isOtherThan(b, a);
  }

  /** Whether their contracts say that they are two: no address shared on a platform where both have some. */
  contradict(a: ListingFacts, b: ListingFacts): boolean {
    if (this.#decided.placed.has(a.id) || this.#decided.placed.has(b.id)) return false;
    if (this.#reviewed.has(coinKey(a)) && this.#reviewed.get(coinKey(a)) === this.#reviewed.get(coinKey(b)))
      return false;
    if (this.#contracts.contradictions(a, b).length === 0) return false;
    // Vendors list different bridged tokens of one coin; with a shared address and one name that is no doubt.
    return this.#contracts.shared(a, b).length === 0 || nameKey(a.name) !== nameKey(b.name);
  }

  /** The platforms on which their contracts differ. */
  differing(a: ListingFacts, b: ListingFacts): string[] {
    return this.#contracts.contradictions(a, b);
  }

  /** From now on these two do not meet by weaker evidence either. */
  addConflict(a: ListingFacts, b: ListingFacts): void {
    this.#conflicts.add(pair(a, b));
  }

  #isRejected(listing: ListingFacts, asset: string): boolean {
    return this.#decided.rejected.get(listing.id)?.has(asset) ?? false;
  }

  /** A listing that was said not to be an asset is none of its other listings. */
  #isOtherThan(listing: ListingFacts, other: ListingFacts): boolean {
    const rejected = [...(this.#decided.rejected.get(listing.id)?.keys() ?? [])];
    return rejected.some((asset) => this.#homes.get(asset)?.has(other.id) ?? false);
  }

  /** Two entries are two coins, and the ids of an entry belong to nobody else. */
  #areReviewedApart(a: ListingFacts, b: ListingFacts): boolean {
    if (a.source === b.source) return false;
    const [left, right] = [this.#reviewed.get(coinKey(a)), this.#reviewed.get(coinKey(b))];
    if (left === right) return false;
    const areTwo = left !== undefined && right !== undefined;
    return areTwo || left?.ids[b.source] !== undefined || right?.ids[a.source] !== undefined;
  }
}

const pair = (a: ListingFacts, b: ListingFacts) => (a.id < b.id ? `${a.id}|${b.id}` : `${b.id}|${a.id}`);
