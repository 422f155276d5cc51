import type { Dialect } from '../dialect.ts';

/** Investing.com's historical data. Its `Vol.` counts coins, so it is no volume in USD. */
export const investing: Dialect = {
  id: 'investing',
  title: 'Investing.com',
  convention:
    'Date is the day (UTC) on which a bar opens; Price, its close, is stored at the instant the bar ends, for daily bars the midnight after.',
  kind: 'bar_close',
  bars: { names: 'open', period: null, venue: 'one' },
  columns: {
    instant: ['date'],
    price: ['price'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    volume_base: ['vol'],
    change: ['change', 'change_percent'],
  },
  required: ['instant', 'price', 'open', 'high', 'low'],
  recognises: (names) =>
    ['date', 'price', 'open', 'high', 'low'].every((name) => names.has(name)) &&
    (names.has('vol') || names.has('change')),
  is_machine: false,
  zone: 'UTC',
  // The page of a coin without a pair is in US dollars, and its files are called after it.
  quote: { text: 'usd', named: /historical[ _-]?data|investing/i },
  zero_volume: 'zero',
};
