import { hash, swing } from './noise.ts';
import { HEAD_COINS, ODD_COINS, type OddCoin, type Quirk } from './odd-coins.ts';

export interface Coin {
  rank: number;
  symbol: string;
  name: string;
  /** null: the source does not list it. */
  coinpaprika_id: string | null;
  coingecko_id: string | null;
  coinlore_id: string | null;
  /** The seed of its randomness. */
  seed: number;
  base_price_usd: number;
  /** Coins in circulation. */
  supply: number;
  max_supply: number | null;
  volatility: number;
  first_data_at_ms: number;
  quirks: ReadonlySet<Quirk>;
}

/** The true values of a coin at an instant. All sources see the same market, with small differences. */
export interface Reading {
  updated_at_ms: number;
  price_usd: number;
  market_cap_usd: number;
  volume_24h_usd: number;
  /** Price now compared with the price that many milliseconds earlier, in percent. */
  changePercent(before_ms: number): number;
}

export const SOURCES = ['coinpaprika', 'coingecko', 'coinlore'] as const;
export type SourceId = (typeof SOURCES)[number];

const PAPRIKA_COINS = 2000;
/** Coins of these ranks have unique names, as in a real market; below them, names collide. */
const PROMINENT_RANKS = 100;
const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
const STALE_EPOCH_MS = 30 * DAY_MS;

const FIRST =
  'Amber Azure Basalt Binary Candle Cedar Cipher Cobalt Copper Coral Crimson Delta Ember Fable Falcon Fern Flint Frost Garnet Glacier Harbor Hazel Indigo Iron Ivory Jade Juniper Kestrel Lantern Linen Lunar Maple Marble Meadow Mirror Nimbus Nova Oak Onyx Opal Orbit Otter Paper Pebble Pepper Pine Quartz Quill Raven River Saffron Sage Shadow Silver Slate Solar Sparrow Thistle Timber Topaz Umber Velvet Violet Walnut Willow Winter Zephyr'.split(
    ' ',
  );
const SECOND =
  'Arc Atlas Barter Beacon Bridge Cash Chain Circle Coin Credit Dao Dex Dollar Engine Exchange Farm Field Finance Fund Gate Gold Grid Guild Index Inu Key Labs Layer Ledger Link Loop Market Mint Network Node Oracle Pay Pool Port Protocol Reserve Ring Share Stake Swap Token Trust Vault Wave World Yield Zone'.split(
    ' ',
  );

/**
 * The coins of the market, by rank: 2,000 for CoinPaprika; most of them, and some others, for the other two
 * sources.
 */
export function createMarket(seed: number): Coin[] {
  const odd = new Map(ODD_COINS.map((coin) => [coin.rank, coin]));
  const taken = new Set<string>();
  const prominent = new Set<string>();
  const coins: Coin[] = [];
  for (let rank = 1, onPaprika = 0; onPaprika < PAPRIKA_COINS; rank++) {
    const coin = createCoin(seed, rank, odd.get(rank), { taken, prominent });
    if (coin.coinpaprika_id !== null) onPaprika += 1;
    coins.push(coin);
  }
  return coins;
}

function createCoin(
  market: number,
  rank: number,
  odd: OddCoin | undefined,
  { taken, prominent }: { taken: Set<string>; prominent: Set<string> },
): Coin {
  const seed = (market * 100_003 + rank * 31) | 0;
  const draw = (place: number) => hash(seed, place);
  const head = HEAD_COINS[rank - 1];
  const name = head?.name ?? odd?.name ?? inventedName(draw, prominent);
  if (rank <= PROMINENT_RANKS) prominent.add(name);
  const symbol = head?.symbol ?? odd?.symbol ?? inventedSymbol(name, draw(3));
  const cap = 1.8e12 / rank ** 1.55;
  const base_price_usd = head?.price_usd ?? odd?.price_usd ?? 10 ** (draw(4) * 9 - 6.5);
  const supply = Math.max(1, Math.round(cap / base_price_usd));
  const max = odd?.quirks?.includes('over_max') ? 0.8 : 1 + draw(5) * 2;
  const listed = listing(rank, odd, draw(6));
  const base = symbol.toLowerCase().replace(/[^a-z0-9]+/g, '') || 'x';
  return {
    rank,
    symbol,
    name,
    coinpaprika_id: listed.coinpaprika ? unique(`${base}-${slug(name)}`, taken, 'p:') : null,
    coingecko_id: listed.coingecko ? unique(head?.coingecko_id ?? slug(name), taken, 'g:') : null,
    coinlore_id: listed.coinlore ? coinloreId(rank) : null,
    seed,
    base_price_usd,
    supply,
    max_supply: head ? head.max_supply : draw(7) < 0.45 ? null : Math.round(supply * max),
    volatility: head?.volatility ?? 0.6 + draw(8) * 2,
    first_data_at_ms: Date.UTC(2013, 0, 1) + Math.floor((draw(9) * 11 * 365 * DAY_MS) / 1000) * 1000,
    quirks: new Set(odd?.quirks ?? commonQuirks(rank, draw(10))),
  };
}

function listing(rank: number, odd: OddCoin | undefined, draw: number): Record<SourceId, boolean> {
  if (odd?.on !== undefined)
    return { coinpaprika: odd.on === 'coinpaprika', coingecko: odd.on === 'coingecko', coinlore: false };
  if (rank <= 40 || odd !== undefined) return { coinpaprika: true, coingecko: true, coinlore: true };
  return { coinpaprika: draw < 0.9, coingecko: draw >= 0.2, coinlore: draw >= 0.1 && draw < 0.8 };
}

/** Numbers without an order: Bitcoin is 90 and Ethereum 80. */
const coinloreId = (rank: number) => String(rank <= 2 ? 100 - rank * 10 : 32_000 + ((rank * 7_919) % 30_011));

/** One in forty of the smaller coins has a quirk. */
function commonQuirks(rank: number, draw: number): Quirk[] {
  const common: Quirk[] = ['stale', 'zero_cap', 'blank', 'nulls', 'absent', 'zero_volume'];
  const chosen = common[Math.floor(draw * 40 * common.length)];
  return rank > 100 && chosen !== undefined ? [chosen] : [];
}

/** The first drawn name that no prominent coin has. */
function inventedName(draw: (place: number) => number, prominent: ReadonlySet<string>): string {
  const word = (list: string[], place: number) => list[Math.floor(draw(place) * list.length)] ?? '';
  for (let place = 0; ; place += 1000) {
    const name = `${word(FIRST, place + 1)} ${word(SECOND, place + 2)}`;
    if (!prominent.has(name)) return name;
  }
}

/** Short symbols of a small alphabet, which collide naturally. */
function inventedSymbol(name: string, draw: number): string {
  const [first = '', second = ''] = name.toUpperCase().split(' ');
  return draw < 0.5 ? first.slice(0, 3) + second.slice(0, 1) : first.slice(0, 2) + second.slice(0, 2);
}

const slug = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'unnamed';

function unique(id: string, taken: Set<string>, space: string): string {
  let candidate = id;
  for (let n = 2; taken.has(space + candidate); n++) candidate = `${id}-${n}`;
  taken.add(space + candidate);
  return candidate;
}

/** The seed of the differences between a source's prices and the market. */
const SPREAD = { coingecko: 21, coinlore: 23 };

/** The coin as the source publishes it at `now_ms`. All answers within one minute are the same. */
export function readCoin(coin: Coin, source: SourceId, now_ms: number): Reading {
  const minute = Math.floor(now_ms / MINUTE_MS) * MINUTE_MS;
  const behind = 1000 + Math.floor(hash(coin.seed, 20) * 58) * 1000;
  // A stale coin moves once a month, so it is stale at any time of the clock.
  const at = coin.quirks.has('stale') ? minute - (minute % STALE_EPOCH_MS) - 40 * DAY_MS : minute - behind;
  const spread = source === 'coinpaprika' ? 1 : 1 + (hash(coin.seed, SPREAD[source]) - 0.5) * 0.002;
  const priceAt = (ms: number) => coin.base_price_usd * spread * swing(coin.seed, coin.volatility, ms);
  const price_usd = rounded(priceAt(at), 16);
  const market_cap_usd = Math.round(price_usd * coin.supply);
  const turnover = 0.01 + hash(coin.seed, 22) * 0.12;
  return {
    updated_at_ms: at,
    price_usd,
    market_cap_usd,
    volume_24h_usd: market_cap_usd * turnover * swing(coin.seed + 1, 4, at),
    changePercent: (before_ms) => (price_usd / priceAt(at - before_ms) - 1) * 100,
  };
}

/** Rounds to a number of significant digits, and keeps the exponent of tiny prices. */
export function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
