import { sql } from 'drizzle-orm';
import { bigint, check, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { count, figures, instantColumn } from './columns.ts';

// The rows that the present code would make from old bytes.

/** A comparison of the rows of raw payloads with those of the code at the time of the replay, and its promotion. */
export const replays = pgTable(
  'replays',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    status: text('status').notNull(),
    /** The selected payloads: null is no condition. Instants refer to fetched_at; `fetched_before` is exclusive. */
    source: text('source'),
    fetched_from: instantColumn('fetched_from'),
    fetched_before: instantColumn('fetched_before'),
    run_id: bigint('run_id', { mode: 'number' }),
    upload_id: text('upload_id'),
    /** The version of the code that compared; another version may not promote. */
    normalizer_version: smallint('normalizer_version').notNull(),
    /** The payloads up to this one are done, plus this many bytes of the next one if it is a file. */
    done_payload_id: bigint('done_payload_id', { mode: 'number' }).notNull().default(0),
    done_bytes: count('done_bytes'),
    next_line: integer('next_line').notNull().default(1),
    payloads_done: count('payloads_done'),
    payloads_unreadable: count('payloads_unreadable'),
    /** Skipped: retention gave up their bytes. */
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

/** The differences of a replay: at most one per key, with the row that would replace it. */
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
    /** The current revision, to be superseded; null for a new row. */
    revision: integer('revision'),
    symbol: text('symbol'),
    name: text('name'),
    ...figures,
    flags: text('flags').array(),
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    pointer: text('pointer').notNull(),
    /** Null: not promoted yet. `promoted`, or `passed_over` if the tape had moved on. */
    outcome: text('outcome'),
    promoted_at: instantColumn('promoted_at'),
  },
  (t) => [
    primaryKey({ columns: [t.replay_id, t.source, t.external_id, t.kind, t.observed_at] }),
    check('replay_differences_change', sql`${t.change} in ('changed', 'new', 'gone')`),
  ],
);

/** Keys whose first record in a file under replay repeated a known value; like upload_sightings. */
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
