import { canonicalPeriod } from '../../../domain/files/period.ts';
import { isCurrency, isMoneyLike, readPairs } from '../forms/currency.ts';
import { readFigure } from '../forms/figures.ts';
import { readLoosely } from './when/read-loosely.ts';
import type { KnownCoins } from './whose/known-coins.ts';
import { VENUES } from './whose/venues.ts';

/** What a column can be evidence of, whether or not anything is read from it. */
export type Evidence = 'coin' | 'pair' | 'quote' | 'venue' | 'clock';

/** Names that nothing but a coin or a pair goes by. */
const COIN_NAMES = new Set(
  `symbol ticker coin coin_id coin_name coin_symbol asset asset_id asset_name asset_symbol base base_currency base_asset
  base_symbol token token_name token_symbol crypto cryptocurrency crypto_name crypto_symbol crypto_currency slug currency
  currency_name pair trading_pair currency_pair fsym`.split(/\s+/),
);
/** Names that much else goes by too: their cells have to be coins for certain. */
const LOOSE_COIN_NAMES = new Set(
  'market market_id market_name product product_id instrument instrument_id security name id code from'.split(
    ' ',
  ),
);
const QUOTE_NAMES = new Set(
  `quote quote_currency quote_asset quote_symbol vs_currency currency currency_code counter_currency price_currency
  price_unit unit tsym fiat`.split(/\s+/),
);
const VENUE_NAMES = new Set(
  `venue market market_id market_name exchange exchange_name exchange_id boerse source data_source`.split(
    /\s+/,
  ),
);
const CLOCK_NAMES = new Set(`time clock hour time_utc`.split(/\s+/));
/** Names of columns whose cells may be numbers and yet name a coin. */
const CLOCK =
  /^\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?$/;

/** What the texts of a column, under its plain name, are evidence of; null for nothing. */
export function evidenceOf(name: string, texts: string[], coins: KnownCoins): Evidence | null {
  if (texts.length === 0) return null;
  if (texts.every((text) => CLOCK.test(text)) || (CLOCK_NAMES.has(name) && texts.every(isHour)))
    return 'clock';
  // Figures and instants name nothing, whatever their column is called.
  if (texts.every((text) => readFigure(text, null).fault !== 'no_figure' || isTime(text))) return null;
  if (arePairs(texts, coins)) return 'pair';
  if (texts.every((text) => VENUES.has(text.toLowerCase()))) return 'venue';
  if (COIN_NAMES.has(name) && QUOTE_NAMES.has(name)) return texts.every(isMoneyLike) ? 'quote' : 'coin';
  if (QUOTE_NAMES.has(name)) return texts.every(isPeriod) ? null : 'quote';
  if (COIN_NAMES.has(name)) return 'coin';
  if (LOOSE_COIN_NAMES.has(name) && (texts.length > 1 || areCoins(texts, coins))) return 'coin';
  if (VENUE_NAMES.has(name) && !LOOSE_COIN_NAMES.has(name)) return 'venue';
  if (texts.every((text) => text === text.toUpperCase() && isCurrency(text)))
    return texts.every(isMoneyLike) ? 'quote' : 'coin';
  return null;
}

/** Whether a column of evidence may be read as what it is of: its name says so too, or its cells leave no doubt. */
export function isReadable(kind: Evidence, name: string, texts: string[], coins: KnownCoins): boolean {
  if (kind === 'clock') return true;
  if (kind === 'quote') return QUOTE_NAMES.has(name);
  if (kind === 'venue') return VENUE_NAMES.has(name);
  if (COIN_NAMES.has(name)) return true;
  return LOOSE_COIN_NAMES.has(name) && (kind === 'pair' || areCoins(texts, coins));
}

const areCoins = (texts: string[], coins: KnownCoins): boolean =>
  texts.every((text) => coins.knows(text) || /^[A-Z]{2,10}$/.test(text));

const isTime = (text: string): boolean => {
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
    // Only pairs contain a slash; ids of coins contain other marks too (`bitcoin-cash`).
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
