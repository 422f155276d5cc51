import { once } from './once.ts';

/** Tokens that represent a currency. */
const TOKENS = `usdt usdc busd tusd fdusd usdp usdd usde gusd pyusd dai ust ustc eurt eurc eurs`.split(/\s+/);
/** Other coins in which coins are priced. */
const COINS = 'btc xbt eth bnb sol xrp trx doge dot'.split(' ');
const PRICING_COINS = [...TOKENS, ...COINS];

/** Codes of Intl that are not money: metals, funds, units of account and tests. */
const NO_MONEY = /^(?:x..|ch[ew]|clf|cou|mxv|uyi|uyw|bov|us[ns])$/;

const codes = once(() => new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase())));
const money = once(() => [...codes()].filter((code) => !NO_MONEY.test(code)));
const quotes = once(() => [...new Set([...PRICING_COINS, ...money()])]);
const known = once(() => new Set([...PRICING_COINS, ...codes()]));

/** Whether a text is the code of a currency, or of a coin in which others are priced. */
export const isCurrency = (code: string): boolean => known().has(code.toLowerCase());

/** Whether a state issues it. */
export const isMoney = (code: string): boolean => money().includes(code.toLowerCase());

/** Whether prices are in it if a column names nothing else: money, or a token that represents it. */
export const isMoneyLike = (code: string): boolean => isMoney(code) || TOKENS.includes(code.toLowerCase());

/** Whether it is a coin in which others are priced, and not money or a token that represents it. */
export const isPricingCoin = (code: string): boolean => COINS.includes(code.toLowerCase());

/** The possible currencies of a sign: `€` one, `$` and `US$` many and one. A code is its own sign. */
export function currenciesOf(sign: string): string[] {
  const low = sign.toLowerCase();
  if (low === '₿') return ['btc'];
  if (isCurrency(low)) return [low];
  // Making the list takes long, and words of plain letters are not signs.
  return SIGN.test(low) ? (signs().get(low) ?? []) : [];
}

const SIGN = /\p{Sc}|[^\p{ASCII}]/u;

const signs = once(() => {
  const found = new Map<string, string[]>();
  for (const code of money())
    for (const sign of signsOf(code)) found.set(sign, [...(found.get(sign) ?? []), code]);
  return found;
});

function signsOf(code: string): Set<string> {
  const styles = ['symbol', 'narrowSymbol'] as const;
  const names = ['en', 'en-CA'].flatMap((locale) =>
    styles.map((currencyDisplay) => {
      const format = new Intl.NumberFormat(locale, { style: 'currency', currency: code, currencyDisplay });
      return (
        format
          .formatToParts(1)
          .find(({ type }) => type === 'currency')
          ?.value.toLowerCase() ?? code
      );
    }),
  );
  return new Set(names.filter((name) => name !== code));
}

export interface Pair {
  /** All in lower case. */
  base: string;
  quote: string;
  /** Whether the quote is a known currency; a quote after a separator may be unknown. */
  is_known: boolean;
  /** The exchange before it: `COINBASE:BTCUSD`. */
  venue: string | null;
  /** `split`: by a separator. `glued`: by the currency at its end. Other values: one exchange's way of writing. */
  style: 'split' | 'glued' | 'kraken' | 'bitfinex';
}

/**
 * Every reading of a text as a pair, never a choice: `BTC/PLN` one, `BTCUSDT` one, `ARBUSD` two (ARB in USD, AR in
 * BUSD), `tBTCUSD` two (tBTC, or BTC as Bitfinex writes it), `Bitcoin` none. A text with a separator is a pair even
 * if its second half is not a known currency.
 */
export function readPairs(text: string): Pair[] {
  const trimmed = text.trim();
  const [, venue, rest] = /^(\p{L}[\p{L}\d]+):([\p{L}\d]+(?:[/_-][\p{L}\d]+)?)$/u.exec(trimmed) ?? [];
  if (venue !== undefined && rest !== undefined && !isCurrency(rest)) {
    const behind = pairsOf(rest).map((pair) => ({ ...pair, venue: venue.toLowerCase() }));
    if (behind.length > 0) return behind;
  }
  return pairsOf(trimmed);
}

function pairsOf(text: string): Pair[] {
  const bitfinex = /^t(?=[A-Z\d:]{6,}$)(.*)$/.exec(text)?.[1];
  const asBitfinex =
    bitfinex === undefined ? [] : plainPairs(bitfinex).map((pair) => styled(pair, 'bitfinex'));
  return [...plainPairs(text), ...krakenPairs(text), ...asBitfinex];
}

const styled = (pair: Pair, style: Pair['style']): Pair => ({ ...pair, style });

function plainPairs(text: string): Pair[] {
  const low = text.toLowerCase();
  const [base = '', quote, ...more] = low.split(/ ?[/_:-] ?/);
  if (quote === undefined) return gluedPairs(low);
  const isPair = more.length === 0 && CODE.test(base) && CODE.test(quote);
  return isPair ? [{ base, quote, is_known: isCurrency(quote), venue: null, style: 'split' }] : [];
}

const CODE = /^[\p{L}\d.]+$/u;

function gluedPairs(text: string): Pair[] {
  if (!/^[\p{L}\d]+$/u.test(text) || isCurrency(text)) return [];
  return quotes()
    .filter((quote) => text.endsWith(quote) && text.length - quote.length >= 2)
    .map((quote) => ({
      base: text.slice(0, -quote.length),
      quote,
      is_known: true,
      venue: null,
      style: 'glued',
    }));
}

/** Kraken's old names: X before four letters that are a coin, Z before those that are money. */
function krakenPairs(text: string): Pair[] {
  const [, base, quote] = /^X([A-Z]{3})([XZ][A-Z]{3})$/.exec(text) ?? [];
  if (base === undefined || quote === undefined) return [];
  const code = quote.slice(1).toLowerCase();
  const fits = quote.startsWith('Z') ? isMoney(code) : isCurrency(code) && !isMoney(code);
  if (!fits) return [];
  return [{ base: base.toLowerCase(), quote: code, is_known: true, venue: null, style: 'kraken' }];
}

/**
 * The currency that the name of a column states after its contents: `Volume EUR`, `Price (PLN)`, `close_usd`,
 * `PriceUSD`; for `Market Cap ($)` every possible currency of the sign. Null if it states none; `is_known` is false
 * for an unknown code in brackets.
 */
export function currencyInHeader(header: string): { codes: string[]; is_known: boolean } | null {
  const [, inBrackets] = /[([]\s*(?:in\s+)?([^)\]]+?)\s*[)\]]\s*$/.exec(header) ?? [];
  if (inBrackets !== undefined) {
    const codes = currenciesOf(inBrackets);
    if (codes.length > 0) return { codes, is_known: true };
    return /^[A-Z]{3,5}$/.test(inBrackets) ? { codes: [inBrackets.toLowerCase()], is_known: false } : null;
  }
  const words = header
    .trim()
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const last = words.at(-1)?.toLowerCase();
  return words.length > 1 && last !== undefined && isCurrency(last)
    ? { codes: [last], is_known: true }
    : null;
}
