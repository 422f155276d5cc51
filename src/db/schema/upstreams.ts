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

// How the polled sources behave, how often they were asked, and what was missed.

/** One row per polled source: whether it may be asked now, and how fast. */
export const upstreams = pgTable('upstreams', {
  source: text('source').primaryKey(),
  /** The plan its calls are counted against, as the settings said at the last run. */
  plan: text('plan'),
  /** Runs that failed, one after another, and since when. */
  failures: integer('failures').notNull().default(0),
  failing_since: instantColumn('failing_since'),
  /** No scheduled run before this instant. */
  ask_after: instantColumn('ask_after'),
  /** 1, 2, 4 or 8: how many times slower than planned it is asked since it said "too many requests". */
  slow_factor: integer('slow_factor').notNull().default(1),
  /** Since when nothing is asked because the calls of its plan are spent. */
  quota_since: instantColumn('quota_since'),
  /** When the history of the largest coins was asked for: once in the life of a database. */
  first_backfill_at: instantColumn('first_backfill_at'),
});

/** Calls per source and period, counted before they are made. Minutes of the past are cleared away. */
export const callLedger = pgTable(
  'call_ledger',
  {
    source: text('source').notNull(),
    period: text('period').notNull(),
    starts_at: instantColumn('starts_at').notNull(),
    calls: count('calls'),
    /** What the plan allowed at the newest call; null is no limit. */
    calls_max: bigint('calls_max', { mode: 'number' }),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.period, t.starts_at] }),
    check('call_ledger_period', sql`${t.period} in ('minute', 'day', 'month')`),
  ],
);

/** The calls of a month by what they were for. Those that an older release counted are in call_ledger alone. */
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

/** Endpoints whose newest answer was none. A row goes when its endpoint answers. */
export const endpointFailures = pgTable(
  'endpoint_failures',
  {
    source: text('source').notNull(),
    endpoint: text('endpoint').notNull(),
    /** Runs in which it failed, one after another. */
    failures: integer('failures').notNull(),
    first_failed_at: instantColumn('first_failed_at').notNull(),
    failed_at: instantColumn('failed_at').notNull(),
    error_code: text('error_code').notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.endpoint] })],
);

/** Spans in which an endpoint gave nothing although it was due several times. */
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
    /** The pace it was due at. */
    every_minutes: integer('every_minutes').notNull(),
    cause: text('cause').notNull(),
    error_code: text('error_code'),
    /** Whether the source has a history to fill it from, coin by coin. */
    has_history: boolean('has_history').notNull(),
    /** When it was settled whose missed hours are fetched without being asked for. */
    coins_chosen_at: instantColumn('coins_chosen_at'),
  },
  (t) => [unique('gaps_span').on(t.source, t.endpoint, t.started_at)],
);

/** What a run is to fetch the history of. */
export const backfills = pgTable(
  'backfills',
  {
    run_id: bigint('run_id', { mode: 'number' })
      .primaryKey()
      .references(() => runs.id),
    source: text('source').notNull(),
    external_id: text('external_id').notNull(),
    days: integer('days').notNull(),
    /** Why it is fetched: `manual`, `gap` or `history`. */
    purpose: text('purpose').notNull().default('manual'),
  },
  (t) => [index('backfills_coin').on(t.source, t.external_id)],
);

/** The coins of a gap whose missed hours are fetched without being asked for, the largest first. */
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
    /** When its history came, with points inside the gap or without. */
    asked_at: instantColumn('asked_at'),
  },
  (t) => [
    primaryKey({ columns: [t.gap_id, t.listing_id] }),
    index('gap_coins_unasked').on(t.listing_id).where(sql`${t.asked_at} is null`),
  ],
);

/** Which listings have history now inside a gap. */
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
    /** Backfilled rows inside the span. */
    observations: count('observations'),
  },
  (t) => [primaryKey({ columns: [t.gap_id, t.listing_id] }), index('gap_fills_listing').on(t.listing_id)],
);
