import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { count, instantColumn } from './columns.ts';

// Listings, assets, and the mappings between them.

/** The record of a coin that is missing from its source's lists. */
const absence = {
  /** The first of the consecutive lists without it. */
  missing_since: instantColumn('missing_since'),
  /** The number of complete lists without it. */
  missed_lists: integer('missed_lists').notNull().default(0),
  /** When its absence became certain. */
  gone_at: instantColumn('gone_at'),
};

/** A coin in our own identity. Its id is assigned once and never changes, whatever the coin's later name. */
export const assets = pgTable(
  'assets',
  {
    id: text('id').primaryKey(),
    symbol: text('symbol'),
    name: text('name'),
    created_at: instantColumn('created_at').notNull(),
    /** The asset that took over all its listings; null while it has listings. */
    merged_into: text('merged_into'),
    /** Since when all its polled listings have left their sources; null while one remains. */
    inactive_since: instantColumn('inactive_since'),
  },
  (t) => [index('assets_symbol').on(t.symbol)],
);

/** A source's entry for a coin, or for a series of bars from a file. */
export const listings = pgTable(
  'listings',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    source: text('source').notNull(),
    external_id: text('external_id').notNull(),
    symbol: text('symbol'),
    name: text('name'),
    first_known_at: instantColumn('first_known_at').notNull(),
    /** The asset of its active mapping, which reads join. Null until the listing is first resolved. */
    asset_id: text('asset_id').references(() => assets.id),
    /** False if the listing changed since the last resolution. */
    is_resolved: boolean('is_resolved').notNull().default(false),
    /** When its source last listed it, to the hour; null for files. */
    seen_at: instantColumn('seen_at'),
    ...absence,
    /** When it returned after it was gone. */
    back_at: instantColumn('back_at'),
  },
  (t) => [
    unique('listings_source_external_id').on(t.source, t.external_id),
    index('listings_symbol').on(t.symbol),
    index('listings_external_id').on(t.external_id),
    index('listings_asset').on(t.asset_id),
    index('listings_unresolved').on(t.id).where(sql`not ${t.is_resolved}`),
  ],
);

/**
 * The events of listings, in the order in which they became known; append-only, written by a trigger in the
 * transaction of the event. The columns for before and after hold the listing's names and its asset.
 */
export const listingEvents = pgTable(
  'listing_events',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** The version of the tape. */
    version: instantColumn('version').notNull(),
    listing_id: integer('listing_id').notNull(),
    event: text('event').notNull(),
    /** The run that caused it, or the mapping. */
    run_id: bigint('run_id', { mode: 'number' }),
    mapping_id: bigint('mapping_id', { mode: 'number' }),
    asset_before: text('asset_before'),
    asset_after: text('asset_after'),
    symbol_before: text('symbol_before'),
    symbol_after: text('symbol_after'),
    name_before: text('name_before'),
    name_after: text('name_after'),
  },
  (t) => [
    index('listing_events_version').on(t.version, t.id),
    index('listing_events_listing').on(t.listing_id, t.id),
    check('listing_events_event', sql`${t.event} in ('seen', 'relabelled', 'remapped', 'gone', 'back')`),
  ],
);

/** How many listings a source has. A trigger updates it, so statistics do not slow down as listings grow. */
export const listingCounts = pgTable('listing_counts', {
  source: text('source').primaryKey(),
  listings: count('listings'),
});

/**
 * Which asset a listing belongs to, and how that is known. At most one mapping of a listing is active; the other
 * stored mappings are proposals, conflicts and rejections by an operator. The interval is when the mapping was
 * valid here.
 */
export const mappings = pgTable(
  'mappings',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    listing_id: integer('listing_id')
      .notNull()
      .references(() => listings.id),
    asset_id: text('asset_id')
      .notNull()
      .references(() => assets.id),
    method: text('method').notNull(),
    /** From 0 to 1, depending on the method. */
    confidence: numeric('confidence').notNull(),
    evidence: jsonb('evidence').notNull(),
    state: text('state').notNull(),
    /** Since when the prices of the listing and its asset disagree. */
    flagged_at: instantColumn('flagged_at'),
    flag_reason: text('flag_reason'),
    valid_from: instantColumn('valid_from').notNull(),
    valid_to: instantColumn('valid_to'),
  },
  (t) => [
    uniqueIndex('mappings_active').on(t.listing_id).where(sql`${t.state} = 'active'`),
    uniqueIndex('mappings_standing').on(t.listing_id, t.asset_id).where(sql`${t.state} <> 'ended'`),
    index('mappings_asset').on(t.asset_id),
    index('mappings_state').on(t.state, t.method, t.id),
    index('mappings_contested').on(t.id).where(sql`${t.evidence} ->> 'contested_by' is not null`),
    check('mappings_state', sql`${t.state} in ('active', 'proposed', 'conflict', 'rejected', 'ended')`),
  ],
);

/** An operator's decisions on a mapping. Append-only; the newest decision on a listing and an asset counts. */
export const decisions = pgTable(
  'decisions',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** The mapping that the operator decided on; it may have ended since. */
    mapping_id: bigint('mapping_id', { mode: 'number' })
      .notNull()
      .references(() => mappings.id),
    listing_id: integer('listing_id')
      .notNull()
      .references(() => listings.id),
    action: text('action').notNull(),
    /** The asset that was confirmed, rejected or pinned. */
    asset_id: text('asset_id')
      .notNull()
      .references(() => assets.id),
    who: text('who').notNull(),
    why: text('why').notNull(),
    decided_at: instantColumn('decided_at').notNull(),
    /** When, by whom and why it was undone; null while it counts. */
    undone_at: instantColumn('undone_at'),
    undone_by: text('undone_by'),
    undone_why: text('undone_why'),
  },
  (t) => [
    index('decisions_listing').on(t.listing_id, t.id),
    index('decisions_mapping').on(t.mapping_id),
    check('decisions_action', sql`${t.action} in ('confirm', 'reject', 'pin')`),
  ],
);

/**
 * The coins of a source's complete list, with or without a listing: a coin that is not polled can still be a rival.
 */
export const catalog = pgTable(
  'catalog',
  {
    source: text('source').notNull(),
    external_id: text('external_id').notNull(),
    symbol: text('symbol'),
    name: text('name'),
    ...absence,
  },
  (t) => [primaryKey({ columns: [t.source, t.external_id] }), index('catalog_symbol').on(t.symbol)],
);

/** The token contracts of coins, as sources state them. Platform names are ours; addresses are normalized. */
export const contracts = pgTable(
  'contracts',
  {
    source: text('source').notNull(),
    external_id: text('external_id').notNull(),
    platform: text('platform').notNull(),
    address: text('address').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.external_id, t.platform, t.address] }),
    index('contracts_address').on(t.platform, t.address),
  ],
);
