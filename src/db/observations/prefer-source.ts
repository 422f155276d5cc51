import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';

/** Every source of rows, in the order in which they answer if several have a value. */
export type SourceOrder = readonly string[];

/** The requested moment. */
export interface Clock {
  at: Instant;
  source_order: SourceOrder;
}

/** The position of a source in the order. `column` is SQL. */
export const sourceRank = (order: SourceOrder, column: string): SQL =>
  sql`array_position(${sql.param(order)}::text[], ${sql.raw(column)})`;

/**
 * The stated order of series, rows of an alias: by source; for files, an aggregator before a venue; then by
 * external id. `isBar` is SQL. `isOfVenue` in domain/price-at.ts makes the same distinction in TypeScript.
 */
export const seriesOrder = (order: SourceOrder, row: string, isBar: string): SQL => sql`
  ${sourceRank(order, `${row}.source`)}, ${isOfVenue(`${row}.external_id`, isBar)},
  ${sql.raw(row)}.external_id collate "C"`;

/** Whether the external id of bars has their venue, in its third part from the end. Both are SQL. */
export const isOfVenue = (external_id: string, isBar: string): SQL =>
  sql.raw(`(${isBar} and split_part(${external_id}, ':', -3) not in ('', '-'))`);

/** Seconds from an instant column to a moment, both SQL, rounded down. */
export const ageSeconds = (at: SQL, column: string): SQL =>
  sql`floor(extract(epoch from ${at} - ${sql.raw(column)}))::bigint`;

/** The moment of a clock, as SQL. */
export const momentOf = ({ at }: Clock): SQL => sql`${at}::timestamptz`;
