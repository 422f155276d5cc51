import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db, Query, StatementName } from '../client.ts';
import { arrayLiteral, type Item } from './array-param.ts';
import { render } from './render.ts';

/**
 * The rows of a statement, or none when the client holds the newest version of the tape already. Then the statement
 * is not even planned, which costs Postgres most of what such an answer takes: it travels as text, and a function of
 * the database runs it, or does not. Its parameters need a cast each; `columns` names and types what it selects.
 */
export function unlessCurrent<Row extends object>(
  db: Db,
  name: StatementName,
  seen: Instant | null,
  statement: SQL,
  columns: SQL,
): Query<Row[]> {
  if (seen === null) return db.execute<Row>(name)(statement);
  const { text, params } = render(statement);
  const inner = text.replaceAll(/\$(\d+)/g, '($$1[$1])');
  const given = arrayLiteral(params.map(asItem));
  return db.execute<Row>(name)(
    sql`select * from unless_current(${seen}::timestamptz, ${inner}::text, ${given}::text[]) as told (${columns})`,
  );
}

const asItem = (param: unknown): Item =>
  Array.isArray(param) ? arrayLiteral(param) : param === null ? null : String(param);
