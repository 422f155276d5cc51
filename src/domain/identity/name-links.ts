import { areSimilarNames, nameEssence, nameKey } from './coin-name.ts';
import { getOrAdd } from './contract-links.ts';
import { coinKey, compareCoins, isPolled, type ListedCoin, type ListingFacts } from './evidence.ts';

/** Two listings of different sources; the first is of the source that names assets first. */
export type Pair = readonly [anchor: ListingFacts, other: ListingFacts];

export interface NamePairs {
  /** Same symbol, same name (filler words aside), and nobody else in either source has both. */
  exact: Pair[];
  /** Same symbol and similar name, or same name under another symbol: only prices can tell. */
  similar: Pair[];
}

/** A symbol shared by more is no clue: comparing each with each would cost time and say nothing. */
const SAME_SYMBOL_MAX = 40;

/** Pairs of polled listings that their labels suggest. `catalog` adds rivals that are not polled. */
export function namePairs(listings: readonly ListingFacts[], catalog: readonly ListedCoin[]): NamePairs {
  const polled = listings.filter(isPolled).sort(compareCoins);
  const listed = new Set(polled.map(coinKey));
  const all = [...polled, ...catalog.filter((coin) => isPolled(coin) && !listed.has(coinKey(coin)))];
  const labels = groupsOf(all, (coin) => labelOf(coin, nameKey(coin.name)));
  const essences = groupsOf(all, (coin) => labelOf(coin, nameEssence(coin.name)));
  const names = groupsOf(all, ({ name }) => nameKey(name));
  return {
    exact: distinct([...labels.values(), ...essences.values()].flatMap(onlyPair)),
    similar: [
      ...similarUnderOneSymbol(polled),
      ...[...names.values()].flatMap(onlyPair).filter(hasTwoSymbols),
    ],
  };
}

const labelOf = ({ symbol }: ListedCoin, name: string) => (symbol && name ? `${symbol}\0${name}` : null);

function distinct(pairs: Pair[]): Pair[] {
  return [...new Map(pairs.map((pair) => [`${pair[0].id}|${pair[1].id}`, pair])).values()];
}

const isListing = (coin: ListedCoin): coin is ListingFacts => 'id' in coin;
const hasTwoSymbols = ([a, b]: Pair) => a.symbol !== null && b.symbol !== null && a.symbol !== b.symbol;

/** The pair of a group, when each source has one coin in it and both are listings. */
function onlyPair(group: ListedCoin[]): Pair[] {
  const [a, b] = group;
  const isPair = group.length === 2 && a !== undefined && b !== undefined && a.source !== b.source;
  return isPair && isListing(a) && isListing(b) ? [[a, b]] : [];
}

function similarUnderOneSymbol(polled: readonly ListingFacts[]): Pair[] {
  const symbols = groupsOf(polled, ({ symbol }) => symbol);
  return [...symbols.values()].flatMap((group) =>
    group.length > SAME_SYMBOL_MAX
      ? []
      : group.flatMap((a, at) =>
          group
            .slice(at + 1)
            .filter((b) => a.source !== b.source && nameEssence(a.name) !== nameEssence(b.name))
            .filter((b) => areSimilarNames(a.name, b.name))
            .map((b): Pair => [a, b]),
        ),
  );
}

function groupsOf<Coin>(coins: readonly Coin[], keyOf: (coin: Coin) => string | null): Map<string, Coin[]> {
  const groups = new Map<string, Coin[]>();
  for (const coin of coins) {
    const key = keyOf(coin);
    if (key) getOrAdd(groups, key, () => []).push(coin);
  }
  return groups;
}
