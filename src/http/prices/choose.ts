import { CANDIDATES_MAX } from '../../db/identity/find-candidates.ts';
import type { PriceRow } from '../../db/observations/prices.ts';

export type PriceAnswer =
  | { price: PriceRow & { observed_at: string; revision: number } }
  | { missing: 'unknown' | 'ambiguous' | 'no_price'; candidates: PriceRow[] };

/**
 * Answers one input from the assets that were found for it. A symbol is no identity: when several assets go by
 * it, the caller has to choose, even if only one of them has a price now.
 */
export function choosePrice(found: PriceRow[]): PriceAnswer {
  const candidates = found.slice(0, CANDIDATES_MAX);
  const [match, ...rivals] = found.filter((row) => row.role === 'match');
  if (match === undefined) return { missing: 'unknown', candidates };
  if (rivals.length > 0) return { missing: 'ambiguous', candidates };
  return isPriced(match) ? { price: match } : { missing: 'no_price', candidates };
}

const isPriced = (row: PriceRow): row is PriceRow & { observed_at: string; revision: number } =>
  row.price_usd !== null && row.observed_at !== null && row.revision !== null;
