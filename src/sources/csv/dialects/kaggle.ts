import type { Dialect } from '../dialect.ts';

/** The files `coin_*.csv` of Kaggle's cryptocurrencypricehistory, made from CoinMarketCap's daily bars. */
export const kaggle: Dialect = {
  id: 'kaggle',
  title: 'Kaggle cryptocurrencypricehistory',
  convention:
    'Date is the last second of a daily bar (UTC); the close, with the market cap and 24-hour volume as of then, is stored at the midnight after.',
  kind: 'bar_close',
  bars: { names: 'close', period: '1d', venue: 'many' },
  columns: {
    instant: ['date'],
    symbol: ['symbol'],
    name: ['name'],
    price: ['close'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    cap: ['marketcap', 'market_cap'],
    volume_usd: ['volume'],
  },
  required: ['instant', 'price'],
  recognises: (names) =>
    ['name', 'symbol', 'date', 'high', 'low', 'open', 'close', 'marketcap'].every((name) => names.has(name)),
  is_machine: true,
  zone: 'UTC',
  quote: { text: 'usd' },
  zero_volume: 'unknown',
};
