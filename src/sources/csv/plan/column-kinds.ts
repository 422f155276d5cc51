import { canonicalPeriod } from '../../../domain/files/period.ts';
import { isCurrency, isMoneyLike, readPairs } from '../forms/currency.ts';
import { readFigure } from '../forms/figures.ts';
import { readLoosely } from './when/read-loosely.ts';
import type { KnownCoins } from './whose/known-coins.ts';
import { VENUES } from './whose/venues.ts';

/** The evidence that a column can give, used or not. */
export type Evidence = 'coin' | 'pair' | 'quote' | 'venue' | 'clock';

/** Names that only a coin or a pair has. */
const COIN_NAMES = new Set(
  `symbol ticker coin coin_id coin_name coin_symbol asset asset_id asset_name asset_symbol base base_currency base_asset
  base_symbol token token_name token_symbol crypto cryptocurrency crypto_name crypto_symbol crypto_currency slug currency
  currency_name pair trading_pair currency_pair fsym`.split(/\s+/),
);
/** Names with other uses too: their cells must certainly be coins. */
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
/** Chains often bear the name of their coin. */
const CHAIN_NAMES = new Set(['network', 'chain', 'blockchain', 'platform', 'ecosystem']);
const CLOCK_NAMES = new Set(`time clock hour time_utc`.split(/\s+/));
/** Names of columns whose cells may be numbers and still name a coin. */
const CLOCK =
  /^\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?$/;

/** The evidence in the texts of a column, under its plain name; null for none. */
export function evidenceOf(name: string, texts: string[], coins: KnownCoins): Evidence | null {
  if (texts.length === 0) return null;
  if (texts.every((text) => CLOCK.test(text)) || (CLOCK_NAMES.has(name) && texts.every(isHour)))
    return 'clock';
  // Figures and instants name nothing, under any column name.
  if (texts.every((text) => readFigure(text, null).fault !== 'no_figure' || isTime(text))) return null;
  if (arePairs(texts, coins)) return 'pair';
  if (texts.every((text) => VENUES.has(text.toLowerCase()))) return 'venue';
  if (COIN_NAMES.has(name) && QUOTE_NAMES.has(name)) return texts.every(isMoneyLike) ? 'quote' : 'coin';
  if (QUOTE_NAMES.has(name)) return texts.every(isPeriod) ? null : 'quote';
  if (COIN_NAMES.has(name)) return 'coin';
  if (LOOSE_COIN_NAMES.has(name) && (texts.length > 1 || areCoins(texts, coins))) return 'coin';
  if (VENUE_NAMES.has(name) && !LOOSE_COIN_NAMES.has(name)) return 'venue';
  if (texts.length > 1 && !CHAIN_NAMES.has(name) && areNamed(texts, coins)) return 'coin';
  if (texts.every((text) => text === text.toUpperCase() && isCurrency(text)))
    return texts.every(isMoneyLike) ? 'quote' : 'coin';
  return null;
}

/** Whether a column of evidence may be used for it: its name also says so, or its cells leave no doubt. */
export function isReadable(kind: Evidence, name: string, texts: string[], coins: KnownCoins): boolean {
  if (kind === 'clock') return true;
  if (kind === 'quote') return QUOTE_NAMES.has(name);
  if (kind === 'venue') return VENUE_NAMES.has(name);
  if (COIN_NAMES.has(name)) return true;
  return LOOSE_COIN_NAMES.has(name) && (kind === 'pair' || areCoins(texts, coins));
}

/** Whether all texts are names or ids of coins that identity knows, or addresses of contracts. */
const areNamed = (texts: string[], coins: KnownCoins): boolean =>
  texts.every((text) => ADDRESS.test(text)) || texts.every((text) => coins.isNamed(text));

const ADDRESS = /^0x[0-9a-f]{40}$/i;

const areCoins = (texts: string[], coins: KnownCoins): boolean =>
  texts.every((text) => coins.knows(text) || /^[A-Z]{2,10}$/.test(text));

const isTime = (text: string): boolean => {
  const { fault } = readLoosely(text);
  return fault === undefined || fault === 'no_zone';
};

/** `HOUR` in a column of units is not a currency. */
const isPeriod = (text: string): boolean => !isCurrency(text) && canonicalPeriod(text) !== null;

const isHour = (text: string): boolean => /^(?:[01]?\d|2[0-3])$/.test(text);

/** Whether all texts are pairs, and not only tickers that end like a currency (`STETH`). */
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

/** A quote of so many coins that a token with such a name is rarer than the pair. */
const COMMON_QUOTES = new Set('usd usdt usdc eur gbp'.split(' '));
