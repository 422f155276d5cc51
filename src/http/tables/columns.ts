import { listFrom } from '../query.ts';
import type { Field } from '../row-fields.ts';
import * as z from '../zod.ts';

/** A row in its JSON form. */
export type RowObject = Record<string, unknown>;

/**
 * The members of a list's rows, in the order of their schema, which is the order of CSV columns: new members go to
 * the end.
 */
export const columnsOf = (item: z.ZodObject): readonly Field<RowObject>[] =>
  Object.entries(item.shape).map(([name, schema]) =>
    isTexts(schema)
      ? { name, type: 'words', read: (row) => textsOf(row[name]) }
      : { name, type: 'value', read: (row) => row[name] },
  );

/** The requested ones, in that order; all if none are requested. */
export const chooseColumns = <Row>(
  columns: readonly Field<Row>[],
  names: readonly string[] | undefined,
): readonly Field<Row>[] =>
  names === undefined ? columns : names.flatMap((name) => columns.filter((column) => column.name === name));

/** A row with the requested members, in that order; unchanged if none are requested. */
export const chooseMembers = (row: RowObject, names: readonly string[] | undefined): RowObject =>
  names === undefined ? row : Object.fromEntries(names.map((name) => [name, row[name] ?? null]));

/** The parameter that selects among them. */
export const fieldsParameter = (item: z.ZodObject, example?: string) =>
  listFrom(Object.keys(item.shape))
    .optional()
    .openapi({
      type: 'string',
      description: 'Members of the rows to give, in this order, in every format.',
      ...(example === undefined ? {} : { example }),
    });

function isTexts(schema: z.core.$ZodType): boolean {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return isTexts(schema.unwrap());
  if (!(schema instanceof z.ZodArray)) return false;
  return schema.element instanceof z.ZodString || schema.element instanceof z.ZodEnum;
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
