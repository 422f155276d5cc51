import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';

// The version of an answer. The tape version rises with every load of anything. An answer about a few listings, a
// source or one observation changes only if a load touches them, so its version is the newest one that may have
// touched it. Until the next such load, its tag, its cursors and complete_through stay the same.

/** The rows on which an answer depends, in addition to changes that affect every answer. */
export interface Scope {
  /** A scalar subquery: the newest version recorded for it, null if there is none. */
  touched: SQL;
  /** A condition under which the answer depends on more rows: its version is then the tape version. */
  unless?: SQL | null;
}

// Neither stamped nor a rest version: made by a former release, which records nothing.
const REST = sql`
  case when t.version = greatest(t.stamped_version, t.rest_version) then t.rest_version else t.version end`;

/** The version of the answer, from a row `t` of tape_version. Without a scope it is the tape version. */
export function currentVersion(scope: Scope | null): SQL {
  if (scope === null) return sql`t.version`;
  const version = sql`greatest(${REST}, (${scope.touched}))`;
  return scope.unless ? sql`case when ${scope.unless} then t.version else ${version} end` : version;
}

/**
 * One row: `current`, the newest version of the answer; `version`, the version to read at; and Retained. The limits
 * tell the planner that there is only one row, even before it has statistics of the tables.
 */
export const versionAt = (version: Instant | null, scope: Scope | null = null): SQL => sql`
  select t.current, least(t.current, ${version}::timestamptz) as version, r.horizon, r.removed_at
  from (select ${currentVersion(scope)} as current from tape_version t limit 1) t left join retention r on true
  limit 1`;

/** False if the client has the current version: a gate that Postgres checks before it reads a row. */
export const unseen = (seen: Instant | null): SQL =>
  seen === null ? sql`true` : sql`v.current <> ${seen}::timestamptz`;
