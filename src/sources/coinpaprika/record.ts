import type * as z from 'zod';
import {
  amount,
  amountOrZero,
  count,
  externalId,
  figure,
  group,
  instant,
  name,
  ofSomePlans,
  price,
  rank,
  sideInstant,
  symbol,
  text,
  unixInstant,
} from '../fields.ts';

// Only the fields used. CoinPaprika's documents promise "" for unknown values; null and absent keys also occur, and
// its free plan omits fields.

/** One entry of `GET /tickers?quotes=USD`. */
export const CoinpaprikaTicker = group({
  id: externalId,
  name,
  symbol,
  rank,
  circulating_supply: ofSomePlans(amountOrZero),
  total_supply: amountOrZero,
  max_supply: amountOrZero,
  last_updated: instant,
  quotes: group({
    USD: group({
      price,
      volume_24h: amount,
      market_cap: amount,
      percent_change_1h: figure,
      percent_change_24h: figure,
      percent_change_7d: figure,
      ath_price: amountOrZero,
      ath_date: sideInstant,
    }),
  }),
});
export type CoinpaprikaTicker = z.infer<typeof CoinpaprikaTicker>;

/** One entry of `GET /contracts/{platform}`. */
export const CoinpaprikaContract = group({ id: externalId, address: text(300) });
export type CoinpaprikaContract = z.infer<typeof CoinpaprikaContract>;

/** `GET /global` */
export const CoinpaprikaGlobal = group({
  market_cap_usd: amount,
  volume_24h_usd: amount,
  bitcoin_dominance_percentage: amount,
  market_cap_change_24h: figure,
  cryptocurrencies_number: count,
  /** Unix seconds, unlike the tickers' ISO text. */
  last_updated: unixInstant,
});
export type CoinpaprikaGlobal = z.infer<typeof CoinpaprikaGlobal>;
