import { sql } from 'drizzle-orm';
import { bigint, check, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { count, figures, instantColumn } from './columns.ts';

// What present code would make of old bytes.

/** A comparison of what raw payloads gave with what the code of its day makes of them, and its promotion. */
export const replays = pgTable(
  'replays',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    status: text('status').notNull(),
    /** Which payloads: null is no condition. Instants are of fetched_at, `fetched_before` exclusive. */
    source: text('source'),
    fetched_from: instantColumn('fetched_from'),
    fetched_before: instantColumn('fetched_before'),
    run_id: bigint('run_id', { mode: 'number' }),
    upload_id: text('upload_id'),
    /** Of the code that compared; another one may not promote. */
    normalizer_version: smallint('normalizer_version').notNull(),
    /** The payloads up to this one are done; of the next one so many bytes, when it is a file. */
    done_payload_id: bigint('done_payload_id', { mode: 'number' }).notNull().default(0),
    done_bytes: count('done_bytes'),
    next_line: integer('next_line').notNull().default(1),
    payloads_done: count('payloads_done'),
    payloads_unreadable: count('payloads_unreadable'),
    /** Left out: retention gave up their bytes. */
    payloads_expired: count('payloads_expired'),
    rows_unchanged: count('rows_unchanged'),
    rows_skipped: count('rows_skipped'),
    error_code: text('error_code'),
    error_message: text('error_message'),
    accepted_at: instantColumn('accepted_at').notNull(),
    finished_at: instantColumn('finished_at'),
    promote_requested_at: instantColumn('promote_requested_at'),
    promoted_at: instantColumn('promoted_at'),
  },
  (t) => [
    check(
      'replays_status',
      sql`${t.status} in ('queued', 'running', 'compared', 'promoting', 'promoted', 'failed')`,
    ),
  ],
);

/** What a replay would change: at most one entry per key, with the row that would take its place. */
export const replayDifferences = pgTable(
  'replay_differences',
  {
    replay_id: bigint('replay_id', { mode: 'number' })
      .notNull()
      .references(() => replays.id),
    source: text('source').notNull(),
    external_id: text('external_id').notNull(),
    kind: text('kind').notNull(),
    observed_at: instantColumn('observed_at').notNull(),
    /** `changed`, `new` or `gone`. */
    change: text('change').notNull(),
    /** The current revision, to be superseded; null of a new row. */
    revision: integer('revision'),
    symbol: text('symbol'),
    name: text('name'),
    ...figures,
    flags: text('flags').array(),
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    pointer: text('pointer').notNull(),
    /** Null: not promoted yet. `promoted`, or `passed_over` when the tape had moved on. */
    outcome: text('outcome'),
    promoted_at: instantColumn('promoted_at'),
  },
  (t) => [
    primaryKey({ columns: [t.replay_id, t.source, t.external_id, t.kind, t.observed_at] }),
    check('replay_differences_change', sql`${t.change} in ('changed', 'new', 'gone')`),
  ],
);

/** Keys whose first record in a file being replayed repeated what was known; as upload_sightings. */
export const replaySightings = pgTable(
  'replay_sightings',
  {
    replay_id: bigint('replay_id', { mode: 'number' }).notNull(),
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    external_id: text('external_id').notNull(),
    kind: text('kind').notNull(),
    observed_at: instantColumn('observed_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.replay_id, t.raw_payload_id, t.external_id, t.kind, t.observed_at] })],
);
