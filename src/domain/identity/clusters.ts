import { getOrAdd } from './contract-links.ts';
import type { ListingFacts } from './evidence.ts';

export interface Cluster {
  listings: ListingFacts[];
  /** Ids of assets to which these listings are already mapped; one of them remains. */
  asset_ids: string[];
}

export type Node = ListingFacts | string;

/** Two nodes that may be one coin: two listings, or a listing and an asset id. */
export interface Link {
  a: Node;
  b: Node;
}

type Apart = (a: Node, b: Node) => boolean;
const never = () => false;

/**
 * Listings joined to coins. A join is refused if it would put two listings of one source together, unless one of
 * them is past, or listings that `isApart` separates. The joins of one call do not depend on the order of its
 * links.
 */
export class Clusters {
  readonly #clusterOf = new Map<number | string, Cluster>();
  readonly #isApart: Apart;
  readonly #isPast: (listing: ListingFacts) => boolean;

  constructor(
    listings: readonly ListingFacts[],
    isApart: Apart,
    isPast: (listing: ListingFacts) => boolean = never,
  ) {
    this.#isApart = isApart;
    this.#isPast = isPast;
    for (const listing of listings) this.#clusterOf.set(listing.id, { listings: [listing], asset_ids: [] });
  }

  /** The cluster of a listing or an asset id; for an unknown id, a cluster without listings. */
  of(node: Node): Cluster {
    return getOrAdd(this.#clusterOf, idOf(node), () => ({ listings: [], asset_ids: [String(node)] }));
  }

  /** Every cluster with listings, once. */
  all(): Cluster[] {
    return [...new Set(this.#clusterOf.values())].filter(({ listings }) => listings.length > 0);
  }

  /** A guest leaves the place of its source to another listing. `isApart` adds to the rules of separation. */
  canJoin(
    a: Cluster,
    b: Cluster,
    {
      isGuest = never,
      isApart = never,
    }: { isGuest?: (listing: ListingFacts) => boolean; isApart?: Apart } = {},
  ): boolean {
    if (a === b) return true;
    const holdsPlace = (listing: ListingFacts) => !isGuest(listing) && !this.#isPast(listing);
    const hosts = b.listings.filter(holdsPlace);
    if (a.listings.some((x) => holdsPlace(x) && hosts.some((y) => x.source === y.source))) return false;
    const [left, right] = [nodesOf(a), nodesOf(b)];
    return !left.some((x) => right.some((y) => this.#isApart(x, y) || isApart(x, y)));
  }

  /** Joins listings of any sources: an operator may know that a source lists a coin twice. */
  force({ a, b }: Link): void {
    this.#merge(this.of(a), this.of(b));
  }

  /** Keeps a listing with its asset, together with guests; false if that is not allowed. */
  keep({ a, b }: Link, isGuest: (listing: ListingFacts) => boolean): boolean {
    const mayStay = this.canJoin(this.of(a), this.of(b), { isGuest });
    if (mayStay) this.#merge(this.of(a), this.of(b));
    return mayStay;
  }

  /**
   * Makes the unambiguous joins. It skips forbidden links, and the links of a cluster to two others that cannot be
   * one coin: the rest of the group still joins. A group with any other contradiction is skipped completely.
   */
  join(links: readonly Link[], isApart: Apart = never): void {
    const open = links.filter(({ a, b }) => this.canJoin(this.of(a), this.of(b), { isApart }));
    for (const group of this.#groups(open)) {
      const parts = this.#areOneCoin(this.#clustersOf(group), isApart)
        ? [group]
        : this.#groups(this.#unambiguous(group, isApart));
      for (const part of parts)
        if (this.#areOneCoin(this.#clustersOf(part), isApart))
          for (const { a, b } of part) this.#merge(this.of(a), this.of(b));
    }
  }

  #clustersOf(links: readonly Link[]): Cluster[] {
    return [...new Set(links.flatMap(({ a, b }) => [this.of(a), this.of(b)]))];
  }

  #areOneCoin(clusters: readonly Cluster[], isApart: Apart): boolean {
    return clusters.every((a, at) => clusters.slice(at + 1).every((b) => this.canJoin(a, b, { isApart })));
  }

  /** Without the links of clusters that lead to two clusters which cannot be one coin. */
  #unambiguous(links: readonly Link[], isApart: Apart): Link[] {
    const neighbours = new Map<Cluster, Set<Cluster>>();
    for (const { a, b } of links) {
      const [left, right] = [this.of(a), this.of(b)];
      getOrAdd(neighbours, left, () => new Set<Cluster>()).add(right);
      getOrAdd(neighbours, right, () => new Set<Cluster>()).add(left);
    }
    const isClear = (cluster: Cluster) => this.#areOneCoin([...(neighbours.get(cluster) ?? [])], isApart);
    const clear = new Set([...neighbours.keys()].filter(isClear));
    return links.filter(({ a, b }) => clear.has(this.of(a)) && clear.has(this.of(b)));
  }

  /** Groups of connected links. */
  #groups(links: readonly Link[]): Link[][] {
    const groupOf = new Map<Cluster, Link[]>();
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
