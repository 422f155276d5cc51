import type { Dialect } from '../dialect.ts';

/** CoinGecko's "Export to CSV" of a coin's historical data; only the file name has the coin and the currency. */
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
    cap: ['market_cap'],
    volume_usd: ['total_volume'],
  },
  required: ['instant', 'price'],
  recognises: (names) =>
    names.has('price') &&
    (names.has('snapped_at') || (names.has('date_and_time') && names.has('total_volume'))),
  is_machine: true,
  zone: 'UTC',
  quote: null,
  // Its early years have prices and caps but no volumes: 242 days of zero for bitcoin.
  zero_volume: 'unknown',
};
