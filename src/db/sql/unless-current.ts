import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db, Query, StatementName } from '../client.ts';
import { currentVersion, type Scope } from '../tape/scope.ts';
import { asText } from './later.ts';

/**
 * The rows of a statement, or none if the client has the newest version of its answer. Then the statement is not
 * even planned, which would be most of Postgres' work for such an answer: it travels as text, and a function of the
 * database runs it only if needed. Its parameters need a cast each; `columns` has the names and types of its
 * columns. `same` are members that its rows have in common, see Db.
 */
export function unlessCurrent<Row extends object, Same extends object = object>(
  db: Db,
  name: StatementName,
  seen: Instant | null,
  statement: SQL,
  columns: SQL,
  scope: Scope | null = null,
  same?: Same,
): Query<(Row & Same)[]> {
  if (seen === null) return db.execute<Row, Same>(name, same)(statement);
  const rest = sql`${asText(statement)}) as told (${columns})`;
  return db.execute<Row, Same>(
    name,
    same,
  )(
    scope === null
      ? sql`select * from unless_current(${seen}::timestamptz, ${rest}`
      : sql`select * from unless_unchanged(${seen}::timestamptz, ${asText(sql`select ${currentVersion(scope)} from tape_version t`)}, ${rest}`,
  );
}
