import type { Dialect } from '../dialect.ts';

/** CoinMarketCap's historical data export, with or without `circulatingSupply`. */
export const coinmarketcap: Dialect = {
  id: 'coinmarketcap',
  title: 'CoinMarketCap historical data',
  convention:
    'timeClose is the last millisecond of a bar; the close, with the market cap and 24-hour volume as of then, is stored at the instant the bar ends, the midnight after.',
  kind: 'bar_close',
  bars: { names: 'close', period: null, venue: 'many' },
  columns: {
    instant: ['time_close'],
    bar_open: ['time_open'],
    quote: ['name'],
    price: ['close'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    cap: ['market_cap'],
    volume_usd: ['volume'],
  },
  required: ['instant', 'price'],
  recognises: (names) => ['time_open', 'time_close', 'close'].every((name) => names.has(name)),
  is_machine: true,
  zone: 'UTC',
  quote: { text: 'usd' },
  // Its column `name` contains its own id of the currency.
  usd_texts: ['2781'],
  zero_volume: 'unknown',
};
