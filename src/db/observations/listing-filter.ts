import { type SQL, sql } from 'drizzle-orm';
import { type AssetRef, refListings } from '../identity/asset-ref.ts';
import type { Clock } from './prefer-source.ts';

/** The listings of a read. Null is no condition; all conditions must hold. */
export interface ListingFilter {
  sources: string[] | null;
  /**
   * The moment of the request. Its order contains every source: it replaces null, and decides which source answers
   * first.
   */
  clock: Clock;
  /** Upper case, as listings have them. */
  symbols: string[] | null;
  external_ids: string[] | null;
  /** All listings of these assets. */
  refs: AssetRef[] | null;
}

/** True if the filter names listings, so walking their index ranges one by one is cheaper. */
export const namesListings = (filter: ListingFilter): boolean =>
  filter.symbols !== null || filter.external_ids !== null || filter.refs !== null;

/** The filter as conditions on `l`, a row of listings. */
export function listingConditions(filter: ListingFilter): SQL {
  const { sources, symbols, external_ids, refs } = filter;
  const conditions = [
    ...(sources ? [sql`l.source = any(${sql.param(sources)}::text[])`] : []),
    ...(symbols ? [sql`l.symbol = any(${sql.param(symbols)}::text[])`] : []),
    ...(external_ids ? [sql`l.external_id = any(${sql.param(external_ids)}::text[])`] : []),
    ...(refs ? [sql`l.id in (${refListings(refs)})`] : []),
  ];
  return conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`;
}
