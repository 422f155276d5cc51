import type { Dialect } from '../dialect.ts';

const UNIX = ['unix', 'unix_timestamp', 'unix_time'];

/** CryptoDataDownload's bars of one exchange, with or without its address above the header. */
export const cryptodatadownload: Dialect = {
  id: 'cryptodatadownload',
  title: 'CryptoDataDownload',
  convention:
    'unix and date are the instant at which a bar opens (UTC); the close is stored at the instant the bar ends, one period later.',
  caution:
    'The newest row is often a bar that had not ended when the file was made; a later export supersedes it.',
  kind: 'bar_close',
  bars: { names: 'open', period: null, venue: 'one' },
  columns: {
    instant: ['date'],
    unix: UNIX,
    pair: ['symbol'],
    price: ['close'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    volume_usd: ['volume_usd', 'volume_usdt'],
    volume_base: [/^volume_/],
  },
  required: ['pair', 'price', 'open', 'high', 'low'],
  recognises: (names) =>
    ['symbol', 'open', 'high', 'low', 'close'].every((name) => names.has(name)) &&
    ([...names].some((name) => /^volume_/.test(name)) || UNIX.some((name) => names.has(name))) &&
    [...UNIX, 'date'].some((name) => names.has(name)) &&
    !['marketcap', 'market_cap', 'market'].some((name) => names.has(name)),
  is_machine: true,
  zone: 'UTC',
  quote: null,
  // An exchange on which nothing was traded.
  zero_volume: 'zero',
};
