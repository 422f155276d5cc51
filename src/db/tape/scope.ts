import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';

// The version that an answer is of. The version of the tape moves with every load of anything; an answer about a few
// listings, a source or one observation is the same at all versions since the newest that may have touched it, and is
// told to be of that one: its tag, its cursors and complete_through are the same as long as it is.

/** What an answer depends on besides what the rest of the tape does to every answer. */
export interface Scope {
  /** A scalar subquery: the newest version that was noted for it, null when there is none. */
  touched: SQL;
  /** A condition on which the answer depends on more: it is of the version of the tape then. */
  unless?: SQL | null;
}

// Neither stamped nor of the rest: made by a former release, which notes nothing.
const REST = sql`
  case when t.version = greatest(t.stamped_version, t.rest_version) then t.rest_version else t.version end`;

/** The version of the answer, of a row `t` of tape_version. Without a scope it is that of the tape. */
export function currentVersion(scope: Scope | null): SQL {
  if (scope === null) return sql`t.version`;
  const version = sql`greatest(${REST}, (${scope.touched}))`;
  return scope.unless ? sql`case when ${scope.unless} then t.version else ${version} end` : version;
}

/**
 * One row: `current`, the newest version of the answer, `version`, the one to read at, and what was Retained. The
 * limits say to the planner that there is one, even before it knows the tables.
 */
export const versionAt = (version: Instant | null, scope: Scope | null = null): SQL => sql`
  select t.current, least(t.current, ${version}::timestamptz) as version, r.horizon, r.removed_at
  from (select ${currentVersion(scope)} as current from tape_version t limit 1) t left join retention r on true
  limit 1`;

/** False when the client holds the current version: a gate that Postgres checks before it reads a row. */
export const unseen = (seen: Instant | null): SQL =>
  seen === null ? sql`true` : sql`v.current <> ${seen}::timestamptz`;
