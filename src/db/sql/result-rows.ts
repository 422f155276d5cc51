import { types } from '@neondatabase/serverless';

type Parse = (cell: string) => unknown;

/** A result as Neon sends it. */
export interface SentResult {
  fields: readonly { name: string; dataTypeID: number }[];
  rows: readonly (readonly (string | null)[])[];
}

/** The driver's form of a result, with what was sent beside it. */
export interface ReplyRows {
  sent: SentResult;
}

/**
 * A reply for the driver, which would copy each of its cells with the call of a function: its results have no columns
 * and rows, and what was sent is beside them. An error is returned unchanged.
 */
export function withRowsAside(reply: unknown): unknown {
  const { results, rows } = (reply ?? {}) as { results?: unknown; rows?: unknown };
  if (Array.isArray(results)) return { results: results.map(aside) };
  return rows === undefined ? reply : aside(reply);
}

const aside = (sent: unknown) => ({ fields: [], rows: [], sent });

/**
 * A result as objects of one shape, with cells parsed if their column is not text. `same` are members that all have in
 * common. A copy of one empty row has all members at once; adding them one by one takes three times as long.
 */
export function resultRows({ sent }: ReplyRows, same: object = {}): Record<string, unknown>[] {
  const { fields, rows } = sent;
  if (rows.length === 0) return []; // an answer without a change is one of the smallest
  const empty: Record<string, unknown> = {
    ...same,
    ...Object.fromEntries(fields.map(({ name }) => [name, null])),
  };
  // JavaScript looks up a name from JSON again at each use, but not the key of an object.
  const keys = new Map(Object.keys(empty).map((key) => [key, key]));
  const columns = fields.map(({ name, dataTypeID }) => ({
    name: keys.get(name) ?? name,
    parse: parserOf(dataTypeID),
  }));
  return rows.map((cells) => {
    const row = { ...empty };
    for (let i = 0; i < columns.length; i += 1) {
      const cell = cells[i];
      if (cell === null || cell === undefined) continue;
      const { name, parse } = columns[i] as (typeof columns)[number];
      row[name] = parse === null ? cell : parse(cell);
    }
    return row;
  });
}

/** int8, text, varchar, date, timestamptz, interval and numeric: passed on unchanged. */
const TEXTS = new Set([20, 25, 1043, 1082, 1184, 1186, 1700]);
const TEXT_ARRAY = 1009;
/** Without a time zone: the type of `instant()`, in UTC. */
const TIMESTAMP = 1114;

function parserOf(type: number): Parse | null {
  if (TEXTS.has(type)) return null;
  if (type === TIMESTAMP) return (cell) => `${cell.replace(' ', 'T')}Z`;
  const parse: Parse = types.getTypeParser(type);
  // Most arrays are flags, and most rows have none.
  return type === TEXT_ARRAY ? (cell) => (cell === '{}' ? [] : parse(cell)) : parse;
}
