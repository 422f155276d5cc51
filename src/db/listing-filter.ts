import { type SQL, sql } from 'drizzle-orm';

/** A listing as API callers name it: `source:external_id`. */
export interface ListingRef {
  source: string;
  external_id: string;
}

/** Which listings a read is about. Null is no condition; conditions add up. */
export interface ListingFilter {
  sources: string[] | null;
  /** Upper case, as listings hold them. */
  symbols: string[] | null;
  external_ids: string[] | null;
  refs: ListingRef[] | null;
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
    ...(refs ? [sql`(l.source, l.external_id) in (select * from ${refRows(refs)})`] : []),
  ];
  return conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`;
}

/** The refs nobody has, as `source:external_id` texts, for a select list. */
export const unknownRefs = (refs: ListingRef[] | null): SQL =>
  refs === null
    ? sql`null::text[]`
    : sql`(select array_agg(r.source || ':' || r.external_id) from ${refRows(refs)} as r (source, external_id)
           where not exists (
             select from listings l where l.source = r.source and l.external_id = r.external_id))`;

const refRows = (refs: ListingRef[]): SQL =>
  sql`unnest(${sql.param(refs.map((ref) => ref.source))}::text[],
             ${sql.param(refs.map((ref) => ref.external_id))}::text[])`;
