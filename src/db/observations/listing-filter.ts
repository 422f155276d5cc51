import { type SQL, sql } from 'drizzle-orm';
import { type AssetRef, refListings } from '../identity/asset-ref.ts';
import type { Clock } from './prefer-source.ts';

/** Which listings a read is about. Null is no condition; conditions add up. */
export interface ListingFilter {
  sources: string[] | null;
  /** When it is asked. Its order holds every source there is: what null stands for, and who answers first. */
  clock: Clock;
  /** Upper case, as listings hold them. */
  symbols: string[] | null;
  external_ids: string[] | null;
  /** All listings of these assets. */
  refs: AssetRef[] | null;
}

/** True when the filter names listings, so that their index ranges are worth walking one by one. */
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
