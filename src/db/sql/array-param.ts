import { type SQL, sql } from 'drizzle-orm';

export type Item = string | number | null;

/** Texts as a Postgres array literal. */
export const arrayLiteral = (values: readonly Item[]): string => `{${values.map(textElement).join(',')}}`;

/**
 * A column of values as one parameter: the statement's text and parameter count do not depend on the number of
 * rows. `type` is the type of the elements. The literal is written here, because only text needs quotes, and each
 * quote takes two characters inside JSON.
 */
export function arrayParam(values: readonly Item[], type: string): SQL {
  const elements = type === 'text' ? values.map(textElement) : values.map((value) => value ?? 'NULL');
  return sql`${`{${elements.join(',')}}`}::${sql.raw(type)}[]`;
}

const PLAIN = /^[\w:;=.+/-]+$/;
const NULL = /^null$/i;

function textElement(value: Item): string {
  if (value === null) return 'NULL';
  const text = String(value);
  return PLAIN.test(text) && (text.length !== 4 || !NULL.test(text))
    ? text
    : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
