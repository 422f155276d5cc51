import { Param, type QueryWithTypings, SQL, StringChunk } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';

type InvokeSource = Parameters<PgDialect['sqlToQuery']>[1];

/**
 * The dialect, with a short way for what raw statements are made of: text, parameters and statements within
 * statements. Drizzle tells two dozen kinds of chunks apart and copies its settings at each, which costs a read
 * more than its parameters are worth; a statement that holds any other kind is left to it.
 */
export class QuickDialect extends PgDialect {
  override sqlToQuery(statement: SQL, invokeSource?: InvokeSource): QueryWithTypings {
    const params: unknown[] = [];
    const text = render(statement, params);
    return text === null ? super.sqlToQuery(statement, invokeSource) : { sql: text, params };
  }
}

/** The text of a statement, with its parameters appended to `params`; null when it holds something else. */
function render(statement: SQL, params: unknown[]): string | null {
  let text = '';
  for (const chunk of statement.queryChunks) {
    if (chunk instanceof StringChunk) {
      text += chunk.value.length === 1 ? chunk.value[0] : chunk.value.join('');
    } else if (chunk instanceof SQL) {
      const inner = render(chunk, params);
      if (inner === null) return null;
      text += inner;
    } else {
      const value = parameter(chunk);
      if (value === undefined || (typeof value === 'object' && value instanceof SQL)) return null;
      text += `$${params.push(value)}`;
    }
  }
  return text;
}

/** What the driver is to get for a chunk that is a parameter; undefined for one that is none. */
function parameter(chunk: unknown): unknown {
  if (chunk instanceof Param) {
    const { value, encoder } = chunk;
    return value === null ? null : encoder.mapToDriverValue(value);
  }
  return chunk === null || (typeof chunk !== 'object' && typeof chunk !== 'function') ? chunk : undefined;
}
