/**
 * The plain form of a header cell, by which columns are recognised: lower case words joined by `_`, in any writing.
 * `Market Cap`, `marketCap` and `market-cap` are `market_cap`; `Change %` is `change`.
 */
export const columnName = (header: string): string =>
  header
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '');
