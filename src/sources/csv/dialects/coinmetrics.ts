import type { Dialect } from '../dialect.ts';

/** Metrics that stand beside the price in Coin Metrics' files, and in nobody else's. */
const METRICS =
  /^(?:adr_|asset_(?:eod|completion)|blk_|cap_(?:act|mrkt|mvrv|real)|diff_|fee_|flow_|hash_rate|iss_|ndf|nvt_|price_btc|reference_rate|roi|ser|sply_|tx_|vty_|velo|vol)/;

/** Coin Metrics' community data: a row a day of all metrics of a coin, which the file is named after. */
export const coinmetrics: Dialect = {
  id: 'coinmetrics',
  title: 'Coin Metrics community data',
  convention:
    'time is a day (UTC); PriceUSD and CapMrktCurUSD are as of the end of that day, and stored at the midnight after.',
  kind: 'spot',
  bars: null,
  day: 'close',
  columns: {
    instant: ['time'],
    symbol: ['asset'],
    price: ['price_usd'],
    cap: ['cap_mrkt_cur_usd'],
  },
  required: ['instant', 'price'],
  recognises: (names) =>
    names.has('time') && names.has('price_usd') && [...names].some((name) => METRICS.test(name)),
  is_machine: true,
  zone: 'UTC',
  quote: { text: 'usd' },
  zero_volume: 'unknown',
};
