import type { Node } from './clusters.ts';
import { areSimilarNames, nameKey } from './coin-name.ts';
import type { Differences } from './contest.ts';
import type { ContractLinks } from './contract-links.ts';
import {
  coinKey,
  type IdentityFacts,
  type ListingFacts,
  type Method,
  type ReviewedAsset,
} from './evidence.ts';
import { type ComparisonOf, parted } from './price-evidence.ts';

/** The newest decision of the operators on each listing. */
export interface Decided {
  /** Listing id to the asset with which an operator has placed it, and the decision. */
  placed: Map<number, { asset_id: string; decision: number; action: 'confirm' | 'pin' }>;
  /** Listing id to the assets from which an operator has excluded it, and the decisions. */
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

/** The reasons that keep two nodes from being one coin. */
export class ApartRules {
  readonly #contracts: ContractLinks;
  readonly #decided: Decided;
  /** `source:external_id` of a reviewed coin to its entry in the list. */
  readonly #reviewed = new Map<string, ReviewedAsset>();
  /** Asset id to the listings mapped to it before. */
  readonly #homes = new Map<string, Set<number>>();
  /** Listing id to its former asset. */
  readonly #home = new Map<number, string>();
  /** Listing id to the listing of the same name by which it was joined. */
  readonly #namedAfter = new Map<number, string>();
  readonly #conflicts = new Set<string>();
  readonly #comparisonOf: ComparisonOf;

  constructor(facts: IdentityFacts, contracts: ContractLinks, decided: Decided, comparisonOf: ComparisonOf) {
    this.#contracts = contracts;
    this.#comparisonOf = comparisonOf;
    this.#decided = decided;
    for (const entry of facts.reviewed)
      for (const [source, id] of Object.entries(entry.ids)) this.#reviewed.set(`${source}:${id}`, entry);
    for (const { state, asset_id, listing_id, method, evidence } of facts.mappings)
      if (state === 'active') {
        this.#homes.set(asset_id, (this.#homes.get(asset_id) ?? new Set<number>()).add(listing_id));
        this.#home.set(listing_id, asset_id);
        if (NAMED.has(method)) this.#namedAfter.set(listing_id, String(evidence.with));
      }
  }

  isApart = (a: Node, b: Node): boolean =>
    this.isSettled(a, b) ||
    (typeof a !== 'string' &&
      typeof b !== 'string' &&
      (this.contradict(a, b) || this.#conflicts.has(pair(a, b))));

  /** Whether the reviewed list or an operator decides it: then no question is left. */
  isSettled(a: Node, b: Node): boolean {
    if (typeof a === 'string') return typeof b !== 'string' && this.#isRejected(b, a);
    if (typeof b === 'string') return this.#isRejected(a, b);
    return this.#areReviewedApart(a, b) || this.#isOtherThan(a, b) || this.#isOtherThan(b, a);
  }

  /**
   * Whether the evidence makes them two coins. Two listings that shared an asset keep it until their prices part:
   * one vendor may only be late with a change.
   */
  contradict(a: ListingFacts, b: ListingFacts): boolean {
    if (this.#standTogether(a, b)) return this.contestOf(a, b) !== null && parted(this.#comparisonOf(a, b));
    return !this.#areOneByWord(a, b) && this.#contractsContradict(a, b);
  }

  /** Why the present evidence would not join two listings that share an asset; null if nothing prevents it. */
  contestOf = (a: ListingFacts, b: ListingFacts): Differences | null => {
    if (a.source === b.source || !this.#standTogether(a, b) || this.#areOneByWord(a, b)) return null;
    const isContested = this.#contractsContradict(a, b) || this.#areRenamed(a, b);
    return isContested ? this.differences(a, b) : null;
  };

  /** The platforms on which their contracts differ, and their names if these are not alike. */
  differences(a: ListingFacts, b: ListingFacts): Differences {
    const differing = this.#contracts.contradictions(a, b);
    return {
      ...(differing.length > 0 && { differing }),
      ...(this.#areRenamed(a, b) && { names: [a.name ?? '', b.name ?? ''] }),
    };
  }

  /** Whether two listings that were joined by their names now have different names, and share no address. */
  #areRenamed(a: ListingFacts, b: ListingFacts): boolean {
    const wereOne = this.#namedAfter.get(a.id) === coinKey(b) || this.#namedAfter.get(b.id) === coinKey(a);
    if (!wereOne || a.name === null || b.name === null || this.#contracts.shared(a, b).length > 0)
      return false;
    return nameKey(a.name) !== nameKey(b.name) && !areSimilarNames(a.name, b.name);
  }

  /** A decision of an operator, or the reviewed list. */
  #areOneByWord(a: ListingFacts, b: ListingFacts): boolean {
    if (this.#decided.placed.has(a.id) || this.#decided.placed.has(b.id)) return true;
    const entry = this.#reviewed.get(coinKey(a));
    return entry !== undefined && entry === this.#reviewed.get(coinKey(b));
  }

  #standTogether(a: ListingFacts, b: ListingFacts): boolean {
    const home = this.#home.get(a.id);
    return home !== undefined && home === this.#home.get(b.id);
  }

  /** They share no address on a platform where both have some. */
  #contractsContradict(a: ListingFacts, b: ListingFacts): boolean {
    if (this.#contracts.contradictions(a, b).length === 0) return false;
    // Vendors list different bridged tokens of one coin: with a shared address and the same name there is no doubt.
    return this.#contracts.shared(a, b).length === 0 || nameKey(a.name) !== nameKey(b.name);
  }

  /** From now on weaker evidence cannot join these two either. */
  addConflict(a: ListingFacts, b: ListingFacts): void {
    this.#conflicts.add(pair(a, b));
  }

  #isRejected(listing: ListingFacts, asset: string): boolean {
    return this.#decided.rejected.get(listing.id)?.has(asset) ?? false;
  }

  /** A listing that was rejected for an asset also differs from the asset's other listings. */
  #isOtherThan(listing: ListingFacts, other: ListingFacts): boolean {
    const rejected = [...(this.#decided.rejected.get(listing.id)?.keys() ?? [])];
    return rejected.some((asset) => this.#homes.get(asset)?.has(other.id) ?? false);
  }

  /** Two entries are two coins, and the ids of an entry belong to no other coin. */
  #areReviewedApart(a: ListingFacts, b: ListingFacts): boolean {
    if (a.source === b.source) return false;
    const [left, right] = [this.#reviewed.get(coinKey(a)), this.#reviewed.get(coinKey(b))];
    if (left === right) return false;
    const areTwo = left !== undefined && right !== undefined;
    return areTwo || left?.ids[b.source] !== undefined || right?.ids[a.source] !== undefined;
  }
}

const NAMED: ReadonlySet<Method> = new Set(['name', 'similar']);

const pair = (a: ListingFacts, b: ListingFacts) => (a.id < b.id ? `${a.id}|${b.id}` : `${b.id}|${a.id}`);
