import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { count, instantColumn } from './columns.ts';

// The Parquet parts of the tape, and how far they reach.

/**
 * The Parquet parts in R2. A row is planned before its bytes are stored, so a writer that was killed in between
 * finds the part that it must write again. The part counts when `written_at` is set, and never changes after that.
 */
export const lakeParts = pgTable(
  'lake_parts',
  {
    /** The name includes a hash of the content: other content has another name. */
    part: text('part').primaryKey(),
    kind: text('kind').notNull(),
    /** The day (UTC) of its versions. */
    day: date('day').notNull(),
    /** Starts at 1 for the changes of each day; null for listings. */
    number: integer('number'),
    /** The versions of its first and last change. */
    version_from: instantColumn('version_from').notNull(),
    version_to: instantColumn('version_to').notNull(),
    rows: integer('rows').notNull(),
    /** A hash of the texts of its rows. */
    content_hash: text('content_hash').notNull(),
    // Size and hash of the bytes, when they were read back.
    size_bytes: bigint('size_bytes', { mode: 'number' }),
    sha256: text('sha256'),
    written_at: instantColumn('written_at'),
  },
  (t) => [
    index('lake_parts_version').on(t.version_to, t.part),
    uniqueIndex('lake_parts_number').on(t.day, t.number).where(sql`${t.number} is not null`),
    check('lake_parts_kind', sql`${t.kind} in ('changes', 'listings')`),
  ],
);

/** How far the tape is written. No row before the first part. */
export const lakeProgress = pgTable(
  'lake_progress',
  {
    id: boolean('id').primaryKey().default(true),
    /** Every change up to this version is in a part that was read back. Null: no change is. */
    written_through: instantColumn('written_through'),
    /** Earlier versions lack rows that were thinned before they could be written. Null: no row was. */
    complete_from: instantColumn('complete_from'),
    // Sums of the written parts, so statistics do not slow down as parts grow.
    parts: count('parts'),
    rows: count('rows'),
    size_bytes: count('size_bytes'),
  },
  (t) => [check('lake_progress_one_row', sql`${t.id}`)],
);
