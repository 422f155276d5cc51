import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';

/** Every source a row can come from, in the order in which they answer when several have a value. */
export type SourceOrder = readonly string[];

/** The moment that is asked about. */
export interface Clock {
  at: Instant;
  source_order: SourceOrder;
}

/** The place of a source in the order. `column` is SQL. */
export const sourceRank = (order: SourceOrder, column: string): SQL =>
  sql`array_position(${sql.param(order)}::text[], ${sql.raw(column)})`;

/** Seconds from an instant column to a moment, both SQL, rounded down. */
export const ageSeconds = (at: SQL, column: string): SQL =>
  sql`floor(extract(epoch from ${at} - ${sql.raw(column)}))::bigint`;

/** The moment of a clock, as SQL. */
export const momentOf = ({ at }: Clock): SQL => sql`${at}::timestamptz`;
