import { getOrAdd } from './contract-links.ts';
import type { ListingFacts } from './evidence.ts';

export interface Cluster {
  listings: ListingFacts[];
  /** Ids of assets that stand for these listings already; one of them will go on doing so. */
  asset_ids: string[];
}

export type Node = ListingFacts | string;

/** Two nodes said to be one coin: two listings, or a listing and an asset id. */
export interface Link {
  a: Node;
  b: Node;
}

/**
 * Listings joined to coins. Joins are refused when they would put two listings of one source together, or
 * what `isApart` keeps asunder. What is joined in one call does not depend on the order of its links.
 */
export class Clusters {
  readonly #clusterOf = new Map<number | string, Cluster>();
  readonly #isApart: (a: Node, b: Node) => boolean;

  constructor(listings: readonly ListingFacts[], isApart: (a: Node, b: Node) => boolean) {
    this.#isApart = isApart;
    for (const listing of listings) this.#clusterOf.set(listing.id, { listings: [listing], asset_ids: [] });
  }

  /** The cluster of a listing or an asset id; of an id that was never seen, a cluster without listings. */
  of(node: Node): Cluster {
    return getOrAdd(this.#clusterOf, idOf(node), () => ({ listings: [], asset_ids: [String(node)] }));
  }

  /** Every cluster with listings, once. */
  all(): Cluster[] {
    return [...new Set(this.#clusterOf.values())].filter(({ listings }) => listings.length > 0);
  }

  /** A guest leaves the place of its source to another listing. */
  canJoin(a: Cluster, b: Cluster, isGuest: (listing: ListingFacts) => boolean = () => false): boolean {
    if (a === b) return true;
    const hosts = b.listings.filter((listing) => !isGuest(listing));
    if (a.listings.some((x) => !isGuest(x) && hosts.some((y) => x.source === y.source))) return false;
    const [left, right] = [nodesOf(a), nodesOf(b)];
    return !left.some((x) => right.some((y) => this.#isApart(x, y)));
  }

  /** Joins whatever the sources: an operator may know that a source lists a coin twice. */
  force({ a, b }: Link): void {
    this.#merge(this.of(a), this.of(b));
  }

  /** Lets a listing stay with its asset, beside guests; false when that may not be. */
  keep({ a, b }: Link, isGuest: (listing: ListingFacts) => boolean): boolean {
    const mayStay = this.canJoin(this.of(a), this.of(b), isGuest);
    if (mayStay) this.#merge(this.of(a), this.of(b));
    return mayStay;
  }

  /**
   * Joins along the links that leave no choice, and returns those that do: links that may not be, and whole
   * groups in which one source has several candidates.
   */
  join<L extends Link>(links: readonly L[]): L[] {
    const fitting = links.filter(({ a, b }) => this.canJoin(this.of(a), this.of(b)));
    const fits = new Set(fitting);
    const refused = links.filter((link) => !fits.has(link));
    for (const group of this.#groups(fitting)) {
      const clusters = [...new Set(group.flatMap(({ a, b }) => [this.of(a), this.of(b)]))];
      if (this.#areOneCoin(clusters)) for (const { a, b } of group) this.#merge(this.of(a), this.of(b));
      else refused.push(...group);
    }
    return refused;
  }

  #areOneCoin(clusters: readonly Cluster[]): boolean {
    return clusters.every((a, at) => clusters.slice(at + 1).every((b) => this.canJoin(a, b)));
  }

  /** Links that hang together. */
  #groups<L extends Link>(links: readonly L[]): L[][] {
    const groupOf = new Map<Cluster, L[]>();
    for (const link of links) {
      const [left, right] = [groupOf.get(this.of(link.a)), groupOf.get(this.of(link.b))];
      const group = [...new Set([...(left ?? []), ...(right ?? []), link])];
      for (const { a, b } of group) {
        groupOf.set(this.of(a), group);
        groupOf.set(this.of(b), group);
      }
    }
    return [...new Set(groupOf.values())];
  }

  #merge(a: Cluster, b: Cluster): void {
    if (a === b) return;
    a.listings.push(...b.listings);
    a.asset_ids.push(...b.asset_ids);
    for (const node of nodesOf(b)) this.#clusterOf.set(idOf(node), a);
  }
}

const idOf = (node: Node) => (typeof node === 'string' ? node : node.id);
const nodesOf = ({ listings, asset_ids }: Cluster): Node[] => [...listings, ...asset_ids];
