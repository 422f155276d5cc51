import { type SQL, sql } from 'drizzle-orm';
import { arrayLiteral, type Item } from './array-param.ts';
import { render } from './render.ts';

// Statements that travel as text to a function of the database, which plans and runs them only if needed: planning
// is most of the cost of a small statement.

/**
 * A statement as two arguments of such a function: its text, which refers to its parameters as $1[n], and the
 * parameters. Each parameter needs a cast. `given` are values of the surrounding statement, as SQL; the text calls
 * them `@1`, `@2`, …
 */
export function asText(statement: SQL, given: readonly SQL[] = []): SQL {
  const { text, params } = render(statement, (place) => `($1[${place + given.length}])`);
  const numbered = given.length === 0 ? text : text.replaceAll(/@(\d)/g, '($$1[$1])');
  const constants = sql`${arrayLiteral(params.map(asItem))}::text[]`;
  const values =
    given.length === 0 ? constants : sql`array[${sql.join([...given], sql`, `)}] || ${constants}`;
  return sql`${numbered}::text, ${values}`;
}

const asItem = (param: unknown): Item =>
  Array.isArray(param) ? arrayLiteral(param) : param === null ? null : String(param);

/** The single JSON value that a statement selects, if needed. */
export const selectedLater = (statement: SQL, given: readonly SQL[] = []): SQL =>
  sql`selected_later(${asText(statement, given)})`;
