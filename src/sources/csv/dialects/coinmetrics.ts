import type { Dialect } from '../dialect.ts';

/** Metrics beside the price that only Coin Metrics' files have. */
const METRICS =
  `adr_act_cnt adr_bal_cnt asset_eod_completion_time blk_cnt blk_size_mean_byte cap_act1yr_usd cap_mrkt_cur_usd
  cap_mrkt_est_usd cap_mrkt_ff_usd cap_mvrv_cur cap_mvrvcur cap_real_usd diff_mean fee_tot_ntv fee_tot_usd hash_rate iss_tot_ntv
  iss_tot_usd price_btc reference_rate_usd sply_cur sply_ff sply_exp_fut10yr tx_cnt tx_tfr_cnt tx_tfr_val_adj_usd
  volume_reported_spot_usd_1d`.split(/\s+/);

/** Coin Metrics' community data: one row per day with all metrics of a coin; the coin is the file name. */
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
    names.has('time') && names.has('price_usd') && METRICS.some((name) => names.has(name)),
  is_machine: true,
  zone: 'UTC',
  quote: { text: 'usd' },
  zero_volume: 'unknown',
};
