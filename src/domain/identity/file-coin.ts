/** Period of bars as external ids write it, or `-` for unknown. */
const BARS = /^(.+):[^:]*:(?:usd|usdt):(?:-|\d{1,3}(?:m|h|d|w|mo))$/s;

/**
 * The coin part of a file listing's external id: `btc` in `coingecko:btc`, `coingecko:bitcoin` in
 * `canonical:coingecko:bitcoin`, `btc` in `yahoo:btc:-:usd:1d`.
 */
export function fileCoin(external_id: string): string {
  const rest = external_id.slice(external_id.indexOf(':') + 1);
  return BARS.exec(rest)?.[1] ?? rest;
}
