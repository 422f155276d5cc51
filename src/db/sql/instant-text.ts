import { type SQL, sql } from 'drizzle-orm';

/** A timestamptz as our Instant text, whatever the session's time zone. Null stays null. `column` is SQL. */
export const instantText = (column: string): SQL =>
  sql.raw(`replace((${column} at time zone 'utc')::text, ' ', 'T') || 'Z'`);

/** The same for a column of a statement's result: the client makes the Instant of it, which is less work. */
export const selectInstant = (column: string): SQL => sql.raw(`(${column} at time zone 'utc')`);
