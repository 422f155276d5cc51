import { bigint, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
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

/** The health that was last made known, per source and for the whole service. No row yet means `ok`. */
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
