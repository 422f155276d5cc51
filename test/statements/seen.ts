import { resultRows, type SentResult } from '../../src/db/sql/result-rows.ts';
import type { CellKind } from './declared.ts';

/** The contents of one statement's results: the kinds of each column, and the columns of each result. */
export interface SeenStatement {
  columns: Map<string, Set<CellKind>>;
  results: Set<string>;
}
export type SeenStatements = Map<string, SeenStatement>;

const NAME = /^\s*\w+ \/\* ([^ ]+) \*\//;
/** Statements of the tests themselves. */
const OF_TESTS = /^test\./;

/** Records the contents of a result, as the client reads it. */
export function note(seen: SeenStatements, query: string, result: SentResult): void {
  const name = NAME.exec(query)?.[1];
  if (name === undefined || OF_TESTS.test(name)) return;
  const statement = seen.get(name) ?? { columns: new Map(), results: new Set() };
  seen.set(name, statement);
  statement.results.add(JSON.stringify(result.fields.map((field) => field.name)));
  for (const row of resultRows({ sent: result }))
    for (const [column, cell] of Object.entries(row)) {
      const kinds = statement.columns.get(column) ?? new Set();
      statement.columns.set(column, kinds.add(kindOf(cell)));
    }
}

function kindOf(cell: unknown): CellKind {
  if (cell === null) return 'null';
  if (Array.isArray(cell)) return 'array';
  const kind = typeof cell;
  return kind === 'string' || kind === 'number' || kind === 'boolean' ? kind : 'object';
}

/** The records of all servers together. */
export function merged(parts: readonly SeenStatements[]): SeenStatements {
  const all: SeenStatements = new Map();
  for (const [name, { columns, results }] of parts.flatMap((part) => [...part])) {
    const statement = all.get(name) ?? { columns: new Map(), results: new Set() };
    all.set(name, statement);
    for (const result of results) statement.results.add(result);
    for (const [column, kinds] of columns)
      statement.columns.set(column, new Set([...(statement.columns.get(column) ?? []), ...kinds]));
  }
  return all;
}
