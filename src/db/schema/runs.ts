import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { count, instantColumn } from './columns.ts';

// Runs, the bytes that they read, and rejects.

/** One attempt to move data for one source. */
export const runs = pgTable(
  'runs',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    source: text('source').notNull(),
    trigger: text('trigger').notNull(),
    status: text('status').notNull(),
    accepted_at: instantColumn('accepted_at').notNull(),
    started_at: instantColumn('started_at'),
    finished_at: instantColumn('finished_at'),
    /** The minute of its cron tick, even if the tick came late. Null for a manual run. */
    scheduled_at: instantColumn('scheduled_at'),
    rows_read: count('rows_read'),
    rows_inserted: count('rows_inserted'),
    rows_duplicate: count('rows_duplicate'),
    rows_rejected: count('rows_rejected'),
    error_code: text('error_code'),
    error_message: text('error_message'),
    /** Why the run's rows were withdrawn, and when that finished. */
    withdraw_reason: text('withdraw_reason'),
    withdrawn_at: instantColumn('withdrawn_at'),
    /** Its anomalies, found at its end (domain/anomaly). */
    anomalies: jsonb('anomalies').notNull().default([]),
  },
  (t) => [
    index('runs_source_started').on(t.source, t.started_at),
    // The newest run of each result, of any age.
    index('runs_well')
      .on(t.source, t.started_at)
      .where(sql`${t.trigger} <> 'backfill' and ${t.status} in ('succeeded', 'partial')`),
    index('runs_ill')
      .on(t.source, t.started_at)
      .where(sql`${t.trigger} <> 'backfill' and ${t.status} in ('partial', 'failed')`),
    // A repeated tick finds the run of the first.
    index('runs_scheduled').on(t.source, t.scheduled_at).where(sql`${t.scheduled_at} is not null`),
    index('runs_open').on(t.source).where(sql`${t.status} in ('queued', 'running')`),
    check(
      'runs_status',
      sql`${t.status} in ('queued', 'running', 'succeeded', 'partial', 'failed', 'skipped')`,
    ),
  ],
);

const runSums = {
  runs: count('runs'),
  rows_read: count('rows_read'),
  rows_inserted: count('rows_inserted'),
  rows_duplicate: count('rows_duplicate'),
  rows_rejected: count('rows_rejected'),
  /** The number of runs that have started and ended, and their total duration. */
  measured: count('measured'),
  seconds: numeric('seconds').notNull().default('0'),
};

/** Sums over runs. A trigger updates them, so statistics do not slow down as runs grow. */
export const triggerCounts = pgTable(
  'trigger_counts',
  {
    source: text('source').notNull(),
    trigger: text('trigger').notNull(),
    status: text('status').notNull(),
    ...runSums,
  },
  (t) => [primaryKey({ columns: [t.source, t.trigger, t.status] })],
);

/** The same over all triggers; only the previous release reads it. */
export const runCounts = pgTable(
  'run_counts',
  { source: text('source').notNull(), status: text('status').notNull(), ...runSums },
  (t) => [primaryKey({ columns: [t.source, t.status] })],
);

/** Work that a message names only by its kind: how often it was requested, and which of these requests are done. */
export const tasks = pgTable('tasks', {
  type: text('type').primaryKey(),
  asked: count('asked'),
  done: count('done'),
  /** The time of the last request or progress. */
  touched_at: instantColumn('touched_at').notNull(),
});

/** The position of each endpoint of a source: its last good reply, and the newest committed observed_at. */
export const checkpoints = pgTable(
  'checkpoints',
  {
    source: text('source').notNull(),
    endpoint: text('endpoint').notNull(),
    fetched_at: instantColumn('fetched_at').notNull(),
    watermark: instantColumn('watermark'),
    /** The effective pace at that time. */
    every_minutes: integer('every_minutes'),
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    run_id: bigint('run_id', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.endpoint] })],
);

/** One row per upstream reply, including failed ones: the audit index of the bytes in R2. */
export const rawPayloads = pgTable(
  'raw_payloads',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    source: text('source').notNull(),
    run_id: bigint('run_id', { mode: 'number' }).notNull(),
    endpoint: text('endpoint').notNull(),
    /** Without secrets. */
    url: text('url').notNull(),
    status: smallint('status').notNull(),
    headers: jsonb('headers').notNull(),
    content_type: text('content_type'),
    fetched_at: instantColumn('fetched_at').notNull(),
    duration_ms: integer('duration_ms').notNull(),
    size_bytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    sha256: text('sha256').notNull(),
    r2_key: text('r2_key').notNull(),
    /** The encoding of the bytes in R2: `gzip` or `identity`. size_bytes and sha256 are of the decoded bytes. */
    encoding: text('encoding').notNull(),
    /** When its records were committed; null for a failed or unread reply. */
    loaded_at: instantColumn('loaded_at'),
    error_code: text('error_code'),
    /** The rank limit for reading it (POLL_TOP): reading it again needs the same limit. Null is none. */
    poll_top: integer('poll_top'),
    /**
     * The beat of its rows: the planned or actual distance between the readings of one series. Null for files,
     * whose plan has it, and for replies from before this column existed.
     */
    beat_seconds: integer('beat_seconds'),
    // The profile of a reply that was read, with which later replies are compared.
    records: integer('records'),
    newest_observed_at: instantColumn('newest_observed_at'),
    /**
     * Per field that the contract reads, the number of records without it; fields that are always known are
     * omitted.
     */
    unknowns: jsonb('unknowns'),
    /** The key of its row in payload_shapes. */
    shape: text('shape'),
    /** When retention gave up the bytes, and when R2 had deleted them. */
    expired_at: instantColumn('expired_at'),
    deleted_at: instantColumn('deleted_at'),
  },
  (t) => [
    index('raw_payloads_kept').on(t.fetched_at).where(sql`${t.expired_at} is null`),
    index('raw_payloads_to_delete')
      .on(t.id)
      .where(sql`${t.expired_at} is not null and ${t.deleted_at} is null`),
    index('raw_payloads_endpoint').on(t.source, t.endpoint, t.id),
    index('raw_payloads_sha256').on(t.sha256, t.fetched_at),
    // A repeated insert of the same reply, after a lost answer, finds the first.
    unique('raw_payloads_reply').on(t.run_id, t.endpoint, t.fetched_at),
  ],
);

/** Rejects, with the reason and the original record. */
export const rejects = pgTable(
  'rejects',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    source: text('source').notNull(),
    run_id: bigint('run_id', { mode: 'number' }).notNull(),
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    pointer: text('pointer').notNull(),
    external_id: text('external_id'),
    code: text('code').notNull(),
    message: text('message').notNull(),
    raw: text('raw').notNull(),
    rejected_at: instantColumn('rejected_at').notNull(),
  },
  (t) => [
    uniqueIndex('rejects_payload_pointer').on(t.raw_payload_id, t.pointer),
    index('rejects_run').on(t.run_id),
  ],
);
