/**
 * The pair of a market under an exchange's name for it, if the exchange prices only in these currencies; undefined
 * for other texts.
 */
export function pairOn(market: string, quotes: readonly string[]): string | undefined {
  const fitting = quotes.filter((quote) => market.endsWith(quote) && market.length - quote.length >= 2);
  const [quote] = fitting.sort((a, b) => b.length - a.length);
  return quote === undefined ? undefined : `${market.slice(0, -quote.length)}/${quote}`;
}

/** A file's name without its path. */
export const baseName = (filename: string | null): string => (filename ?? '').replace(/^.*[/\\]/, '');
