import * as z from 'zod';
import {
  count,
  externalId,
  figure,
  figureOrZero,
  group,
  label,
  name,
  symbol,
  webAddress,
} from '../fields.ts';

// Only the fields used. CoinGecko marks every figure nullable, and sends rows of placeholders.

/** One entry of `GET /coins/markets?vs_currency=usd`. */
export const CoingeckoMarket = group({
  id: externalId,
  symbol,
  name,
  image: webAddress,
  current_price: figure,
  market_cap: figure,
  market_cap_rank: count,
  total_volume: figure,
  price_change_percentage_24h: figure,
  price_change_percentage_1h_in_currency: figure,
  price_change_percentage_7d_in_currency: figure,
  circulating_supply: figureOrZero,
  total_supply: figureOrZero,
  max_supply: figureOrZero,
  ath: figureOrZero,
  ath_date: label(40),
  fully_diluted_valuation: figureOrZero,
  last_updated: label(40),
});
export type CoingeckoMarket = z.infer<typeof CoingeckoMarket>;

/** One entry of `GET /coins/list?include_platform=true`. */
export const CoingeckoCoin = group({
  id: externalId,
  symbol,
  name,
  /** Platform to address; empty, or of a nameless platform, for native coins. */
  platforms: z.record(z.string(), z.unknown()).nullish().catch(null),
});
export type CoingeckoCoin = z.infer<typeof CoingeckoCoin>;

/** One point of `GET /coins/{id}/market_chart`, put together from its three lists. */
export const ChartPoint = group({
  /** Unix milliseconds. */
  time: figure,
  price: figure,
  market_cap: figure,
  volume: figure,
});

const usd = group({ usd: figure }).nullish();

/** `data` of `GET /global`. */
export const CoingeckoGlobal = group({
  total_market_cap: usd,
  total_volume: usd,
  market_cap_percentage: group({ btc: figure }).nullish(),
  market_cap_change_percentage_24h_usd: figure,
  active_cryptocurrencies: count,
  /** Unix seconds, unlike the markets' ISO text. */
  updated_at: figure,
});
export type CoingeckoGlobal = z.infer<typeof CoingeckoGlobal>;
