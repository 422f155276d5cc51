import { type SQL, sql } from 'drizzle-orm';

/** A timestamptz as our Instant text, whatever the session's time zone. Null stays null. `column` is SQL. */
export const instantText = (column: string): SQL =>
  sql.raw(`replace((${column} at time zone 'utc')::text, ' ', 'T') || 'Z'`);
