/** Quirks that the default market has on purpose, because real markets have them. */
export type Quirk =
  /** last_updated is weeks old and the 24-hour figures are missing. */
  | 'stale'
  /** last_updated is null (CoinGecko). */
  | 'no_source_time'
  /** Cap and circulating supply are 0 although a price exists: 0 means unknown. */
  | 'zero_cap'
  | 'zero_volume'
  /** Missing values are "", as CoinPaprika's documents say. */
  | 'blank'
  | 'nulls'
  /** Optional keys are missing. */
  | 'absent'
  /** Supplies with 19 digits, more than a double holds. */
  | 'huge_supply'
  /** A change of millions of percent. */
  | 'moonshot'
  | 'negative_zero'
  /** A circulating supply above the maximum. */
  | 'over_max';

export interface OddCoin {
  symbol: string;
  name: string;
  rank: number;
  price_usd?: number;
  quirks?: Quirk[];
  on?: 'coinpaprika' | 'coingecko';
}

export interface HeadCoin {
  symbol: string;
  name: string;
  price_usd: number;
  /** Near 0 for a coin pegged to the dollar. */
  volatility: number;
  /** null: no limit. */
  max_supply: number | null;
  /** If it differs from the name. */
  coingecko_id?: string;
}

/** The largest coins, as everybody knows them. */
export const HEAD_COINS: readonly HeadCoin[] = [
  { symbol: 'BTC', name: 'Bitcoin', price_usd: 91_250, volatility: 0.7, max_supply: 21_000_000 },
  { symbol: 'ETH', name: 'Ethereum', price_usd: 3_140, volatility: 0.9, max_supply: null },
  { symbol: 'USDT', name: 'Tether', price_usd: 1, volatility: 0.004, max_supply: null },
  {
    symbol: 'XRP',
    name: 'XRP',
    price_usd: 2.37,
    volatility: 1,
    max_supply: 100_000_000_000,
    coingecko_id: 'ripple',
  },
  { symbol: 'SOL', name: 'Solana', price_usd: 168.4, volatility: 1.1, max_supply: null },
  {
    symbol: 'USDC',
    name: 'USD Coin',
    price_usd: 1,
    volatility: 0.003,
    max_supply: null,
  },
  { symbol: 'DOGE', name: 'Dogecoin', price_usd: 0.1874, volatility: 1.3, max_supply: null },
  { symbol: 'ADA', name: 'Cardano', price_usd: 0.7213, volatility: 1.1, max_supply: 45_000_000_000 },
  { symbol: 'LTC', name: 'Litecoin', price_usd: 97.31, volatility: 1, max_supply: 84_000_000 },
];

/** Coins that break naive readers: shared symbols, odd texts, extreme numbers, unknown values. */
export const ODD_COINS: readonly OddCoin[] = [
  { symbol: 'BTC', name: 'Bitcoin Tribute', rank: 611 },
  { symbol: 'BTC', name: 'Better Than Cash', rank: 1402, price_usd: 4.02e-9 },
  { symbol: 'BTC', name: 'Black Teapot Coin', rank: 1777, on: 'coingecko' },
  { symbol: 'ETH', name: 'Ether Harvest', rank: 853, on: 'coinpaprika' },
  { symbol: 'SOL', name: 'Solace', rank: 1120 },
  { symbol: 'USDT', name: 'Bridged Tether (Northern Line)', rank: 340, price_usd: 0.9991 },
  { symbol: '$FISH', name: 'Dollar Fish', rank: 702 },
  { symbol: 'WOW!', name: 'Wow! Coin', rank: 977 },
  { symbol: 'ACME.B', name: 'Acme, Tinker & Sons "Class B"', rank: 288, price_usd: 412.75 },
  { symbol: 'MOON', name: '🚀 Moon Ticket', rank: 455, quirks: ['moonshot'] },
  { symbol: 'GHOST', name: 'Ghost​Writer​', rank: 512, quirks: ['nulls'] },
  { symbol: 'CALC', name: "=cmd|' /C calc'!A0", rank: 1033 },
  { symbol: 'PLUS', name: '+Plus Minus', rank: 1034, quirks: ['negative_zero'] },
  { symbol: 'DASHER', name: '-Dasher', rank: 1035 },
  { symbol: 'ATAT', name: '@At Sign', rank: 1036 },
  { symbol: 'HTML', name: '<script>alert("coin")</script>', rank: 1037 },
  { symbol: '柚子', name: '柚子幣', rank: 820 },
  { symbol: 'ÑANDÚ', name: 'Ñandú', rank: 1290 },
  { symbol: 'SUPERCALIFRAGILISTICEXPIALIDOCIOUSLY', name: 'Long Symbol', rank: 1601 },
  { symbol: 'DUST', name: 'Cosmic Dust', rank: 1490, price_usd: 3.21e-12 },
  { symbol: 'ATOMETTE', name: 'Atomette', rank: 1888, price_usd: 4.7e-18, quirks: ['huge_supply'] },
  { symbol: 'WHALE', name: 'Whale Ledger', rank: 1210, price_usd: 318_402.5512871 },
  { symbol: 'HUGE', name: 'Huge Supply', rank: 590, quirks: ['huge_supply'] },
  { symbol: 'MURK', name: 'Murky Waters', rank: 1315, price_usd: 3.9e-9, quirks: ['zero_cap'] },
  { symbol: 'FOG', name: 'Fog of Chain', rank: 1420, quirks: ['zero_cap', 'zero_volume'] },
  { symbol: 'SLEEP', name: 'Sleeping Giant', rank: 377, quirks: ['stale'] },
  { symbol: 'COMA', name: 'Coma Cluster', rank: 1555, quirks: ['stale', 'zero_volume'] },
  { symbol: 'NOTIME', name: 'Timeless', rank: 740, quirks: ['no_source_time'] },
  { symbol: 'BLANK', name: 'Blank Page', rank: 930, quirks: ['blank'] },
  { symbol: 'SPARSE', name: 'Sparse Facts', rank: 931, quirks: ['absent'] },
  { symbol: 'OVER', name: 'Over the Top', rank: 666, quirks: ['over_max'] },
];
