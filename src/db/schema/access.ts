import { date, pgTable, text } from 'drizzle-orm/pg-core';
import { count, instantColumn } from './columns.ts';

/**
 * Requests with a named read token: one row per name. Isolates add them up and write every few seconds. A count may
 * lack the last requests of one isolate, and is never too high.
 */
export const readTokenCounts = pgTable('read_token_counts', {
  name: text('name').primaryKey(),
  requests: count('requests'),
  /** Requests among them that were refused because there were too many. */
  limited: count('limited'),
  first_at: instantColumn('first_at').notNull(),
  last_at: instantColumn('last_at').notNull(),
  /** The day and the month (UTC) of the newest write, to which the counts below belong. */
  day: date('day').notNull(),
  day_requests: count('day_requests'),
  day_limited: count('day_limited'),
  month: date('month').notNull(),
  month_requests: count('month_requests'),
  month_limited: count('month_limited'),
});
