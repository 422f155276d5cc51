import { type SQL, sql } from 'drizzle-orm';
import type { observations } from '../schema/observations.ts';

/** What a new row is made of, as SQL: every column that an insert fills, so that none can be forgotten. */
export type NewRow = Record<Exclude<keyof typeof observations.$inferInsert, 'superseded_at'>, SQL>;

/** Appends a row of observations for each row of `from`, a clause with `from` and what follows it. */
export function appendRows(row: NewRow, from: SQL): SQL {
  const names = sql.raw(Object.keys(row).join(', '));
  return sql`insert into observations (${names}) select ${sql.join(Object.values(row), sql`, `)} ${from}`;
}
