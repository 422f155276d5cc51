import type { Dialect } from '../dialect.ts';

/** Yahoo Finance's historical data; whole rows of `null` are days it has no figures for. */
export const yahoo: Dialect = {
  id: 'yahoo',
  title: 'Yahoo Finance',
  convention:
    'Date is the day (UTC) on which a bar opens; Close, unadjusted, is stored at the instant the bar ends, for daily bars the midnight after.',
  kind: 'bar_close',
  bars: { names: 'open', period: null, venue: 'many' },
  columns: {
    instant: ['date', 'datetime'],
    price: ['close'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    // Of a pair such as BTC-USD in the quote currency, over all exchanges.
    volume_usd: ['volume'],
  },
  required: ['instant', 'price', 'open', 'high', 'low'],
  recognises: (names) =>
    ['open', 'high', 'low', 'close', 'adj_close'].every((name) => names.has(name)) &&
    (names.has('date') || names.has('datetime')),
  is_machine: true,
  zone: 'UTC',
  quote: { text: 'usd', named: /yahoo/i },
  zero_volume: 'unknown',
};
