import { sql } from 'drizzle-orm';
import { bigint, boolean, check, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { count, instantColumn } from './columns.ts';

// The effects of maintenance, and its progress.

/** The facts about all thinning so far that reads must know. One row. */
export const retention = pgTable(
  'retention',
  {
    id: boolean('id').primaryKey().default(true),
    /** Only rows that were observed and known before this instant may have been thinned. Null: no row ever was. */
    horizon: instantColumn('horizon'),
    /** The last version of the tape that lost a row: a walk that began earlier may miss some. */
    removed_at: instantColumn('removed_at'),
    rows_removed: count('rows_removed'),
    payloads_expired: count('payloads_expired'),
    /** When maintenance last finished. */
    maintained_at: instantColumn('maintained_at'),
  },
  (t) => [check('retention_one_row', sql`${t.id}`)],
);

/**
 * The progress of thinning a source to one row per hour or day: rows that became known up to the position are done;
 * when it is finished, all rows up to the horizon. The position is a key of the index observations_known.
 */
export const thinnings = pgTable(
  'thinnings',
  {
    source: text('source').notNull(),
    unit: text('unit').notNull(),
    horizon: instantColumn('horizon').notNull(),
    place_known_at: instantColumn('place_known_at').notNull(),
    place_listing_id: integer('place_listing_id').notNull(),
    place_observed_at: instantColumn('place_observed_at').notNull(),
    rows_removed: bigint('rows_removed', { mode: 'number' }).notNull().default(0),
    finished_at: instantColumn('finished_at'),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.unit] }),
    check('thinnings_unit', sql`${t.unit} in ('hour', 'day')`),
  ],
);
