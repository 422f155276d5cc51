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

// What of the tape lies in Parquet parts, and how far that goes.

/**
 * The Parquet parts in R2. A row is planned before its bytes are stored, so that a writer that was killed between
 * the two finds what it has to write again; it counts once `written_at` is set, and then never changes.
 */
export const lakeParts = pgTable(
  'lake_parts',
  {
    /** The name, of which its content is part: other content is another name. */
    part: text('part').primaryKey(),
    kind: text('kind').notNull(),
    /** The day (UTC) of its versions. */
    day: date('day').notNull(),
    /** From 1 for the changes of each day; null of listings. */
    number: integer('number'),
    /** The versions of its first and last change. */
    version_from: instantColumn('version_from').notNull(),
    version_to: instantColumn('version_to').notNull(),
    rows: integer('rows').notNull(),
    /** Over the texts of its rows. */
    content_hash: text('content_hash').notNull(),
    // Of the bytes, once they were read back.
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
    /** Every change up to this version lies in a part that was read back. Null: none does. */
    written_through: instantColumn('written_through'),
    /** Versions before it lack rows that were thinned before they could be written. Null: none was. */
    complete_from: instantColumn('complete_from'),
    // Of what is written, so that statistics do not grow with it.
    parts: count('parts'),
    rows: count('rows'),
    size_bytes: count('size_bytes'),
  },
  (t) => [check('lake_progress_one_row', sql`${t.id}`)],
);
