import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { count, instantColumn } from './columns.ts';

// Files and their progress.

/** An uploaded file, and its progress. Its rows, and their counts, belong to its run. */
export const uploads = pgTable(
  'uploads',
  {
    id: text('id').primaryKey(),
    run_id: bigint('run_id', { mode: 'number' }).notNull(),
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    filename: text('filename'),
    /** The parameters of the request about the series: asset, symbol, dialect, venue, quote, observed_at. */
    hints: jsonb('hints').notNull(),
    /**
     * Same bytes and same key mean the same upload. Null for an upload that failed or was withdrawn, and for a dry
     * run.
     */
    series_key: text('series_key'),
    /** The upload whose bytes it reads again, when the rows of that upload are withdrawn. */
    reads_again: text('reads_again'),
    dry_run: boolean('dry_run').notNull(),
    status: text('status').notNull(),
    sha256: text('sha256').notNull(),
    size_bytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    /** The plan made from the header: dialect, columns, coin, convention. Null until the header is read. */
    plan: jsonb('plan'),
    encoding: text('encoding'),
    /** Where the next record starts. */
    done_bytes: count('done_bytes'),
    next_line: integer('next_line').notNull().default(1),
    /** The first records, with the row that each becomes. */
    preview: jsonb('preview'),
    error_code: text('error_code'),
    error_message: text('error_message'),
    accepted_at: instantColumn('accepted_at').notNull(),
    /** When a message or a slice last advanced it: the sweep restarts stalled uploads. */
    touched_at: instantColumn('touched_at').notNull(),
    finished_at: instantColumn('finished_at'),
  },
  (t) => [
    uniqueIndex('uploads_series').on(t.series_key),
    unique('uploads_run').on(t.run_id),
    // An upload is read again only once, unless that failed or was withdrawn.
    uniqueIndex('uploads_reads_again')
      .on(t.reads_again)
      .where(sql`${t.status} in ('queued', 'processing', 'succeeded')`),
    index('uploads_open').on(t.touched_at).where(sql`${t.status} in ('queued', 'processing')`),
    check('uploads_status', sql`${t.status} in ('queued', 'processing', 'succeeded', 'failed', 'withdrawn')`),
  ],
);

/**
 * Keys whose record repeated a known value, in an upload that is still being read. The first record of a key wins
 * within a file, and a repeat leaves no row as evidence: without this table, counts would depend on batch limits.
 */
export const uploadSightings = pgTable(
  'upload_sightings',
  {
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    listing_id: integer('listing_id').notNull(),
    kind: text('kind').notNull(),
    observed_at: instantColumn('observed_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.raw_payload_id, t.listing_id, t.kind, t.observed_at] })],
);
