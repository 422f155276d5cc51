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
  recognises: (names) => {
    const list = [...names];
    const at = list.indexOf('symbol');
    const isBar = ['symbol', 'open', 'high', 'low', 'close'].every((name, more) => list[at + more] === name);
    const volumes = list.slice(at + 5).filter((name) => /^volume/.test(name));
    const before = list.slice(0, Math.max(0, at));
    const isDated = before.length > 0 && before.every((name) => [...UNIX, 'date'].includes(name));
    // Other tables with such columns do not have a volume in either currency, or their time twice.
    return isBar && isDated && (volumes.length > 1 || before.length > 1);
  },
  is_machine: true,
  zone: 'UTC',
  quote: null,
  // An exchange without trades.
  zero_volume: 'zero',
};
