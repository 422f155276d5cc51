import { CANDIDATES_MAX } from '../../db/identity/find-candidates.ts';
import type { PriceRow } from '../../db/prices/price-rows.ts';

export type PricedRow = PriceRow & { source: string };

export type PriceAnswer =
  | { price: PricedRow }
  | {
      missing: 'unknown' | 'ambiguous' | 'no_price' | 'no_rate';
      candidates: PriceRow[];
      match: PriceRow | null;
    };

/**
 * Answers one point from the assets that match it. A symbol does not identify an asset: if several assets have it,
 * the caller must choose, even if only one of them has a price now.
 */
export function choosePrice(found: PriceRow[]): PriceAnswer {
  const candidates = found.slice(0, CANDIDATES_MAX);
  const [match = null, ...rivals] = found.filter((row) => row.role === 'match');
  if (match === null) return { missing: 'unknown', candidates, match };
  if (rivals.length > 0) return { missing: 'ambiguous', candidates, match: null };
  return isPriced(match) ? { price: match } : { missing: 'no_price', candidates, match };
}

const isPriced = (row: PriceRow): row is PricedRow => row.takes_part === true;
