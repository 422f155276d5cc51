import { sql } from 'drizzle-orm';
import { bigint, boolean, check, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { count, instantColumn } from './columns.ts';

// What maintenance has taken away, and how far it is.

/** What reads have to know of all thinning so far. One row. */
export const retention = pgTable(
  'retention',
  {
    id: boolean('id').primaryKey().default(true),
    /** Only what was observed and known before this instant may have been thinned. Null: nothing ever was. */
    horizon: instantColumn('horizon'),
    /** The version of the tape that last lost a row: a walk begun before it may miss some. */
    removed_at: instantColumn('removed_at'),
    rows_removed: count('rows_removed'),
    payloads_expired: count('payloads_expired'),
    /** When maintenance last came to its end. */
    maintained_at: instantColumn('maintained_at'),
  },
  (t) => [check('retention_one_row', sql`${t.id}`)],
);

/**
 * How far a source is thinned to one row per hour or day: what became known up to the place is done, and all
 * up to the horizon once it is finished. The place is a key of the index observations_known.
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
