/** A coin that identity knows by a word. */
export interface KnownCoin {
  /** The requested word, in lower case. */
  word: string;
  /** The kind of label that the word is. */
  by: 'symbol' | 'name' | 'id';
  symbol: string | null;
  name: string | null;
  asset: string | null;
}

/** The coins that identity knows for the words of a file. */
export class KnownCoins {
  readonly #byWord: ReadonlyMap<string, KnownCoin[]>;

  constructor(coins: readonly KnownCoin[]) {
    this.#byWord = Map.groupBy(coins, ({ word }) => word);
  }

  /** Whether some coin has the word as its ticker, its name or a source's id. */
  knows(word: string): boolean {
    return this.#byWord.has(keyOf(word));
  }

  /** Whether some coin has the word as its name or a source's id. */
  isNamed(word: string): boolean {
    return this.#named(word).length > 0;
  }

  /** Every coin that has the word. */
  of(word: string): readonly KnownCoin[] {
    return this.#byWord.get(keyOf(word)) ?? [];
  }

  /** The ticker of the only coin with that name or id; null if there are several or none. */
  symbolOf(word: string): string | null {
    return only(this.#named(word).map(({ symbol }) => symbol?.toUpperCase() ?? null));
  }

  /** The only possible asset of the word. */
  assetOf(word: string): string | null {
    return only(this.of(word).map(({ asset }) => asset));
  }

  /** Whether two words may mean one coin: its ticker, its name, one of its ids. */
  mayBeSame(word: string, other: string): boolean {
    const [a, b] = [keyOf(word), keyOf(other)];
    if (a === b) return true;
    const means = (coins: readonly KnownCoin[], key: string) =>
      coins.some((coin) =>
        [coin.symbol, coin.name, coin.asset].some((one) => one !== null && keyOf(one) === key),
      );
    return means(this.of(a), b) || means(this.of(b), a);
  }

  #named(word: string): readonly KnownCoin[] {
    return this.of(word).filter(({ by }) => by !== 'symbol');
  }
}

export const keyOf = (word: string): string => word.trim().toLowerCase();

const only = (values: (string | null)[]): string | null => {
  const [value, ...more] = new Set(values);
  return more.length === 0 ? (value ?? null) : null;
};
