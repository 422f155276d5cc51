import type { RateAtRow } from '../../db/rates/list.ts';
import type { RateRow } from '../../db/rates/reading.ts';
import type { Decimal } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/instant.ts';
import { CONVERTED } from '../../domain/observation.ts';
import { convertUsd, formatRateId, isRateOnTime } from '../../domain/rate.ts';
import { jsonDecimal } from '../json.ts';
import { invalid } from '../query.ts';
import { rateAge } from '../rates/object.ts';
import * as z from '../zod.ts';
import type { PricedRow } from './choose.ts';

const DOLLAR = 'usd';

/** Prices in the tape's own currency need no rate. */
export const rateCurrency = (quote: string | undefined): string | null =>
  quote === undefined || quote === DOLLAR ? null : quote;

export const QuoteText = z
  .string()
  .regex(/^[A-Za-z0-9]{1,20}$/, 'must be a currency, such as eur')
  .transform((text) => text.toLowerCase());

export const QUOTE_DESCRIPTION =
  'A currency of /rates: rows have `price`, `market_cap` and `volume_24h` in it beside the figures in US dollars, by ' +
  'the last rate at or before the instant of the row, which `rate_id` names. `usd` changes nothing.';

/** The rate for the answer of a point; `none` if the currency has no rate at that time. */
export type PointRate = RateRow | 'none';

/** The rate of each point, in order. Throws for a currency that no reading has. */
export function ratesOfPoints(
  currency: string,
  found: readonly RateAtRow[],
  { at, max_age_seconds }: { at: readonly Instant[]; max_age_seconds: number | null },
): PointRate[] {
  const known = found[0]?.known ?? null;
  if (known !== null && !known.includes(currency)) throw unknownQuote(known);
  return found.map((row, index) => {
    if (row.source === null) return 'none';
    const age = rateAge(row, at[index] ?? row.observed_at);
    return max_age_seconds !== null && age > max_age_seconds ? 'none' : row;
  });
}

const unknownQuote = (known: readonly string[]) =>
  invalid([{ path: 'quote', message: `is no currency of a rate; known are ${known.toSorted().join(', ')}` }]);

/** The members of a row in the requested currency. Its percentages, spread and explanation stay in US dollars. */
export function convertedMembers(row: PricedRow, rate: RateRow, at: Instant, decimals: 'number' | 'string') {
  const convert = (usd: Decimal | null) => jsonDecimal(usd === null ? null : convertUsd(usd, rate), decimals);
  const is_on_time = isRateOnTime(rate, at);
  return {
    flags: [...row.flags, CONVERTED],
    ...(is_on_time ? {} : { stale: true }),
    quote: rate.currency,
    price: convert(row.price_usd),
    market_cap: convert(row.market_cap_usd),
    volume_24h: convert(row.volume_24h_usd),
    rate_id: formatRateId(rate),
    rate_created_at: rate.observed_at,
    rate_stale: !is_on_time,
  };
}
