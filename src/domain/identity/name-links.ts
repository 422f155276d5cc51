import { areSimilarNames, nameEssence, nameKey } from './coin-name.ts';
import { getOrAdd, onePerSource } from './contract-links.ts';
import {
  coinKey,
  type IdentityFacts,
  type ListedCoin,
  type ListingFacts,
  type Pair,
  pairsOf,
  polledListings,
} from './evidence.ts';

export interface NameLinks {
  /** Listings with one symbol and one name, each the only coin of its source that has both. */
  same: ListingFacts[][];
  /** The same, ignoring filler words. */
  alike: ListingFacts[][];
  /** Same symbol and similar name, or same name with another symbol: only prices can decide. */
  similar: Pair[];
}

/** A symbol shared by more coins of a source is no clue, and comparing all pairs would only cost time. */
const SAME_SYMBOL_MAX = 20;

/**
 * The polled listings whose labels suggest one coin. The catalog adds unpolled rivals. Past listings are neither.
 */
export function nameLinks(
  facts: IdentityFacts,
  isPast: (listing: ListingFacts) => boolean = isOver(facts),
): NameLinks {
  const polled = polledListings(facts).filter((listing) => !isPast(listing));
  const listed = new Set(polledListings(facts).map(coinKey));
  const all = [
    ...polled,
    ...facts.catalog.filter((coin) => facts.sources.includes(coin.source) && !listed.has(coinKey(coin))),
  ];
  const grouped = (keyOf: (coin: ListedCoin) => string | null) =>
    [...groupsOf(all, keyOf).values()].map(onlyOnes).filter((group) => group.length > 1);
  return {
    same: grouped((coin) => labelOf(coin, nameKey(coin.name))),
    alike: grouped((coin) => labelOf(coin, nameEssence(coin.name))),
    similar: [
      ...similarUnderOneSymbol(polled),
      ...grouped(({ name }) => nameKey(name))
        .flatMap(pairsOf)
        .filter(hasTwoSymbols),
    ],
  };
}

/** Whether a listing has left its source, as far as that can be known. */
export function isOver({ vanished }: IdentityFacts): (listing: ListingFacts) => boolean {
  const over = new Set(vanished.flatMap((one) => (one.is_past ? [one.listing_id] : [])));
  return ({ id }) => over.has(id);
}

const labelOf = ({ symbol }: ListedCoin, name: string) => (symbol && name ? `${symbol}\0${name}` : null);

const isListing = (coin: ListedCoin): coin is ListingFacts => 'id' in coin;
const hasTwoSymbols = ([a, b]: Pair) => a.symbol !== null && b.symbol !== null && a.symbol !== b.symbol;

/** The listings of a group that are the only coin of their source in it. */
const onlyOnes = (group: readonly ListedCoin[]): ListingFacts[] =>
  onePerSource(group, ({ source }) => source).filter(isListing);

function similarUnderOneSymbol(polled: readonly ListingFacts[]): Pair[] {
  const symbols = groupsOf(polled, ({ symbol }) => symbol);
  return [...symbols.values()]
    .filter((group) => group.length <= SAME_SYMBOL_MAX * new Set(group.map(({ source }) => source)).size)
    .flatMap(pairsOf)
    .filter(([a, b]) => a.source !== b.source && nameEssence(a.name) !== nameEssence(b.name))
    .filter(([a, b]) => areSimilarNames(a.name, b.name));
}

function groupsOf<Coin>(coins: readonly Coin[], keyOf: (coin: Coin) => string | null): Map<string, Coin[]> {
  const groups = new Map<string, Coin[]>();
  for (const coin of coins) {
    const key = keyOf(coin);
    if (key) getOrAdd(groups, key, () => []).push(coin);
  }
  return groups;
}
