import type { Dialect } from '../dialect.ts';
import { timeOf } from '../time.ts';

/** The id that CoinMarketCap gives the US dollar; it stands in the column `name`. */
const USD_ID = '2781';

/** CoinMarketCap's historical data export, with or without `circulatingSupply`. */
export const coinmarketcap: Dialect = {
  id: 'coinmarketcap',
  title: 'CoinMarketCap historical data',
  convention:
    'timeClose is the last millisecond of a bar; the close, with the market cap and 24-hour volume as of then, is stored at the instant the bar ends, the midnight after.',
  kind: 'bar_close',
  bars: { written: 'close', period: null, period_fallback: '1d', venue: 'many' },
  columns: {
    instant: ['time_close'],
    bar_open: ['time_open'],
    quote: ['name'],
    price: ['close'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    market_cap: ['market_cap'],
    volume: ['volume'],
  },
  required: ['instant', 'price'],
  recognises: (names) => ['time_open', 'time_close', 'close'].every((name) => names.has(name)),
  zero_volume: 'unknown',
  instant: (cells) => timeOf(cells.instant),
  quoteOf: ({ quote }) => {
    if (quote === USD_ID) return 'usd';
    return /^\d+$/.test(quote ?? '') ? `CoinMarketCap's currency ${quote}` : null;
  },
};
