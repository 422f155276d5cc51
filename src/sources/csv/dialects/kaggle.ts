import type { Dialect } from '../dialect.ts';
import { timeOf } from '../time.ts';

/** The files `coin_*.csv` of Kaggle's cryptocurrencypricehistory, made of CoinMarketCap's daily bars. */
export const kaggle: Dialect = {
  id: 'kaggle',
  title: 'Kaggle cryptocurrencypricehistory',
  convention:
    'Date is the last second of a daily bar (UTC); the close, with the market cap and 24-hour volume as of then, is stored at the midnight after.',
  kind: 'bar_close',
  bars: { written: 'close', period: '1d', period_fallback: null, venue: 'many' },
  columns: {
    instant: ['date'],
    symbol: ['symbol'],
    name: ['name'],
    price: ['close'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    market_cap: ['marketcap', 'market_cap'],
    volume: ['volume'],
  },
  required: ['instant', 'price'],
  recognises: (names) =>
    ['name', 'symbol', 'date', 'high', 'low', 'open', 'close', 'marketcap'].every((name) => names.has(name)),
  zero_volume: 'unknown',
  instant: (cells) => timeOf(cells.instant),
};
