import { Param, SQL, StringChunk } from 'drizzle-orm';

/** A statement in the driver's form. */
export interface Rendered {
  text: string;
  params: unknown[];
}

/**
 * The text and parameters of a raw statement, which consists of text, parameters, and nested statements. Drizzle's
 * own renderer knows two dozen more kinds of chunks, which no statement here contains, and takes ten times as long.
 */
export function render(statement: SQL, placeholder: Placeholder = (place) => `$${place}`): Rendered {
  const params: unknown[] = [];
  return { text: textOf(statement, params, placeholder), params };
}

/** How the text refers to a parameter, by its place from 1 on. */
type Placeholder = (place: number) => string;

function textOf(statement: SQL, params: unknown[], placeholder: Placeholder): string {
  let text = '';
  for (const chunk of statement.queryChunks) {
    if (chunk instanceof StringChunk)
      text += chunk.value.length === 1 ? chunk.value[0] : chunk.value.join('');
    else if (chunk instanceof SQL) text += textOf(chunk, params, placeholder);
    else text += placeholder(params.push(parameter(chunk)));
  }
  return text;
}

function parameter(chunk: unknown): unknown {
  const value = chunk instanceof Param ? chunk.value : chunk;
  if (chunk instanceof Param || chunk === null || (typeof chunk !== 'object' && chunk !== undefined))
    return value;
  throw new TypeError('A raw statement takes text, statements, plain values and sql.param().');
}
