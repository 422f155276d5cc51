import { type SQL, sql } from 'drizzle-orm';
import type { observations } from '../schema/observations.ts';

/**
 * The columns of a new row, as SQL: the type contains every column that an insert fills, so none can be forgotten.
 */
export type NewRow = Record<Exclude<keyof typeof observations.$inferInsert, 'superseded_at'>, SQL>;

/** Appends a row of observations for each row of `from`, a clause that starts with `from`. */
export function appendRows(row: NewRow, from: SQL): SQL {
  const names = sql.raw(Object.keys(row).join(', '));
  return sql`insert into observations (${names}) select ${sql.join(Object.values(row), sql`, `)} ${from}`;
}
