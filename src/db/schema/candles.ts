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
 * Spot prices per listing and hour or day (UTC), kept in step with observations: of current rows with a price.
 * A bucket without any has no row. A reading on a border stands in the bucket that it opens, once; reads let it close
 * the bucket before. No foreign key: each row stands for observations, and those have one.
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
    /** Of the last reading, as it came. Null where an older rule kept none. */
    beat_seconds: integer('beat_seconds'),
    /** By which it was made (domain/candle.ts); the first one also where a former release writes. */
    rule: smallint('rule').notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.listing_id, t.interval, t.open_time] }),
    // Raising the rule asks for a migration: the index then holds what is to be rebuilt.
    index('candles_outdated')
      .on(t.listing_id, t.open_time)
      .where(sql`${t.rule} < ${sql.raw(String(CANDLE_RULE))}`),
  ],
);

/** How far the rebuild of all candles is that somebody asked for. One row while one is open, else none. */
export const candleRebuild = pgTable(
  'candle_rebuild',
  {
    id: boolean('id').primaryKey().default(true),
    /** The days before this one, by listing and day, are done. */
    listing_id: integer('listing_id').notNull(),
    day: instantColumn('day').notNull(),
  },
  (t) => [check('candle_rebuild_one_row', sql`${t.id}`)],
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
