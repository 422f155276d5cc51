import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';

/** Which source answers for an asset when several have a value: fresh before stale, then in this order. */
export const SOURCE_ORDER: readonly string[] = ['coingecko', 'coinpaprika', 'csv'];

/** The moment that is asked about, and from which age on a source's value is stale then. */
export interface Clock {
  at: Instant;
  stale_after: { source: string; seconds: number }[];
}

/** The place of a source in SOURCE_ORDER. `column` is SQL. */
export const sourceRank = (column: string): SQL =>
  sql`array_position(${sql.param(SOURCE_ORDER)}::text[], ${sql.raw(column)})`;

/** Seconds from an instant column to the moment, rounded down. */
export const ageSeconds = ({ at }: Clock, column: string): SQL =>
  sql`floor(extract(epoch from ${at}::timestamptz - ${sql.raw(column)}))::bigint`;

/** Whether row `o` of an observation has a price that its source keeps up. Null when there is no row. */
export const isFresh = ({ at, stale_after }: Clock, source: string): SQL => sql`(
  extract(epoch from ${at}::timestamptz - o.observed_at) <= (${sql.param(stale_after.map(({ seconds }) => seconds))}::int[])[
    array_position(${sql.param(stale_after.map((pace) => pace.source))}::text[], ${sql.raw(source)})]
  and not 'stale' = any(o.flags) and o.price_usd > 0)`;
