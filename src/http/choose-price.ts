import type { PriceInput, PriceRow } from '../db/list-prices.ts';

/** Which source answers when several have a value: fresh before stale, then in this order. */
export const SOURCE_ORDER = ['coingecko', 'coinpaprika', 'csv'];
/** Sources that differ by more than a tenth are not speaking of one coin, whatever its symbol. */
const SAME_COIN_BPS_MAX = 1000;
const CANDIDATES_MAX = 10;

export type PriceAnswer =
  | { price: PriceRow & { observed_at: string; revision: number }; joined: PriceRow[] }
  | { missing: 'unknown' | 'ambiguous' | 'no_price'; candidates: PriceRow[] };

/**
 * Answers one input from what was found for it. A symbol is no identity: its listings are taken together
 * only when each source has one with a price, and their prices agree; otherwise the caller has to choose.
 */
export function choosePrice(input: PriceInput, found: PriceRow[]): PriceAnswer {
  const matches = found.filter((row) => row.role === 'match');
  const candidates = found.slice(0, CANDIDATES_MAX);
  if (matches.length === 0) return { missing: 'unknown', candidates };
  const priced = matches.filter(isPriced);
  const [first] = priced.toSorted(byPreference);
  if (first === undefined) return { missing: 'no_price', candidates };
  if (priced.length === 1) return { price: first, joined: [] };
  const choices = priced.slice(0, CANDIDATES_MAX);
  const oneEach = new Set(priced.map((row) => row.source)).size === priced.length;
  const agree = Number(first.spread_bps ?? 0) <= SAME_COIN_BPS_MAX;
  if (input.type !== 'symbol' || !oneEach || !agree) return { missing: 'ambiguous', candidates: choices };
  return { price: first, joined: priced };
}

type PricedRow = PriceRow & { observed_at: string; revision: number };

const isPriced = (row: PriceRow): row is PricedRow =>
  row.price_usd !== null && row.observed_at !== null && row.revision !== null;

const byPreference = (a: PricedRow, b: PricedRow): number =>
  Number(b.fresh === true) - Number(a.fresh === true) ||
  SOURCE_ORDER.indexOf(a.source) - SOURCE_ORDER.indexOf(b.source);
