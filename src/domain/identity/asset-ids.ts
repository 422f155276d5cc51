import type { Verdicts } from './apart.ts';
import type { Cluster } from './clusters.ts';
import { slug } from './coin-name.ts';
import { compareCoins, type IdentityFacts, type ListingFacts } from './evidence.ts';

/**
 * Gives out asset ids. One that stands for a coin goes on standing for it; a new coin gets the id of the
 * source that names assets (`btc-bitcoin`), else its symbol with its source's id (`luna-terra-luna-2`), which
 * no later coin of that source can claim.
 */
export class AssetIds {
  readonly #taken: Set<string>;
  readonly #priorOf: Map<number, string>;
  readonly #verdicts: Verdicts;

  constructor({ mappings, listings }: IdentityFacts, verdicts: Verdicts) {
    this.#verdicts = verdicts;
    this.#priorOf = new Map(
      mappings.flatMap((m) => (m.state === 'active' ? [[m.listing_id, m.asset_id] as const] : [])),
    );
    // An asset that lost its listings may get the same one back, so only standing ids are taken.
    this.#taken = new Set(this.#priorOf.values());
    // A coin that is about to be named by its source keeps others from its name.
    for (const listing of listings) if (isNaming(listing)) this.#reserved.add(idOfNaming(listing));
  }

  readonly #reserved = new Set<string>();

  /** The id of a cluster whose listings are sorted (compareCoins). Ask in a stable order. */
  idOf({ listings, asset_ids }: Cluster): string {
    const ids = new Set(asset_ids);
    const pinned = listings.map(({ id }) => this.#verdicts.pinned.get(id)?.asset_id);
    const prior = listings.map(({ id }) => this.#priorOf.get(id));
    const standing = [...pinned, ...prior, ...[...ids].sort()].find((id) => id !== undefined && ids.has(id));
    const [anchor] = listings;
    return standing ?? (anchor === undefined ? '' : this.newId(anchor));
  }

  newId(anchor: ListingFacts): string {
    if (isNaming(anchor)) return this.#claim(idOfNaming(anchor), anchor.source, new Set());
    const parts =
      anchor.source === 'csv' ? ['csv', anchor.external_id] : [anchor.symbol ?? '', anchor.external_id];
    const id = parts.map(slug).filter(Boolean).join('-');
    return this.#claim(id || `${anchor.source}-coin`, anchor.source, this.#reserved);
  }

  #claim(id: string, source: string, reserved: ReadonlySet<string>): string {
    const isFree = (text: string) => !this.#taken.has(text) && !reserved.has(text);
    let free = isFree(id) ? id : `${id}-${source}`;
    for (let n = 2; !isFree(free); n += 1) free = `${id}-${source}-${n}`;
    this.#taken.add(free);
    return free;
  }
}

const isNaming = ({ source }: ListingFacts) => source === 'coinpaprika';
const idOfNaming = ({ external_id }: ListingFacts) => slug(external_id) || 'coinpaprika-coin';

/** Clusters with their listings sorted, in the order of their first listings. */
export function sortClusters(clusters: readonly Cluster[]): Cluster[] {
  const sorted = clusters.map((cluster) => ({
    ...cluster,
    listings: [...cluster.listings].sort(compareCoins),
  }));
  return sorted.sort((a, b) => {
    const [x, y] = [a.listings[0], b.listings[0]];
    return x === undefined || y === undefined ? 0 : compareCoins(x, y);
  });
}
