import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';

/** Every source a row can come from, in the order in which they answer when several have a value. */
export type SourceOrder = readonly string[];

/** The moment that is asked about. */
export interface Clock {
  at: Instant;
  source_order: SourceOrder;
  /** By place in the order: the age in seconds from which a source's value is stale. */
  stale_after: readonly number[];
}

/** The place of a source in the order. `column` is SQL. */
export const sourceRank = (order: SourceOrder, column: string): SQL =>
  sql`array_position(${sql.param(order)}::text[], ${sql.raw(column)})`;

/** Seconds from an instant column to the moment, rounded down. */
export const ageSeconds = ({ at }: Clock, column: string): SQL =>
  sql`floor(extract(epoch from ${at}::timestamptz - ${sql.raw(column)}))::bigint`;

/** Whether row `o` of an observation has a price that its source keeps up. Null when there is no row. */
export const isFresh = ({ at, source_order, stale_after }: Clock, source: string): SQL => sql`(
  extract(epoch from ${at}::timestamptz - o.observed_at) <= (${sql.param(stale_after)}::int[])[${sourceRank(source_order, source)}]
  and not 'stale' = any(o.flags) and o.price_usd > 0)`;
