import type { Dialect } from '../dialect.ts';

/** The possible names of a column of instants, the best first. */
export const INSTANT_NAMES: readonly string[] = [
  'timestamp',
  'datetime',
  'date_time',
  'date_and_time',
  'time',
  'date',
  'day',
  'open_time',
  'opentime',
  'time_open',
  'time_utc',
  'date_utc',
  'timestamp_utc',
  'unix',
  'unix_time',
  'unix_timestamp',
  'epoch',
  'ts',
];

const shared = {
  recognises: () => false,
  is_machine: false,
  zone: null,
  quote: null,
  zero_volume: 'zero',
} as const;

/** A table of bars from no known vendor: the names of its columns decide their roles, or the sender does. */
export const barTable: Dialect = {
  ...shared,
  id: 'table',
  title: 'Table of bars',
  convention:
    'Closes, at the instant that the bar ends; which end of it the rows name is told by bar=, or by clock times at its last moment.',
  kind: 'bar_close',
  bars: { names: null, period: null, venue: 'one' },
  columns: {
    instant: INSTANT_NAMES,
    price: ['close', 'close_price', 'closing_price', 'c', 'last', 'price'],
    open: ['open', 'open_price', 'o'],
    high: ['high', 'high_price', 'h'],
    low: ['low', 'low_price', 'l'],
    cap: ['market_cap', 'marketcap'],
    volume_usd: ['volume_usd', 'volumeusd', 'usd_volume', 'dollar_volume'],
    volume_base: ['volume_base', 'base_volume'],
  },
  required: ['price'],
};

/** A table of readings, as of the instant or the beginning of the day that a row names. */
export const priceTable: Dialect = {
  ...shared,
  id: 'table',
  title: 'Table of prices',
  convention:
    'Readings as of the instant of their row; a date alone is the beginning of its day, or with bar=close its end.',
  kind: 'spot',
  bars: null,
  columns: {},
  required: ['price'],
};
