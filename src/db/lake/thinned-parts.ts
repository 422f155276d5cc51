import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';

/** The maximum number of names in a reply; GET /lake lists them all. */
export const THINNED_PARTS_MAX = 100;

/**
 * The names of the parts for the days of a range, as far as it reaches back before the horizon `v.horizon`: a JSON
 * array, or null if it does not.
 */
export const thinnedParts = (range: {
  observed_from: Instant | null;
  observed_before: Instant | null;
}): SQL => sql`
  case when coalesce(${range.observed_from}::timestamptz, '-infinity') < v.horizon then (
    select coalesce(json_agg(p.part), '[]') from (
      select p.part from lake_parts p
      where p.written_at is not null and p.kind = 'changes'
        and p.version_to >= coalesce(date_trunc('day', ${range.observed_from}::timestamptz, 'utc'), '-infinity')
        and p.day <= (least(${range.observed_before}::timestamptz, v.horizon) at time zone 'utc')::date
      order by p.version_to, p.part
      limit ${THINNED_PARTS_MAX}::int
    ) p
  ) end`;
