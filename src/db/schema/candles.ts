import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core';
import { CANDLE_RULE } from '../../domain/candle.ts';
import { instantColumn } from './columns.ts';

/**
 * Candles of spot prices per listing and hour or day (UTC), kept in step with observations, from current rows with
 * a price. A bucket without such a row has no candle. A reading on a border is stored once, in the bucket that it
 * opens; reads use it to close the previous bucket. There is no foreign key: each row summarizes observations, and
 * those have one.
 */
export const candles = pgTable(
  'candles',
  {
    listing_id: integer('listing_id').notNull(),
    interval: text('interval').notNull(),
    open_time: instantColumn('open_time').notNull(),
    open_usd: numeric('open_usd').notNull(),
    high_usd: numeric('high_usd').notNull(),
    low_usd: numeric('low_usd').notNull(),
    close_usd: numeric('close_usd').notNull(),
    first_observed_at: instantColumn('first_observed_at').notNull(),
    last_observed_at: instantColumn('last_observed_at').notNull(),
    count: integer('count').notNull(),
    /** Its observations were thinned: this row has all that is known of the bucket, and never changes. */
    frozen: boolean('frozen').notNull().default(false),
    /** The beat of the last reading when it was loaded. Null if an older rule stored none. */
    beat_seconds: integer('beat_seconds'),
    /**
     * The rule that made it (domain/candle.ts). The former release does not set it, so its rows have the first
     * rule.
     */
    rule: smallint('rule').notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.listing_id, t.interval, t.open_time] }),
    // Raising the rule needs a migration: the index then contains the candles to rebuild.
    index('candles_outdated')
      .on(t.listing_id, t.open_time)
      .where(sql`${t.rule} < ${sql.raw(String(CANDLE_RULE))}`),
  ],
);

/** The progress of a requested rebuild of all candles. One row while a rebuild is open, otherwise none. */
export const candleRebuild = pgTable(
  'candle_rebuild',
  {
    id: boolean('id').primaryKey().default(true),
    /** Rows before this position, ordered by listing and day, are done. */
    listing_id: integer('listing_id').notNull(),
    day: instantColumn('day').notNull(),
  },
  (t) => [check('candle_rebuild_one_row', sql`${t.id}`)],
);

/** Days whose candles must be rebuilt before the transaction that marked them ends. */
export const staleCandles = pgTable(
  'stale_candles',
  {
    listing_id: integer('listing_id').notNull(),
    day: instantColumn('day').notNull(),
  },
  (t) => [primaryKey({ columns: [t.listing_id, t.day] })],
);
