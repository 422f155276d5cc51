import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../domain/instant.ts';
import { arrayLiteral, type Item } from './array-param.ts';
import type { Db } from './client.ts';
import { QuickDialect } from './quick-dialect.ts';

/** A row of `unlessCurrent`: as it is, or as the JSON of it. */
export type Told<Row> = Row | { told: Row };

/**
 * The rows of a statement, or none when the client holds the newest version of the tape already. Then the statement
 * is not even planned, which costs Postgres most of what such an answer takes: it travels as text, and a function of
 * the database runs it, or does not. Its parameters need a cast each, and its columns a form that JSON keeps:
 * numerics as text.
 */
export function unlessCurrent(db: Db, seen: Instant | null, statement: SQL) {
  if (seen === null) return db.execute(statement);
  const { sql: text, params } = new QuickDialect().sqlToQuery(statement);
  const inner = text.replaceAll(/\$(\d+)/g, '($$1[$1])');
  const given = arrayLiteral(params.map(asItem));
  return db.execute(
    sql`select told from unless_current(${seen}::timestamptz, ${inner}::text, ${given}::text[]) as told`,
  );
}

/** The rows as the statement gives them. */
export const toldRows = <Row extends object>(rows: Told<Row>[]): Row[] =>
  rows.map((row) => ('told' in row ? row.told : row));

const asItem = (param: unknown): Item =>
  Array.isArray(param) ? arrayLiteral(param) : param === null ? null : String(param);
