import * as z from 'zod';
import {
  amount,
  amountOrZero,
  count,
  externalId,
  figure,
  group,
  instant,
  name,
  number,
  price,
  rank,
  sideInstant,
  symbol,
  UNREADABLE,
  unixInstant,
  webAddress,
} from '../fields.ts';

// Only the fields used. CoinGecko declares every figure nullable, and sends rows of placeholders.

/** One entry of `GET /coins/markets?vs_currency=usd`. */
export const CoingeckoMarket = group({
  id: externalId,
  symbol,
  name,
  image: webAddress,
  current_price: price,
  market_cap: amount,
  market_cap_rank: rank,
  total_volume: amount,
  price_change_percentage_24h: figure,
  price_change_percentage_1h_in_currency: figure,
  price_change_percentage_7d_in_currency: figure,
  circulating_supply: amountOrZero,
  total_supply: amountOrZero,
  max_supply: amountOrZero,
  ath: amountOrZero,
  ath_date: sideInstant,
  fully_diluted_valuation: amountOrZero,
  last_updated: instant,
});
export type CoingeckoMarket = z.infer<typeof CoingeckoMarket>;

/** One entry of `GET /coins/list?include_platform=true`. */
export const CoingeckoCoin = group({
  id: externalId,
  symbol,
  name,
  /** Platform to address; native coins have none, or a platform without a name. */
  platforms: z.record(z.string(), z.unknown()).nullish().catch(null),
});
export type CoingeckoCoin = z.infer<typeof CoingeckoCoin>;

/** One point of `GET /coins/{id}/market_chart`, put together from its three lists. */
export const ChartPoint = group({
  /** Unix milliseconds. */
  time: number,
  price,
  market_cap: amount,
  volume: amount,
});

/** One of the `rates` of `GET /exchange_rates`: the units per bitcoin. */
export const CoingeckoRate = group({ name, value: price });

const usd = group({ usd: amount }).nullish().catch({ usd: UNREADABLE });

/** `data` of `GET /global`. */
export const CoingeckoGlobal = group({
  total_market_cap: usd,
  total_volume: usd,
  market_cap_percentage: group({ btc: amount }).nullish().catch({ btc: UNREADABLE }),
  market_cap_change_percentage_24h_usd: figure,
  active_cryptocurrencies: count,
  /** Unix seconds, unlike the markets' ISO text. */
  updated_at: unixInstant,
});
export type CoingeckoGlobal = z.infer<typeof CoingeckoGlobal>;
