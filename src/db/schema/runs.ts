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

// What was tried, from which bytes, and what was refused.

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
    /** The minute of the cron that it was made for, however late that came. Null of a run by hand. */
    scheduled_at: instantColumn('scheduled_at'),
    rows_read: count('rows_read'),
    rows_inserted: count('rows_inserted'),
    rows_duplicate: count('rows_duplicate'),
    rows_rejected: count('rows_rejected'),
    error_code: text('error_code'),
    error_message: text('error_message'),
    /** Why the run's rows were taken back, and when that was done. */
    withdraw_reason: text('withdraw_reason'),
    withdrawn_at: instantColumn('withdrawn_at'),
    /** What was unusual about it, found at its end (domain/anomaly). */
    anomalies: jsonb('anomalies').notNull().default([]),
  },
  (t) => [
    index('runs_source_started').on(t.source, t.started_at),
    // The newest of each kind of end, however long ago it was.
    index('runs_well')
      .on(t.source, t.started_at)
      .where(sql`${t.trigger} <> 'backfill' and ${t.status} in ('succeeded', 'partial')`),
    index('runs_ill')
      .on(t.source, t.started_at)
      .where(sql`${t.trigger} <> 'backfill' and ${t.status} in ('partial', 'failed')`),
    // A tick that comes twice finds the run of the first.
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
  /** Runs that have begun and ended, and how long they took together. */
  measured: count('measured'),
  seconds: numeric('seconds').notNull().default('0'),
};

/** Sums over runs, kept by a trigger, so that statistics do not grow with the number of runs. */
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

/** The same over all triggers, which only the release before reads. */
export const runCounts = pgTable(
  'run_counts',
  { source: text('source').notNull(), status: text('status').notNull(), ...runSums },
  (t) => [primaryKey({ columns: [t.source, t.status] })],
);

/** Work that a message names by its kind alone: how often it was asked for, and which of these askings are done. */
export const tasks = pgTable('tasks', {
  type: text('type').primaryKey(),
  asked: count('asked'),
  done: count('done'),
  /** When it was last asked for or moved on. */
  touched_at: instantColumn('touched_at').notNull(),
});

/** Where each endpoint of a source stands: its last good reply and the newest observed_at committed from it. */
export const checkpoints = pgTable(
  'checkpoints',
  {
    source: text('source').notNull(),
    endpoint: text('endpoint').notNull(),
    fetched_at: instantColumn('fetched_at').notNull(),
    watermark: instantColumn('watermark'),
    /** The pace it was due at then. */
    every_minutes: integer('every_minutes'),
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
    run_id: bigint('run_id', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.endpoint] })],
);

/** One row per upstream reply, failed ones too: the audit index of the bytes in R2. */
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
    /** How the bytes lie in R2: `gzip` or `identity`. size_bytes and sha256 are over the decoded bytes. */
    encoding: text('encoding').notNull(),
    /** When its records were committed; null for a failed or unread reply. */
    loaded_at: instantColumn('loaded_at'),
    error_code: text('error_code'),
    /** The rank limit it was read with (POLL_TOP): reading it again needs the same. Null is none. */
    poll_top: integer('poll_top'),
    /**
     * The beat of its rows: how far apart the readings of one series are planned or spaced. Null for files, whose
     * plan holds it, and for replies from before it was kept.
     */
    beat_seconds: integer('beat_seconds'),
    // The profile of a reply that was read: what its successors are held against.
    records: integer('records'),
    newest_observed_at: instantColumn('newest_observed_at'),
    /** Per field that is read, in how many of the records it was unknown; fields never unknown are left out. */
    unknowns: jsonb('unknowns'),
    /** Names its row in payload_shapes. */
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

/** Refused records with the reason and the record as sent. */
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
