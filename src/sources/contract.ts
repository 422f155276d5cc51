import * as z from 'zod';
import type { ContractField } from '../domain/drift/contract-field.ts';
import type { JsonType } from '../domain/drift/shape.ts';
import { JsonNumber } from '../domain/json-number.ts';
import { isOfSomePlans, UNREADABLE } from './fields.ts';
import { isObject } from './read-record.ts';

export const listed = (body: unknown): unknown[] => (Array.isArray(body) ? body : []);
export const single = (body: unknown): unknown[] => (isObject(body) ? [body] : []);

/** The fields that a record contract reads, parents first. */
export function contractFields(record: z.ZodType): ContractField[] {
  return fieldsBelow(record, '');
}

function fieldsBelow(schema: z.ZodType, prefix: string): ContractField[] {
  const inner = unwrapped(schema);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([key, field]) => {
    const path = `${prefix}${key}`;
    const is_map = unwrapped(field) instanceof z.ZodRecord;
    const isGroup = unwrapped(field) instanceof z.ZodObject;
    const takes = isGroup || is_map ? (['object'] as JsonType[]) : taken(field);
    const required = !field.safeParse(undefined).success;
    const is_strict = PROBES.some(([, probe]) => !field.safeParse(probe).success);
    const of_some_plans = isOfSomePlans(field);
    return [
      { field: path, takes, required, is_map, is_strict, of_some_plans },
      ...fieldsBelow(field, `${path}.`),
    ];
  });
}

const PROBES: [JsonType, unknown][] = [
  ['number', new JsonNumber('1')],
  ['number', new JsonNumber('1700000000')],
  ['text', '1'],
  ['text', '1700000000'],
  ['text', '2026-01-10T10:00:00Z'],
  ['text', 'https://example.com/a.png'],
  ['boolean', true],
  ['list', []],
];

/** Found by trial: a field accepts a value if parsing it gives neither a fault nor unknown. */
function taken(field: z.ZodType): JsonType[] {
  const takes = PROBES.filter(([, probe]) => {
    const read = field.safeParse(probe).data ?? null;
    return read !== null && read !== UNREADABLE;
  });
  return [...new Set(takes.map(([type]) => type))];
}

/** The object or record inside `group(...)`, `.nullish()` and the like; other schemas are returned unchanged. */
function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe && schema.in instanceof z.ZodTransform)
    return unwrapped(schema.out as z.ZodType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodCatch)
    return unwrapped(schema.def.innerType as z.ZodType);
  return schema;
}
