import * as z from 'zod';
import { count, externalId, figure, figureOrZero, group, name, symbol } from '../fields.ts';

// Only the fields used. Figures are texts, but for the volume; what is unknown is "", "?" or left out.

const orUnknown = <Field extends z.ZodType>(field: Field) =>
  z.preprocess((value) => (value === '?' ? null : value), field);

/** One entry of `data` in `GET /tickers/?start=0&limit=100`. */
export const CoinloreTicker = group({
  /** A number as text; `nameid` is no key. */
  id: externalId,
  symbol,
  name,
  rank: count,
  price_usd: orUnknown(figure),
  market_cap_usd: orUnknown(figure),
  volume24: orUnknown(figure),
  percent_change_1h: orUnknown(figure),
  percent_change_24h: orUnknown(figure),
  percent_change_7d: orUnknown(figure),
  csupply: orUnknown(figureOrZero),
  tsupply: orUnknown(figureOrZero),
  msupply: orUnknown(figureOrZero),
});
export type CoinloreTicker = z.infer<typeof CoinloreTicker>;
