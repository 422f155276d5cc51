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

// The shapes of upstream records, and the notifications about the state of the service.

/**
 * Each shape that the records of an endpoint have had: the fields and their types. A payload names its shape in
 * raw_payloads; a returning shape is the same row.
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
    /** From the first payload of this shape: its records, and its fields (a FieldShape list). */
    records: integer('records').notNull(),
    fields: jsonb('fields').notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.endpoint, t.fingerprint] })],
);

/** How often the fields of an endpoint are normally unknown (domain/drift/usual-share). */
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

/**
 * Fields that the contract reads and that are unknown far more often than usual. A row is deleted when its field
 * returns or somebody accepts it.
 */
export const lostFields = pgTable(
  'lost_fields',
  {
    source: text('source').notNull(),
    endpoint: text('endpoint').notNull(),
    field: text('field').notNull(),
    /** The common name of its pages or platforms. */
    contract: text('contract').notNull(),
    /** Whether it is a price, an id or an instant. */
    is_essential: boolean('is_essential').notNull(),
    share: doublePrecision('share').notNull(),
    usual_share: doublePrecision('usual_share').notNull(),
    lost_at: instantColumn('lost_at').notNull(),
    /** The first reply that lacked it. */
    raw_payload_id: bigint('raw_payload_id', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.source, t.endpoint, t.field] })],
);

/** Changes of form that somebody declared to be usual. */
export const driftAcceptances = pgTable('drift_acceptances', {
  /** The id of the drift: made from its source, contract, field and status. */
  id: text('id').primaryKey(),
  source: text('source').notNull(),
  contract: text('contract').notNull(),
  field: text('field').notNull(),
  status: text('status').notNull(),
  was: text('was').notNull(),
  /** The new form of the field. */
  became: text('became').notNull(),
  accepted_at: instantColumn('accepted_at').notNull(),
});

/** The health that was last announced: of each source, of lost fields, and of the whole. No row is `ok`. */
export const healthStates = pgTable('health_states', {
  subject: text('subject').primaryKey(),
  status: text('status').notNull(),
  changed_at: instantColumn('changed_at').notNull(),
});

/** Changes of health to announce, once each. */
export const alerts = pgTable('alerts', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  raised_at: instantColumn('raised_at').notNull(),
  changes: jsonb('changes').notNull(),
  attempts: integer('attempts').notNull().default(0),
  /** Not to be sent before this instant: somebody is sending it, or the last try failed. */
  due_at: instantColumn('due_at').notNull(),
  sent_at: instantColumn('sent_at'),
  /** Why the last try failed. */
  error_message: text('error_message'),
});
