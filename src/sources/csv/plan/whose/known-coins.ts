/** A coin that identity knows by a word. */
export interface KnownCoin {
  /** The word that was asked for, in lower case. */
  word: string;
  /** What of the coin the word is. */
  by: 'symbol' | 'name' | 'id';
  symbol: string | null;
  name: string | null;
  asset: string | null;
}

/** What identity knows of the words that a file names coins by. */
export class KnownCoins {
  readonly #byWord: ReadonlyMap<string, KnownCoin[]>;

  constructor(coins: readonly KnownCoin[]) {
    this.#byWord = Map.groupBy(coins, ({ word }) => word);
  }

  /** Whether some coin goes by the word, as its ticker, its name or a source's id of it. */
  knows(word: string): boolean {
    return this.#byWord.has(keyOf(word));
  }

  /** Every coin that goes by the word. */
  of(word: string): readonly KnownCoin[] {
    return this.#byWord.get(keyOf(word)) ?? [];
  }

  /** The ticker of the only coin of that name or id; null when there are several or none. */
  symbolOf(word: string): string | null {
    return only(this.#named(word).map(({ symbol }) => symbol?.toUpperCase() ?? null));
  }

  /** The asset that the word can only mean. */
  assetOf(word: string): string | null {
    return only(this.of(word).map(({ asset }) => asset));
  }

  /** Whether two words may mean one coin: its ticker, its name, an id of it. */
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
