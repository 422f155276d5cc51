import { type SQL, sql } from 'drizzle-orm';

/** A timestamptz as our Instant text, in any time zone of the session. Null stays null. `column` is SQL. */
export const instantText = (column: string): SQL =>
  sql.raw(`replace((${column} at time zone 'utc')::text, ' ', 'T') || 'Z'`);

/** The same for a column of a statement's result: the client makes the Instant from it, which is less work. */
export const selectInstant = (column: string): SQL => sql.raw(`(${column} at time zone 'utc')`);
