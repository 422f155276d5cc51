/** Quote currencies that market data is written in; the ones that end like another come apart both ways. */
const QUOTES =
  `usd usdt usdc busd tusd fdusd dai eur gbp jpy krw try brl aud cad chf inr rub cny sgd mxn zar btc xbt eth
  bnb`.split(/\s+/);
const KNOWN = new Set(QUOTES);

export interface Pair {
  /** Lower case both. */
  base: string;
  quote: string;
}

export const isQuote = (text: string): boolean => KNOWN.has(text);

/**
 * Every way to read a text as a pair: `BTC/USD` and `btc-usd` one, `BTCUSD` one, `ARBUSD` two (ARB in USD, AR
 * in BUSD), `Bitcoin` none.
 */
export function readPair(text: string): Pair[] {
  const [base = '', quote, ...more] = text
    .trim()
    .toLowerCase()
    .split(/[/_:-]/);
  if (quote !== undefined) return more.length === 0 && base !== '' && isQuote(quote) ? [{ base, quote }] : [];
  return QUOTES.filter((known) => base.endsWith(known))
    .map((known) => ({ base: base.slice(0, -known.length), quote: known }))
    .filter(({ base: coin }) => coin.length >= 2 && coin !== 'usd');
}
