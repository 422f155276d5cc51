import type { Dialect } from '../dialect.ts';

/** CoinCodex's historical data of a coin, named after it and the first and last day. */
export const coincodex: Dialect = {
  id: 'coincodex',
  title: 'CoinCodex historical data',
  convention:
    'Start and End are the midnights (UTC) at both ends of a daily bar; the close, with the market cap and 24-hour volume as of then, is stored at End.',
  kind: 'bar_close',
  bars: { names: 'open', period: '1d', venue: 'many' },
  columns: {
    instant: ['start'],
    price: ['close'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    cap: ['market_cap'],
    volume_usd: ['volume'],
  },
  required: ['instant', 'price', 'open', 'high', 'low'],
  recognises: (names) =>
    ['start', 'end', 'open', 'high', 'low', 'close', 'market_cap'].every((name) => names.has(name)),
  is_machine: true,
  zone: 'UTC',
  quote: null,
  zero_volume: 'unknown',
};
