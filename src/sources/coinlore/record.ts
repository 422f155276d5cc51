import * as z from 'zod';
import { amount, amountOrZero, externalId, figure, group, name, price, rank, symbol } from '../fields.ts';

// Only the fields used. Figures are texts, except the volume; unknown values are "", "?" or missing.

const orUnknown = <Field extends z.ZodType>(field: Field) =>
  z.preprocess((value) => (value === '?' ? null : value), field);

/** One entry of `data` in `GET /tickers/?start=0&limit=100`. */
export const CoinloreTicker = group({
  /** A number as text; `nameid` is not a key. */
  id: externalId,
  symbol,
  name,
  rank,
  price_usd: orUnknown(price),
  market_cap_usd: orUnknown(amount),
  volume24: orUnknown(amount),
  percent_change_1h: orUnknown(figure),
  percent_change_24h: orUnknown(figure),
  percent_change_7d: orUnknown(figure),
  csupply: orUnknown(amountOrZero),
  tsupply: orUnknown(amountOrZero),
  msupply: orUnknown(amountOrZero),
});
export type CoinloreTicker = z.infer<typeof CoinloreTicker>;
