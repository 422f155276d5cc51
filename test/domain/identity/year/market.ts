import { createRandom, type Random } from '../../../chaos/random.ts';

// A market of true coins, and three vendors that list them, each with its own labels and delays.

export interface Coin {
  id: number;
  symbol: string;
  name: string;
  address: string | null;
  is_pegged: boolean;
  /** By day. */
  prices: number[];
  volatility: number;
}

/** A vendor's entry. It always means the same coin, but its labels may change. */
export interface Entry {
  vendor: number;
  external_id: string;
  coin: Coin;
  symbol: string;
  name: string;
  address: string | null;
  is_listed: boolean;
  /** Days on which it drops out of the list and returns. */
  away_until: number;
  /** At the limit of the polled ranks: seen only on some days. */
  is_edge: boolean;
}

/**
 * `alpha` names assets, and its list may be truncated; `beta` has a complete list; `gamma` has neither a list nor
 * contracts.
 */
export const VENDORS = ['alpha', 'beta', 'gamma'] as const;
const SHARES = [0.85, 0.75, 0.5];
const LAG_DAYS_MAX = 30;

/** How often each event happens to a coin in a year. */
const FATES: [fate: (market: Market, coin: Coin) => void, rate: number][] = [
  [(market, coin) => market.renameId(coin), 0.06],
  [(market, coin) => market.rebrand(coin), 0.03],
  [(market, coin) => market.migrate(coin), 0.03],
  [(market, coin) => market.delist(coin, 1), 0.05],
  [(market, coin) => market.delist(coin, VENDORS.length), 0.02],
  [(market, coin) => market.flicker(coin), 0.1],
  [(market, coin) => market.takeTicker(coin, 1), 0.01],
  [(market, coin) => market.takeTicker(coin, 1000), 0.01],
  [(market) => market.list(market.newCoin()), 0.08],
  [(market, coin) => market.list(market.newCoin({ symbol: coin.symbol })), 0.02],
];

export class Market {
  readonly coins: Coin[] = [];
  readonly entries: Entry[] = [];
  readonly #random: Random;
  readonly #ids = VENDORS.map(() => new Set<string>());
  readonly #later = new Map<number, (() => void)[]>();
  #day = 0;

  constructor(seed: number, coins: number) {
    this.#random = createRandom(seed);
    for (let n = 0; n < coins; n += 1) {
      const coin = this.newCoin();
      for (const vendor of this.#vendorsOf()) this.#enter(vendor, coin);
    }
  }

  /** Another day: prices move, and some coins have an event. */
  pass(): void {
    this.#day += 1;
    for (const coin of this.coins)
      coin.prices[this.#day] =
        (coin.prices[this.#day - 1] ?? 1) *
        Math.exp(coin.volatility * (this.#random.next() + this.#random.next() - 1) * 2);
    for (const act of this.#later.get(this.#day) ?? []) act();
    const { length } = this.coins;
    for (const [fate, rate] of FATES)
      for (let n = this.#random.next(); n < (rate * length) / 365; n += this.#random.next() * 2) {
        const coin = this.#random.pick(this.coins.slice(0, length));
        if (coin !== undefined) fate(this, coin);
      }
  }

  newCoin({ symbol, name, price }: { symbol?: string; name?: string; price?: number } = {}): Coin {
    const is_pegged = price === undefined && this.#random.chance(0.03);
    const coin: Coin = {
      id: this.coins.length,
      symbol: symbol ?? this.#letters(4).toUpperCase(),
      name: name ?? `${this.#word()} ${this.#word()}`,
      address: this.#random.chance(0.6) ? this.#address() : null,
      is_pegged,
      prices: [],
      volatility: is_pegged ? 0.001 : 0.005 + this.#random.next() * 0.06,
    };
    coin.prices[this.#day] = price ?? (is_pegged ? 1 : 10 ** (this.#random.next() * 8 - 5));
    this.coins.push(coin);
    return coin;
  }

  list(coin: Coin): void {
    for (const vendor of this.#vendorsOf()) this.#after(this.#lag(), () => this.#enter(vendor, coin));
  }

  renameId(coin: Coin): void {
    const entry = this.#random.pick(this.#entriesOf(coin));
    if (entry === undefined) return;
    const way = this.#random.next();
    const gap = way < 0.7 ? 0 : way < 0.85 ? this.#random.between(1, 3) : -this.#random.between(1, 10);
    if (gap >= 0) entry.is_listed = false;
    else this.#after(-gap, () => this.#remove(entry));
    this.#after(Math.max(0, gap), () => this.#enter(entry.vendor, coin, entry));
  }

  rebrand(coin: Coin): void {
    coin.symbol = this.#letters(4).toUpperCase();
    coin.name = `${this.#word()} ${this.#word()}`;
    this.#relabel(coin);
  }

  migrate(coin: Coin): void {
    if (coin.address === null) return;
    const address = this.#address();
    coin.address = address;
    for (const entry of this.#entriesOf(coin))
      this.#after(this.#lag(), () => {
        if (entry.address !== null) entry.address = address;
      });
  }

  delist(coin: Coin, vendors: number): void {
    for (const entry of this.#entriesOf(coin).slice(0, vendors))
      this.#after(this.#lag(), () => this.#remove(entry));
  }

  flicker(coin: Coin): void {
    const entry = this.#random.pick(this.#entriesOf(coin));
    if (entry !== undefined) entry.away_until = this.#day + this.#random.between(1, 4);
  }

  /** A new coin takes symbol and name, perhaps in another unit; vendors follow one by one. */
  takeTicker(coin: Coin, unit: number): void {
    const { symbol, name } = coin;
    const price = (coin.prices[this.#day] ?? 1) / (unit === 1 ? 10 ** (0.5 + this.#random.next() * 2) : unit);
    const heir = this.newCoin({ symbol, name, price });
    coin.symbol = `${symbol}${unit === 1 ? 'C' : 'OLD'}`;
    coin.name = unit === 1 ? `${name} Classic` : `${name} [OLD]`;
    for (const entry of this.#entriesOf(coin)) {
      const renamesToo = this.#random.chance(0.3);
      this.#after(this.#lag(), () => {
        if (!entry.is_listed) return;
        if (renamesToo) {
          entry.is_listed = false;
          this.#enter(entry.vendor, coin, { ...entry, symbol: coin.symbol, name: coin.name });
        } else [entry.symbol, entry.name] = [coin.symbol, coin.name];
        this.#enter(entry.vendor, heir);
      });
    }
  }

  #relabel(coin: Coin): void {
    const { symbol, name } = coin;
    for (const entry of this.#entriesOf(coin))
      this.#after(this.#lag(), () => {
        [entry.symbol, entry.name] = [symbol, name];
      });
  }

  #enter(vendor: number, coin: Coin, like?: Entry): void {
    const words = coin.name.toLowerCase().replace(/[^a-z]+/g, '-');
    const base = vendor === 0 ? `${coin.symbol.toLowerCase()}-${words}` : words;
    const ids = this.#ids[vendor] ?? new Set<string>();
    let external_id = vendor === 2 ? String(ids.size + 1) : base;
    for (let n = 2; ids.has(external_id); n += 1) external_id = `${base}-${n}`;
    ids.add(external_id);
    this.entries.push({
      vendor,
      external_id,
      coin,
      symbol: like?.symbol ?? coin.symbol,
      name: like?.name ?? this.#writing(coin.name),
      address: vendor === 2 || this.#random.chance(0.05) ? null : coin.address,
      is_listed: true,
      away_until: 0,
      is_edge: vendor > 0 && this.#random.chance(0.05),
    });
  }

  #remove(entry: Entry): void {
    entry.is_listed = false;
  }

  #after(days: number, act: () => void): void {
    if (days === 0) act();
    else this.#later.set(this.#day + days, [...(this.#later.get(this.#day + days) ?? []), act]);
  }

  #entriesOf = (coin: Coin): Entry[] =>
    this.entries.filter((entry) => entry.coin === coin && entry.is_listed);
  #lag = (): number => this.#random.between(0, LAG_DAYS_MAX);
  #vendorsOf = (): number[] => {
    const vendors = VENDORS.flatMap((_, at) => (this.#random.chance(SHARES[at] ?? 0) ? [at] : []));
    return vendors.length > 0 ? vendors : [0];
  };
  #writing = (name: string): string => {
    const way = this.#random.next();
    return way < 0.8 ? name : way < 0.9 ? name.toUpperCase() : name.replace(' ', '');
  };
  #letters = (count: number): string =>
    Array.from({ length: count }, () => this.#random.pick([...'abcdefghijklmnop'])).join('');
  #word = (): string => {
    const word = this.#letters(6);
    return word.charAt(0).toUpperCase() + word.slice(1);
  };
  #address = (): string =>
    `0x${Array.from({ length: 40 }, () => this.#random.between(0, 15).toString(16)).join('')}`;

  /** The present entries of a vendor. */
  isInList = (entry: Entry): boolean => entry.is_listed && entry.away_until <= this.#day;
  isPolled = (entry: Entry): boolean => this.isInList(entry) && !(entry.is_edge && this.#random.chance(0.5));
}
