/** Period of bars as external ids write it, or `-` for unknown. */
const BARS = /^(.+):[^:]*:(?:usd|usdt):(?:-|\d{1,3}(?:m|h|d|w|mo))$/s;

/**
 * What the external id of a file's listing calls the coin: `btc` of `coingecko:btc`,
 * `coingecko:bitcoin` of `canonical:coingecko:bitcoin`, `btc` of `yahoo:btc:-:usd:1d`.
 */
export function fileCoin(external_id: string): string {
  const rest = external_id.slice(external_id.indexOf(':') + 1);
  return BARS.exec(rest)?.[1] ?? rest;
}
