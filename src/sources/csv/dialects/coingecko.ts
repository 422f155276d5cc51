import type { Dialect } from '../dialect.ts';
import { timeOf } from '../time.ts';

/** CoinGecko's "Export to CSV" of a coin's historical data; the coin stands in the file name only. */
export const coingecko: Dialect = {
  id: 'coingecko',
  title: 'CoinGecko export',
  convention:
    'snapped_at is the instant of a snapshot, at 00:00 UTC: the price at the opening of that day, with the market cap and 24-hour volume as of then.',
  kind: 'spot',
  bars: null,
  columns: {
    instant: ['snapped_at', 'date_and_time'],
    price: ['price'],
    market_cap: ['market_cap'],
    volume: ['total_volume'],
  },
  required: ['instant', 'price'],
  recognises: (names) =>
    names.has('price') &&
    (names.has('snapped_at') || (names.has('date_and_time') && names.has('total_volume'))),
  // Its early years have prices and caps but no volumes: 242 days of zero for bitcoin.
  zero_volume: 'unknown',
  instant: (cells) => timeOf(cells.instant),
};
