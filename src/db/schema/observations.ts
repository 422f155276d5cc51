import { sql } from 'drizzle-orm';
import { bigint, index, integer, numeric, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { count, figures, instantColumn, pageFacts, spotFigures } from './columns.ts';
import { listings } from './identity.ts';

// Facts, and the tables that follow them.

/**
 * Append-only facts. A changed value for the same instant is a new revision; the old row stays, with the
 * successor's known_at as its superseded_at. One plain table, because partitions cost more planning than they save.
 *
 * Reads walk one index range per (listing, kind) or (source, kind) and merge; hence the column order.
 */
export const observations = pgTable(
  'observations',
  {
    listing_id: integer('listing_id')
      .notNull()
      .references(() => listings.id),
    kind: text('kind').notNull(),
    observed_at: instantColumn('observed_at').notNull(),
    revision: integer('revision').notNull(),
    source: text('source').notNull(),
    known_at: instantColumn('known_at').notNull(),
    superseded_at: instantColumn('superseded_at'),
    ...figures,
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    pointer: text('pointer').notNull(),
    run_id: bigint('run_id', { mode: 'number' }).notNull(),
    normalizer_version: smallint('normalizer_version').notNull(),
    flags: text('flags').array().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.listing_id, t.kind, t.observed_at, t.revision] }),
    // superseded_at comes last: rows before a far offset are counted without reading the table.
    index('observations_source_observed').on(
      t.source,
      t.kind,
      t.observed_at,
      t.listing_id,
      t.revision,
      t.superseded_at,
    ),
    index('observations_known').on(t.source, t.kind, t.known_at, t.listing_id, t.observed_at),
    // Rows in the order in which they ended, for the changes of the tape.
    index('observations_ended')
      .on(t.source, t.kind, t.superseded_at)
      .where(sql`${t.superseded_at} is not null`),
    // The few rows from a source whose clock was ahead of ours: see firstVisible.
    index('observations_ahead')
      .on(t.listing_id, t.kind, t.observed_at)
      .where(sql`${t.observed_at} > ${t.known_at}`),
    // Rows are stored in the order of their payloads, so a range per block finds the rows of one payload and costs
    // almost nothing.
    index('observations_payload').using('brin', t.raw_payload_id),
  ],
);

/** The newest spot row per listing, with its page facts. */
export const latestObservations = pgTable(
  'latest_observations',
  {
    listing_id: integer('listing_id')
      .primaryKey()
      .references(() => listings.id),
    source: text('source').notNull(),
    observed_at: instantColumn('observed_at').notNull(),
    revision: integer('revision').notNull(),
    known_at: instantColumn('known_at').notNull(),
    ...spotFigures,
    flags: text('flags').array().notNull(),
    /**
     * The beat of the row, without the effect of thinning (db/observations/beat.ts); null if a former release wrote
     * it.
     */
    beat_seconds: integer('beat_seconds'),
    ...pageFacts,
  },
  (t) => [
    index('latest_rank').on(t.rank, t.listing_id),
    index('latest_market_cap').on(t.market_cap_usd, t.listing_id),
    index('latest_price').on(t.price_usd, t.listing_id),
    index('latest_volume').on(t.volume_24h_usd, t.listing_id),
    index('latest_observed').on(t.observed_at, t.listing_id),
  ],
);

/** Rows per listing and kind; also the list of index ranges that a filtered read must walk. */
export const counts = pgTable(
  'counts',
  {
    listing_id: integer('listing_id')
      .notNull()
      .references(() => listings.id),
    kind: text('kind').notNull(),
    source: text('source').notNull(),
    /** Current rows, and all revisions ever. */
    observations: count('observations'),
    revisions: count('revisions'),
    first_observed_at: instantColumn('first_observed_at').notNull(),
    last_observed_at: instantColumn('last_observed_at').notNull(),
    first_known_at: instantColumn('first_known_at').notNull(),
    /**
     * The newest version that changed its rows or the page facts of its newest row; null if it was not recorded
     * yet.
     */
    changed_at: instantColumn('changed_at'),
  },
  (t) => [primaryKey({ columns: [t.listing_id, t.kind] }), index('counts_source').on(t.source, t.kind)],
);

/** The same per source and kind: an unfiltered total is a sum of a few rows. */
export const sourceCounts = pgTable(
  'source_counts',
  {
    source: text('source').notNull(),
    kind: text('kind').notNull(),
    observations: count('observations'),
    revisions: count('revisions'),
    last_observed_at: instantColumn('last_observed_at').notNull(),
    changed_at: instantColumn('changed_at'),
  },
  (t) => [primaryKey({ columns: [t.source, t.kind] })],
);

/** The whole market per source, each by its own definition. Append-only like observations. */
export const marketTotals = pgTable(
  'market_totals',
  {
    source: text('source').notNull(),
    observed_at: instantColumn('observed_at').notNull(),
    revision: integer('revision').notNull(),
    known_at: instantColumn('known_at').notNull(),
    superseded_at: instantColumn('superseded_at'),
    market_cap_usd: numeric('market_cap_usd'),
    volume_24h_usd: numeric('volume_24h_usd'),
    bitcoin_dominance_percent: numeric('bitcoin_dominance_percent'),
    market_cap_change_24h_percent: numeric('market_cap_change_24h_percent'),
    assets_count: integer('assets_count'),
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    pointer: text('pointer').notNull(),
    run_id: bigint('run_id', { mode: 'number' }).notNull(),
    normalizer_version: smallint('normalizer_version').notNull(),
    flags: text('flags').array().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.observed_at, t.revision] }),
    index('market_totals_observed').on(t.observed_at, t.source, t.revision),
  ],
);

/**
 * The price of a bitcoin in each currency, one row per reply; positions in the lists correspond. Append-only like
 * observations.
 */
export const rates = pgTable(
  'rates',
  {
    source: text('source').notNull(),
    observed_at: instantColumn('observed_at').notNull(),
    revision: integer('revision').notNull(),
    known_at: instantColumn('known_at').notNull(),
    superseded_at: instantColumn('superseded_at'),
    currencies: text('currencies').array().notNull(),
    names: text('names').array().notNull(),
    units_per_btc: numeric('units_per_btc').array().notNull(),
    pointers: text('pointers').array().notNull(),
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    run_id: bigint('run_id', { mode: 'number' }).notNull(),
    normalizer_version: smallint('normalizer_version').notNull(),
    flags: text('flags').array().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.source, t.observed_at, t.revision] }),
    index('rates_observed').on(t.observed_at, t.source, t.revision),
    index('rates_run').on(t.run_id),
  ],
);
