import type { Decided } from './apart.ts';
import type { Cluster } from './clusters.ts';
import { slug } from './coin-name.ts';
import { coinOrder, type IdentityFacts, type ListingFacts } from './evidence.ts';
import { byArrival } from './succession.ts';

/**
 * Assigns asset ids. An id that stands for a coin keeps that meaning. A new coin gets the id of the source that
 * names assets (`btc-bitcoin`). Without one, its id is its symbol with its source's id (`luna-terra-luna-2`), which
 * no later coin of that source can claim.
 */
export class AssetIds {
  readonly #taken: Set<string>;
  readonly #priorOf: Map<number, string>;
  readonly #decided: Decided;
  readonly #sources: readonly string[];

  constructor({ mappings, listings, sources }: IdentityFacts, decided: Decided) {
    this.#decided = decided;
    this.#sources = sources;
    this.#priorOf = new Map(
      mappings.flatMap((m) => (m.state === 'active' ? [[m.listing_id, m.asset_id] as const] : [])),
    );
    // An asset that lost its listings may get the same one back, so only ids in use are taken.
    this.#taken = new Set(this.#priorOf.values());
    // A coin that its source will name reserves that name.
    for (const listing of listings) if (this.#isNaming(listing)) this.#reserved.add(idOfNaming(listing));
  }

  readonly #reserved = new Set<string>();

  /**
   * The id of a cluster whose listings are sorted (sortClusters): an heir does not rename the coin that it took
   * over. Call it in a stable order.
   */
  idOf({ listings, asset_ids }: Cluster): string {
    const ids = new Set(asset_ids);
    const placed = listings.map(({ id }) => this.#decided.placed.get(id)?.asset_id);
    const prior = listings.map(({ id }) => this.#priorOf.get(id));
    const own = listings.map((listing, i) => this.#ownName(listing, prior[i]));
    const standing = [...placed, ...own, ...prior, ...[...ids].sort()].find(
      (id) => id !== undefined && ids.has(id),
    );
    const [anchor] = listings;
    return standing ?? (anchor === undefined ? '' : this.newId(anchor));
  }

  /**
   * The natural id of a naming listing that has a substitute id: the other listings of its coin kept the natural id
   * when a decision separated them, and share it again when that decision is undone.
   */
  #ownName(listing: ListingFacts, prior: string | undefined): string | undefined {
    if (!this.#isNaming(listing)) return undefined;
    const name = idOfNaming(listing);
    return prior?.startsWith(`${name}-${listing.source}`) ? name : undefined;
  }

  newId(anchor: ListingFacts): string {
    if (this.#isNaming(anchor)) return this.#claim(idOfNaming(anchor), anchor.source, new Set());
    const first = this.#sources.includes(anchor.source) ? (anchor.symbol ?? '') : anchor.source;
    const id = [slug(first), idSlug(anchor)].filter(Boolean).join('-');
    return this.#claim(id, anchor.source, this.#reserved);
  }

  #isNaming({ source }: ListingFacts): boolean {
    return source === this.#sources[0];
  }

  #claim(id: string, source: string, reserved: ReadonlySet<string>): string {
    const isFree = (text: string) => !this.#taken.has(text) && !reserved.has(text);
    let free = isFree(id) ? id : `${id}-${source}`;
    for (let n = 2; !isFree(free); n += 1) free = `${id}-${source}-${n}`;
    this.#taken.add(free);
    return free;
  }
}

const idOfNaming = (listing: ListingFacts) => idSlug(listing);

/**
 * An id without a Latin letter or digit is written as its code points, so its name does not depend on any order.
 */
const idSlug = ({ source, external_id }: ListingFacts): string =>
  slug(external_id) ||
  [source, ...[...external_id].map((letter) => letter.codePointAt(0)?.toString(16) ?? '')].join('-');

/** Clusters with sorted listings, those of one source by their arrival, ordered by their first listings. */
export function sortClusters(clusters: readonly Cluster[], sources: readonly string[]): Cluster[] {
  const compareCoins = coinOrder(sources);
  const sorted = clusters.map((cluster) => ({
    ...cluster,
    listings: [...cluster.listings].sort((a, b) =>
      a.source === b.source ? byArrival(a, b) : compareCoins(a, b),
    ),
  }));
  return sorted.sort((a, b) => {
    const [x, y] = [a.listings[0], b.listings[0]];
    return x === undefined || y === undefined ? 0 : compareCoins(x, y);
  });
}
