import { type ContractFact, coinKey, type ListedCoin } from './evidence.ts';

const ADDRESSES_TOLD_MAX = 5;

/** The evidence from contract addresses of listings. */
export class ContractLinks {
  /** `source:external_id` to platform to addresses. */
  readonly #addresses = new Map<string, Map<string, Set<string>>>();
  /** `platform:address` to the coins that claim it. */
  readonly #claims = new Map<string, Set<string>>();

  /** A listing that is gone claims nothing: its addresses may now belong to another. */
  constructor(contracts: readonly ContractFact[], isGone: (coin: string) => boolean = () => false) {
    for (const contract of contracts) {
      const coin = coinKey(contract);
      const { platform, address } = contract;
      const platforms = getOrAdd(this.#addresses, coin, () => new Map<string, Set<string>>());
      getOrAdd(platforms, platform, () => new Set<string>()).add(address);
      if (!isGone(coin)) getOrAdd(this.#claims, `${platform}:${address}`, () => new Set<string>()).add(coin);
    }
  }

  /**
   * Groups of coins that claim one address, one of each source, as keys, in a stable order. An address that one
   * source assigns to two coins identifies neither of them.
   */
  groups(): string[][] {
    return [...this.#claims.values()]
      .map((coins) => onePerSource([...coins].sort(), sourceOfKey))
      .filter((coins) => coins.length > 1);
  }

  /** As `platform:address`. */
  addressesOf(coin: ListedCoin): string[] {
    const platforms = [...(this.#addresses.get(coinKey(coin)) ?? [])];
    return platforms.flatMap(([platform, addresses]) =>
      [...addresses].map((address) => `${platform}:${address}`),
    );
  }

  /** The addresses that both claim, as `platform:address`; only some if there are many. */
  shared(a: ListedCoin, b: ListedCoin): string[] {
    const [left, right] = [this.#addresses.get(coinKey(a)), this.#addresses.get(coinKey(b))];
    if (left === undefined || right === undefined) return [];
    const both = [...left].flatMap(([platform, addresses]) =>
      [...addresses]
        .filter((address) => right.get(platform)?.has(address))
        .map((address) => `${platform}:${address}`),
    );
    return both.sort().slice(0, ADDRESSES_TOLD_MAX);
  }

  /** Platforms on which both have addresses and share none. */
  contradictions(a: ListedCoin, b: ListedCoin): string[] {
    const [left, right] = [this.#addresses.get(coinKey(a)), this.#addresses.get(coinKey(b))];
    if (left === undefined || right === undefined) return [];
    const apart = [...left].filter(([platform, addresses]) => {
      const others = right.get(platform);
      return others !== undefined && ![...addresses].some((address) => others.has(address));
    });
    return apart.map(([platform]) => platform).sort();
  }
}

const sourceOfKey = (key: string) => key.slice(0, key.indexOf(':'));

/** The coins that are the only one of their source. */
export function onePerSource<Coin>(coins: readonly Coin[], sourceOf: (coin: Coin) => string): Coin[] {
  const counts = new Map<string, number>();
  for (const coin of coins) counts.set(sourceOf(coin), (counts.get(sourceOf(coin)) ?? 0) + 1);
  return coins.filter((coin) => counts.get(sourceOf(coin)) === 1);
}

/** The value of a key; made if it does not exist yet. */
export function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
