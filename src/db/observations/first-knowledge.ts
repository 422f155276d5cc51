import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Kind } from '../../domain/observation.ts';
import { instantText } from '../sql/instant-text.ts';
import { type ListingFilter, listingConditions, namesListings } from './listing-filter.ts';

/** Matches of a filter that became known only after an instant. */
export interface LateKnowledge {
  /** Listings if the filter names some, otherwise sources. */
  what: 'listings' | 'sources';
  count: number;
  /** When the last of them became known. */
  known_from: Instant;
}

/**
 * A LateKnowledge as JSON, for a select list; null if all matches were known by `as_of`. Without an `as_of` there is
 * no SQL. A filter without listings is checked by its sources, because new coins appear every day.
 */
export function lateKnowledge(
  filter: ListingFilter,
  { as_of, kinds, includes_files }: { as_of: Instant | null; kinds: Kind[] | null; includes_files: boolean },
): SQL | null {
  if (as_of === null) return null;
  const ofKind = kinds === null ? sql`true` : sql`c.kind = any(${sql.param(kinds)}::text[])`;
  const named = namesListings(filter);
  return named
    ? lateAmong('listings', listings(filter, ofKind), as_of)
    : lateAmong('sources', sources(filter, ofKind, includes_files), as_of);
}

/** The same for a select of first instants, `known_at`, one for each listing or source. */
export const lateAmong = (what: LateKnowledge['what'], firsts: SQL, as_of: Instant): SQL => sql`(
  select case when count(*) > 0 then json_build_object('what', ${what}::text, 'count', count(*),
    'known_from', ${instantText('max(f.known_at)')}) end
  from (${firsts}) f
  where f.known_at > ${as_of}::timestamptz)`;

const listings = (filter: ListingFilter, ofKind: SQL): SQL => sql`
  select min(c.first_known_at) as known_at
  from listings l join counts c on c.listing_id = l.id
  where ${listingConditions(filter)} and ${ofKind}
  group by l.id`;

const sources = (filter: ListingFilter, ofKind: SQL, includesFiles: boolean): SQL => sql`
  select min(first.known_at) as known_at
  from source_counts c
  cross join lateral (
    select o.known_at from observations o where o.source = c.source and o.kind = c.kind
    order by o.known_at limit 1
  ) first
  where ${ofKind} and ${includesFiles ? sql`true` : sql`c.source <> 'csv'`}
    and ${filter.sources === null ? sql`true` : sql`c.source = any(${sql.param(filter.sources)}::text[])`}
  group by c.source`;
