import { sql } from 'drizzle-orm';
import { bigint, boolean, check, pgTable, text } from 'drizzle-orm/pg-core';
import { instantColumn } from './columns.ts';

// The tape: its version, and the permission to write.

/**
 * The version of the whole tape: the known_at of the newest committed load. Each load locks this one row, so
 * known_at rises in commit order, and a cursor that pins a version never sees a row appear behind it.
 * `next_version` is the known_at for the rows of the load in progress; it has no meaning outside a transaction.
 *
 * `stamped_version` is the newest version whose load recorded everything that it touched (counts.changed_at, the
 * two below). `rest_version` is the newest version that may have touched anything else. A version that is neither
 * comes from a former release, and may have touched everything (tape/scope.ts).
 */
export const tapeVersion = pgTable(
  'tape_version',
  {
    id: boolean('id').primaryKey().default(true),
    version: instantColumn('version').notNull(),
    next_version: instantColumn('next_version').notNull(),
    stamped_version: instantColumn('stamped_version'),
    rest_version: instantColumn('rest_version'),
    totals_version: instantColumn('totals_version'),
    rates_version: instantColumn('rates_version'),
    /** `live` or `sandbox`, set by the first run; a run of the other mode is refused. */
    mode: text('mode'),
    /** The object store with the bytes of its files, set by the first `npm start` or `npm run deploy`. */
    store_id: text('store_id'),
  },
  (t) => [check('tape_version_one_row', sql`${t.id}`)],
);

/** Who may work now. `token` is the fencing token: a holder whose token was replaced may not commit. */
export const leases = pgTable('leases', {
  name: text('name').primaryKey(),
  token: bigint('token', { mode: 'number' }).notNull(),
  expires_at: instantColumn('expires_at').notNull(),
});
