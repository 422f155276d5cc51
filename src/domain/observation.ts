import type { Decimal } from './decimal.ts';
import type { Figures, PageFacts } from './figures.ts';
import type { Instant } from './instant.ts';

/** `spot`: a reading as of an instant. `bar_close`: the close of a market bar, with its open, high and low. */
export const KINDS = ['spot', 'bar_close'] as const;
export type Kind = (typeof KINDS)[number];

/** Closed list; grows only by addition, because clients match on it. */
export const FLAGS = [
  'sandbox',
  'stale',
  'no_source_time',
  'zero_unknown',
  'unreadable',
  'backfill',
  'after_thinning',
  'quote_usdt',
  'anomaly',
] as const;
/** Only on replies, never on stored rows: the figures were converted to another currency. */
export const CONVERTED = 'converted';
export type Flag = (typeof FLAGS)[number];

/** A source's labels for a coin. `symbol` is upper case; it is a label, not an identity. */
export interface ListingProfile {
  external_id: string;
  symbol: string | null;
  name: string | null;
}

/** One source's statement on one listing at one instant. Unknown is null, never zero. */
export interface Observation extends ListingProfile, Figures {
  kind: Kind;
  observed_at: Instant;
  flags: Flag[];
  /** The page facts of a price page; null for a reading without a page. */
  page: PageFacts | null;
  /** The position of the record in its raw payload: a JSON Pointer, or the byte range and line of a CSV. */
  pointer: string;
}

/** The price of a bitcoin in one currency, from one source. */
export interface CurrencyRate {
  /** The code of the source, in lower case: `eur`. */
  currency: string;
  name: string | null;
  units_per_btc: Decimal;
  observed_at: Instant;
  flags: Flag[];
  pointer: string;
}

/** The whole market as one source defines it. */
export interface MarketTotals {
  observed_at: Instant;
  market_cap_usd: Decimal | null;
  volume_24h_usd: Decimal | null;
  bitcoin_dominance_percent: Decimal | null;
  market_cap_change_24h_percent: Decimal | null;
  assets_count: number | null;
  flags: Flag[];
  pointer: string;
}
