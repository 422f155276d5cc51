import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';

/** A timestamptz as our Instant text, in any time zone of the session. Null stays null. `column` is SQL. */
export const instantText = (column: string): SQL =>
  sql.raw(`replace((${column} at time zone 'utc')::text, ' ', 'T') || 'Z'`);

/** The same for a column of a statement's result: the client makes the Instant from it, which is less work. */
export const selectInstant = (column: string): SQL => sql.raw(`(${column} at time zone 'utc')`);

/** The same inside a JSON value, which writes the T. A text costs Postgres four functions. instantOfJson reads it. */
export const jsonInstant = selectInstant;

/** An Instant from jsonInstant. Null stays null. */
export function instantOfJson<Text extends string | null>(text: Text): Text extends null ? null : Instant;
export function instantOfJson(text: string | null): Instant | null {
  return text === null ? null : `${text}Z`;
}
