import {
  bigint,
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import { count, instantColumn } from './columns.ts';

// What upstream records look like, and who was told how the service stands.

/**
 * Each shape that the records of an endpoint have had: which fields, of which types. A payload names its shape
 * in raw_payloads; a shape that comes back is the same row again.
 */
export const payloadShapes = pgTable(
  'payload_shapes',
  {
    source: text('source').notNull(),
    endpoint: text('endpoint').notNull(),
    fingerprint: text('fingerprint').notNull(),
    first_payload_id: bigint('first_payload_id', { mode: 'number' }).notNull(),
    first_seen_at: instantColumn('first_seen_at').notNull(),
    last_payload_id: bigint('last_payload_id', { mode: 'number' }).notNull(),
    last_seen_at: instantColumn('last_seen_at').notNull(),
    payloads: count('payloads'),
    /** Of the first payload of this shape: its records, and what was seen in them (FieldShape list). */
    records: integer('records').notNull(),
    fields: jsonb('fields').notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.endpoint, t.fingerprint] })],
);

/** How often the fields of an endpoint are unknown when all is well (domain/drift/usual-share). */
export const usualShares = pgTable(
  'usual_shares',
  {
    source: text('source').notNull(),
    endpoint: text('endpoint').notNull(),
    /** Per field, 0 to 1. */
    shares: jsonb('shares').notNull(),
    replies: integer('replies').notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.endpoint] })],
);

/** Fields that are read and are unknown far more often than usual. A row goes when its field is back, or accepted. */
export const lostFields = pgTable(
  'lost_fields',
  {
    source: text('source').notNull(),
    endpoint: text('endpoint').notNull(),
    field: text('field').notNull(),
    /** What its pages or platforms are called together. */
    contract: text('contract').notNull(),
    /** A price, an id or an instant. */
    is_essential: boolean('is_essential').notNull(),
    share: doublePrecision('share').notNull(),
    usual_share: doublePrecision('usual_share').notNull(),
    lost_at: instantColumn('lost_at').notNull(),
    /** Of the first reply that lacked it. */
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.endpoint, t.field] })],
);

/** Changes of form that somebody said are usual from then on. */
export const driftAcceptances = pgTable('drift_acceptances', {
  /** Of the drift: made of its source, contract, field and status. */
  id: text('id').primaryKey(),
  source: text('source').notNull(),
  contract: text('contract').notNull(),
  field: text('field').notNull(),
  status: text('status').notNull(),
  was: text('was').notNull(),
  /** What it had become. */
  became: text('became').notNull(),
  accepted_at: instantColumn('accepted_at').notNull(),
});

/** The health that was last made known, of each source, of fields that were lost, and of the whole. No row is `ok`. */
export const healthStates = pgTable('health_states', {
  subject: text('subject').primaryKey(),
  status: text('status').notNull(),
  changed_at: instantColumn('changed_at').notNull(),
});

/** Changes of health to be told, once each. */
export const alerts = pgTable('alerts', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  raised_at: instantColumn('raised_at').notNull(),
  changes: jsonb('changes').notNull(),
  attempts: integer('attempts').notNull().default(0),
  /** Nobody sends it before this: somebody just is, or the last try failed. */
  due_at: instantColumn('due_at').notNull(),
  sent_at: instantColumn('sent_at'),
  /** Why the last try failed. */
  error_message: text('error_message'),
});
