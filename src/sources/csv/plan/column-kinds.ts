import { canonicalPeriod } from '../../../domain/files/period.ts';
import { isCurrency, isMoneyLike, readPairs } from '../forms/currency.ts';
import { readFigure } from '../forms/figures.ts';
import { readLoosely } from './when/read-loosely.ts';
import type { KnownCoins } from './whose/known-coins.ts';
import { VENUES } from './whose/venues.ts';

/** What a column can be evidence of, whether or not anything is read from it. */
export type Evidence = 'coin' | 'pair' | 'quote' | 'venue' | 'clock' | 'label';

const COIN_NAMES = new Set(
  `symbol ticker coin coin_id coin_name coin_symbol asset asset_id asset_name asset_symbol base base_currency base_asset
  base_symbol token token_symbol crypto cryptocurrency crypto_name slug currency currency_name pair trading_pair
  currency_pair fsym crypto_symbol crypto_currency`.split(/\s+/),
);
/** What coins are called among other things: the cells have to be coins. */
const LABEL_NAMES = new Set(
  `code product product_id instrument instrument_id name id from security`.split(/\s+/),
);
const QUOTE_NAMES = new Set(
  `quote quote_currency quote_asset quote_symbol vs_currency currency currency_code counter_currency price_currency
  price_unit unit tsym fiat`.split(/\s+/),
);
const VENUE_NAMES = new Set(
  `venue market market_id exchange exchange_name exchange_id market_name boerse source data_source`.split(
    /\s+/,
  ),
);
const CLOCK_NAMES = new Set(`time clock hour time_utc`.split(/\s+/));
const CLOCK =
  /^\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?$/;

/** What the texts of a column, under its plain name, are evidence of; null for nothing. */
export function evidenceOf(name: string, texts: string[], coins: KnownCoins): Evidence | null {
  if (texts.length === 0) return null;
  if (texts.every((text) => CLOCK.test(text)) || (CLOCK_NAMES.has(name) && texts.every(isHour)))
    return 'clock';
  // Figures name nothing, whatever their column is called.
  if (texts.every((text) => readFigure(text, null).fault !== 'no_figure')) return null;
  if (texts.every(isInstant)) return null;
  if (arePairs(texts, coins)) return 'pair';
  if (texts.every((text) => VENUES.has(text.toLowerCase()))) return 'venue';
  if (COIN_NAMES.has(name) && QUOTE_NAMES.has(name)) return texts.every(isMoneyLike) ? 'quote' : 'coin';
  if (QUOTE_NAMES.has(name)) return texts.every(isPeriod) ? null : 'quote';
  if (COIN_NAMES.has(name)) return 'coin';
  if (VENUE_NAMES.has(name)) return 'venue';
  if (LABEL_NAMES.has(name)) return labelOf(texts, coins);
  if (texts.every((text) => text === text.toUpperCase() && isCurrency(text)))
    return texts.every(isMoneyLike) ? 'quote' : 'coin';
  return null;
}

/** Whether a column is named after coins, so that it may tell whose prices the rows are. */
export const namesCoins = (name: string): boolean => COIN_NAMES.has(name) || LABEL_NAMES.has(name);

/** Coins; or else what is no evidence as long as it is one thing. */
function labelOf(texts: string[], coins: KnownCoins): Evidence | null {
  const known = texts.filter((text) => coins.knows(text));
  if (known.length > 0 && texts.every((text) => known.includes(text) || TICKER.test(text))) return 'coin';
  return texts.length > 1 ? 'label' : null;
}

const TICKER = /^[A-Z][A-Z0-9.]{1,9}$/;

const isInstant = (text: string): boolean => {
  const { fault } = readLoosely(text);
  return fault === undefined || fault === 'no_zone';
};

/** `HOUR` in a column of units is no currency. */
const isPeriod = (text: string): boolean => !isCurrency(text) && canonicalPeriod(text) !== null;

const isHour = (text: string): boolean => /^(?:[01]?\d|2[0-3])$/.test(text);

/** Whether all texts are pairs, and not merely tickers that end like a currency (`STETH`). */
export function arePairs(texts: string[], coins: KnownCoins): boolean {
  return texts.every((text) => {
    if (/\s/.test(text.trim()) && !/^\S+ ?[/_:-] ?\S+$/.test(text.trim())) return false;
    // A slash stands in pairs alone; other marks stand in the ids of coins too (`bitcoin-cash`).
    const readings = readPairs(text).filter(({ is_known }) => is_known || text.includes('/'));
    if (readings.length === 0) return false;
    return (
      readings.some(({ style }) => style === 'split') || !coins.knows(text) || hasKnownBase(readings, coins)
    );
  });
}

const hasKnownBase = (readings: { base: string; quote: string }[], coins: KnownCoins): boolean =>
  readings.some(({ base, quote }) => coins.knows(base) && COMMON_QUOTES.has(quote));

/** What stands behind so many coins that a token of such a name is rarer than the pair. */
const COMMON_QUOTES = new Set('usd usdt usdc eur gbp'.split(' '));
