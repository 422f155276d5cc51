import { boolean, integer, numeric, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instantColumn } from './columns.ts';

/**
 * Spot prices per listing and hour or day (UTC), kept in step with observations: of current rows with a price.
 * A bucket without any has no row. No foreign key: each row stands for observations, and those have one.
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
    /** Its observations were thinned: what is known of the bucket stands here alone, and stays as it is. */
    frozen: boolean('frozen').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.listing_id, t.interval, t.open_time] })],
);

/** Days whose candles are to be rebuilt before the transaction that wrote them here ends. */
export const staleCandles = pgTable(
  'stale_candles',
  {
    listing_id: integer('listing_id').notNull(),
    day: instantColumn('day').notNull(),
  },
  (t) => [primaryKey({ columns: [t.listing_id, t.day] })],
);
