import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { count, instantColumn } from './columns.ts';
import { listings } from './identity.ts';
import { runs } from './runs.ts';

// The state of the polled sources, their call counts, and their gaps.

/** One row per polled source: whether it may be called now, and how fast. */
export const upstreams = pgTable('upstreams', {
  source: text('source').primaryKey(),
  /** The plan whose calls are counted, from the settings at the last run. */
  plan: text('plan'),
  /** The number of consecutive failed runs, and since when. */
  failures: integer('failures').notNull().default(0),
  failing_since: instantColumn('failing_since'),
  /** No scheduled run before this instant. */
  ask_after: instantColumn('ask_after'),
  /** 1, 2, 4 or 8: how many times slower than planned it is polled since it replied "too many requests". */
  slow_factor: integer('slow_factor').notNull().default(1),
  /** Since when it is not called because the calls of its plan are spent. */
  quota_since: instantColumn('quota_since'),
  /** When the history of the largest coins was requested: once in the life of a database. */
  first_backfill_at: instantColumn('first_backfill_at'),
});

/** Calls per source and period, counted before they are made. Counts of past minutes are deleted. */
export const callLedger = pgTable(
  'call_ledger',
  {
    source: text('source').notNull(),
    period: text('period').notNull(),
    starts_at: instantColumn('starts_at').notNull(),
    calls: count('calls'),
    /** The limit of the plan at the newest call; null is no limit. */
    calls_max: bigint('calls_max', { mode: 'number' }),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.period, t.starts_at] }),
    check('call_ledger_period', sql`${t.period} in ('minute', 'day', 'month')`),
  ],
);

/** The calls of a month by purpose. Calls that an older release counted are only in call_ledger. */
export const callPurposes = pgTable(
  'call_purposes',
  {
    source: text('source').notNull(),
    period: text('period').notNull(),
    starts_at: instantColumn('starts_at').notNull(),
    purpose: text('purpose').notNull(),
    calls: count('calls'),
  },
  (t) => [primaryKey({ columns: [t.source, t.period, t.starts_at, t.purpose] })],
);

/** Endpoints whose newest call failed. A row is deleted when its endpoint answers. */
export const endpointFailures = pgTable(
  'endpoint_failures',
  {
    source: text('source').notNull(),
    endpoint: text('endpoint').notNull(),
    /** The number of consecutive runs in which it failed. */
    failures: integer('failures').notNull(),
    first_failed_at: instantColumn('first_failed_at').notNull(),
    failed_at: instantColumn('failed_at').notNull(),
    error_code: text('error_code').notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.endpoint] })],
);

/** Periods in which an endpoint returned nothing although it was due several times. */
export const gaps = pgTable(
  'gaps',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    source: text('source').notNull(),
    endpoint: text('endpoint').notNull(),
    /** The last good reply before it. */
    started_at: instantColumn('started_at').notNull(),
    /** The first good reply after it; null while it lasts. */
    ended_at: instantColumn('ended_at'),
    /** The effective pace at that time. */
    every_minutes: integer('every_minutes').notNull(),
    cause: text('cause').notNull(),
    error_code: text('error_code'),
    /** Whether the source has a history to fill it from, coin by coin. */
    has_history: boolean('has_history').notNull(),
    /** When the coins whose missed hours are fetched automatically were chosen. */
    coins_chosen_at: instantColumn('coins_chosen_at'),
  },
  (t) => [unique('gaps_span').on(t.source, t.endpoint, t.started_at)],
);

/** The history that a run fetches. */
export const backfills = pgTable(
  'backfills',
  {
    run_id: bigint('run_id', { mode: 'number' })
      .primaryKey()
      .references(() => runs.id),
    source: text('source').notNull(),
    external_id: text('external_id').notNull(),
    days: integer('days').notNull(),
    /** The purpose: `manual`, `gap` or `history`. */
    purpose: text('purpose').notNull().default('manual'),
  },
  (t) => [index('backfills_coin').on(t.source, t.external_id)],
);

/** The coins of a gap whose missed hours are fetched automatically, the largest first. */
export const gapCoins = pgTable(
  'gap_coins',
  {
    gap_id: bigint('gap_id', { mode: 'number' })
      .notNull()
      .references(() => gaps.id),
    listing_id: integer('listing_id')
      .notNull()
      .references(() => listings.id),
    place: integer('place').notNull(),
    /** When its history was fetched, with or without points inside the gap. */
    asked_at: instantColumn('asked_at'),
  },
  (t) => [
    primaryKey({ columns: [t.gap_id, t.listing_id] }),
    index('gap_coins_unasked').on(t.listing_id).where(sql`${t.asked_at} is null`),
  ],
);

/** The listings that now have history inside a gap. */
export const gapFills = pgTable(
  'gap_fills',
  {
    gap_id: bigint('gap_id', { mode: 'number' })
      .notNull()
      .references(() => gaps.id),
    listing_id: integer('listing_id')
      .notNull()
      .references(() => listings.id),
    run_id: bigint('run_id', { mode: 'number' }).notNull(),
    /** Backfilled rows inside the period. */
    observations: count('observations'),
  },
  (t) => [primaryKey({ columns: [t.gap_id, t.listing_id] }), index('gap_fills_listing').on(t.listing_id)],
);
