import type * as z from 'zod';
import { count, externalId, figure, figureOrZero, group, label, name, symbol } from '../fields.ts';

// Only the fields used. CoinPaprika's documents promise "" for what it does not know; null and absent keys
// have been seen as well, and its free plan leaves fields out.

/** One entry of `GET /tickers?quotes=USD`. */
export const CoinpaprikaTicker = group({
  id: externalId,
  name,
  symbol,
  rank: count,
  circulating_supply: figureOrZero,
  total_supply: figureOrZero,
  max_supply: figureOrZero,
  last_updated: label(40),
  quotes: group({
    USD: group({
      price: figure,
      volume_24h: figure,
      market_cap: figure,
      percent_change_1h: figure,
      percent_change_24h: figure,
      percent_change_7d: figure,
      ath_price: figureOrZero,
      ath_date: label(40),
    }),
  }),
});
export type CoinpaprikaTicker = z.infer<typeof CoinpaprikaTicker>;

/** One entry of `GET /contracts/{platform}`. */
export const CoinpaprikaContract = group({ id: externalId, address: label(300) });
export type CoinpaprikaContract = z.infer<typeof CoinpaprikaContract>;

/** `GET /global` */
export const CoinpaprikaGlobal = group({
  market_cap_usd: figure,
  volume_24h_usd: figure,
  bitcoin_dominance_percentage: figure,
  market_cap_change_24h: figure,
  cryptocurrencies_number: count,
  /** Unix seconds, unlike the tickers' ISO text. */
  last_updated: figure,
});
export type CoinpaprikaGlobal = z.infer<typeof CoinpaprikaGlobal>;
