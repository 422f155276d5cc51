import type { Dialect } from '../dialect.ts';
import { timeOf } from '../time.ts';

/** Yahoo Finance's historical data; whole rows of `null` are days it has no figures for. */
export const yahoo: Dialect = {
  id: 'yahoo',
  title: 'Yahoo Finance',
  convention:
    'Date is the day (UTC) on which a bar opens; Close, unadjusted, is stored at the instant the bar ends, for daily bars the midnight after.',
  kind: 'bar_close',
  bars: { written: 'open', period: null, period_fallback: '1d', venue: 'many' },
  columns: {
    instant: ['date', 'datetime'],
    price: ['close'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    // Of a pair such as BTC-USD in the quote currency, over all exchanges.
    volume: ['volume'],
  },
  required: ['instant', 'price', 'open', 'high', 'low'],
  recognises: (names) =>
    ['date', 'open', 'high', 'low', 'close', 'adj_close'].every((name) => names.has(name)),
  zero_volume: 'unknown',
  instant: (cells) => timeOf(cells.instant),
};
