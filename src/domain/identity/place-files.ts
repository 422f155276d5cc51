import type { Decided } from './apart.ts';
import type { AssetIds } from './asset-ids.ts';
import { nameKey } from './coin-name.ts';
import { getOrAdd } from './contract-links.ts';
import {
  coinKey,
  coinOrder,
  type IdentityFacts,
  type ListedCoin,
  type ListingFacts,
  type Method,
  type PriorMapping,
  polledListings,
} from './evidence.ts';
import { fileCoin } from './file-coin.ts';
import type { Ground } from './joined.ts';

export interface Placed extends Ground {
  listing: ListingFacts;
  asset_id: string;
}

/**
 * Finds the asset of each listing of a file: by decision, by an id that it names, by symbol and name, by a ticker
 * of the reviewed list, or by a ticker or name that only one coin has. It never chooses between two: then the
 * listing gets its own asset, and its evidence names the candidates. Series of one kind of file with different
 * names for their coins are different coins, unless more than a label joins them.
 */
export function placeFiles(
  facts: IdentityFacts,
  decided: Decided,
  assetOf: ReadonlyMap<number | string, string>,
  ids: AssetIds,
): Placed[] {
  const register = new CoinRegister(facts, assetOf);
  const prior = new Map(facts.mappings.flatMap((m) => (m.state === 'active' ? [[m.listing_id, m]] : [])));
  const isPolled = ({ source }: ListingFacts) => facts.sources.includes(source);
  const files = facts.listings.filter((listing) => !isPolled(listing)).sort(coinOrder(facts.sources));
  const ownId = (listing: ListingFacts): string => {
    const stood = prior.get(listing.id);
    const isKept = stood?.method === 'own' && !decided.rejected.get(listing.id)?.has(stood.asset_id);
    return isKept ? stood.asset_id : ids.newId(listing);
  };
  const placed = files.map((listing): Placed => {
    const place = decided.placed.get(listing.id);
    if (place !== undefined) {
      const { asset_id, decision, action } = place;
      const evidence = { decision, action };
      return { listing, asset_id: assetOf.get(asset_id) ?? asset_id, method: 'decision', evidence };
    }
    const isRejected = (asset: string) => decided.rejected.get(listing.id)?.has(asset) ?? false;
    const stood = prior.get(listing.id);
    const kept = stood === undefined || !stays(stood) ? undefined : assetOf.get(stood.asset_id);
    if (stood !== undefined && kept !== undefined && !isRejected(kept)) {
      const { method, confidence, evidence } = stood;
      return { listing, asset_id: kept, method, confidence, evidence };
    }
    const found = register.find(listing);
    if ('asset_id' in found && !isRejected(found.asset_id)) return { listing, ...found };
    const candidates = 'candidates' in found ? found.candidates : [];
    return {
      listing,
      asset_id: ownId(listing),
      method: 'own',
      evidence: candidates.length > 0 ? { candidates } : {},
    };
  });
  const isNew = ({ listing, asset_id }: Placed) => prior.get(listing.id)?.asset_id !== asset_id;
  return apartByIds(placed, isNew, ownId);
}

const BY_LABEL: ReadonlySet<Method> = new Set(['name', 'symbol', 'reviewed']);

/**
 * If a label newly places listings with different names in one kind of file with the same asset, each becomes its
 * own coin.
 */
function apartByIds(
  placed: readonly Placed[],
  isNew: (one: Placed) => boolean,
  ownId: (listing: ListingFacts) => string,
): Placed[] {
  const namesOf = new Map<string, Set<string>>();
  const keyOf = ({ listing: { source, external_id }, asset_id }: Placed) =>
    `${source} ${external_id.slice(0, external_id.indexOf(':'))} ${asset_id}`;
  for (const one of placed)
    getOrAdd(namesOf, keyOf(one), () => new Set<string>()).add(fileCoin(one.listing.external_id));
  return placed.map((one) => {
    const isDoubtful = BY_LABEL.has(one.method) && isNew(one) && (namesOf.get(keyOf(one))?.size ?? 0) > 1;
    if (!isDoubtful) return one;
    const { listing, asset_id } = one;
    return { listing, asset_id: ownId(listing), method: 'own', evidence: { candidates: [asset_id] } };
  });
}

/** The listing's own asset is not an answer, and neither is an undone decision: both are looked up again. */
const stays = ({ method }: PriorMapping) => method !== 'own' && method !== 'decision';

/** An asset, or the candidates: none, or too many. */
type Finding = (Ground & { asset_id: string }) | { candidates: string[] };

const CANDIDATES_TOLD_MAX = 10;

/** The coins that a file may mean: polled listings by their assets, and rivals that are only in a source's list. */
class CoinRegister {
  readonly #isListed: boolean;
  readonly #assets: ReadonlySet<string>;
  readonly #byKey = new Map<string, string>();
  readonly #byId = new Map<string, Set<string>>();
  readonly #bySymbol = new Map<string, Set<string>>();
  readonly #byName = new Map<string, Set<string>>();
  readonly #byLabel = new Map<string, Set<string>>();
  readonly #reviewed = new Map<string, { asset_id: string; name: string }>();

  constructor(facts: IdentityFacts, assetOf: ReadonlyMap<number | string, string>) {
    this.#isListed = facts.is_listed;
    for (const listing of polledListings(facts)) {
      const asset = assetOf.get(listing.id);
      if (asset === undefined) continue;
      this.#byKey.set(coinKey(listing).toLowerCase(), asset);
      if (!isNumber(listing.external_id))
        getOrAdd(this.#byId, listing.external_id.toLowerCase(), () => new Set<string>()).add(asset);
      this.#label(listing, asset);
    }
    for (const coin of facts.catalog)
      if (!this.#byKey.has(coinKey(coin).toLowerCase())) this.#label(coin, coinKey(coin));
    for (const { symbol, name, ids } of facts.reviewed) {
      const [asset_id] = facts.sources.flatMap((source) => this.#byKey.get(`${source}:${ids[source]}`) ?? []);
      if (asset_id !== undefined) this.#reviewed.set(symbol, { asset_id, name });
    }
    this.#assets = new Set(assetOf.values());
  }

  find(listing: ListingFacts): Finding {
    const coin = fileCoin(listing.external_id);
    return this.#byItsId(listing, coin) ?? (this.#isListed ? this.#byItsLabels(listing) : told([]));
  }

  #byItsId({ symbol }: ListingFacts, coin: string): Finding | null {
    const named = this.#byKey.get(coin);
    const evidence = { id: coin };
    if (named !== undefined) return { asset_id: named, method: 'id', evidence };
    // `btc` is a ticker, although it is also the id of some coin somewhere.
    if (coin === symbol?.toLowerCase()) return null;
    if (this.#assets.has(coin)) return { asset_id: coin, method: 'id', evidence };
    const [asset, ...more] = this.#byId.get(coin) ?? [];
    if (asset === undefined) return null;
    return more.length === 0 ? { asset_id: asset, method: 'id', evidence } : told([asset, ...more]);
  }

  #byItsLabels({ symbol, name }: ListingFacts): Finding {
    const key = nameKey(name);
    const label = symbol !== null && key !== '' ? this.#byLabel.get(`${symbol}\0${key}`) : undefined;
    if (label !== undefined) return this.#only(label, 'name', { symbol: symbol ?? '', name: name ?? '' });
    const reviewed = this.#reviewed.get(symbol ?? '');
    if (symbol !== null && reviewed !== undefined && (key === '' || key === nameKey(reviewed.name)))
      return { asset_id: reviewed.asset_id, method: 'reviewed', evidence: { symbol } };
    if (symbol !== null && key === '') return this.#only(this.#bySymbol.get(symbol), 'symbol', { symbol });
    // A symbol together with a name that no coin of that symbol has: it may be another coin.
    if (symbol !== null) return told([...(this.#bySymbol.get(symbol) ?? [])]);
    return key === '' ? told([]) : this.#only(this.#byName.get(key), 'name', { name: name ?? '' });
  }

  #only(
    coins: ReadonlySet<string> | undefined,
    method: 'name' | 'symbol',
    evidence: Record<string, string>,
  ): Finding {
    const [coin, ...more] = coins ?? [];
    if (coin === undefined) return told([]);
    return more.length === 0 && this.#assets.has(coin)
      ? { asset_id: coin, method, evidence }
      : told([coin, ...more]);
  }

  #label({ symbol, name }: ListedCoin, coin: string): void {
    const key = nameKey(name);
    const add = (map: Map<string, Set<string>>, at: string) =>
      getOrAdd(map, at, () => new Set<string>()).add(coin);
    if (symbol !== null) add(this.#bySymbol, symbol);
    if (key !== '') add(this.#byName, key);
    if (symbol !== null && key !== '') add(this.#byLabel, `${symbol}\0${key}`);
  }
}

/** Several vendors number their coins, each differently: a number without its source names no coin. */
const isNumber = (external_id: string) => /^\d+$/.test(external_id);

const told = (candidates: string[]): Finding => ({
  candidates: candidates.sort().slice(0, CANDIDATES_TOLD_MAX),
});
