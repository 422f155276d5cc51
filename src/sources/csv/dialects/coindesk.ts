import type { Dialect } from '../dialect.ts';

/** CoinDesk Data's bars (formerly CCData and CryptoCompare) in both CSV forms of its API. */
export const coindesk: Dialect = {
  id: 'coindesk',
  title: 'CoinDesk Data (CCData, CryptoCompare)',
  convention:
    'TIMESTAMP, or time, is the unix time at which a bar opens; the close is stored at the instant the bar ends, one period later.',
  kind: 'bar_close',
  bars: { names: 'open', period: null, venue: 'one' },
  columns: {
    instant: ['timestamp', 'time'],
    pair: ['instrument'],
    venue: ['market'],
    price: ['close'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    volume_usd: ['quote_volume', 'volumeto'],
    volume_base: ['volume', 'volumefrom'],
  },
  required: ['instant', 'price', 'open', 'high', 'low'],
  recognises: (names) =>
    ['volumefrom', 'volumeto', 'time', 'close'].every((name) => names.has(name)) ||
    ['unit', 'timestamp', 'market', 'instrument', 'close'].every((name) => names.has(name)),
  is_machine: true,
  zone: 'UTC',
  quote: null,
  zero_volume: 'zero',
};
