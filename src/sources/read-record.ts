import type * as z from 'zod';
import { JsonNumber } from '../domain/json-number.ts';
import { RAW_RECORD_CHARS_MAX, type Reject, type RejectCode } from '../domain/reject.ts';
import { cut, isStorable } from '../domain/text.ts';
import { UNREADABLE } from './fields.ts';
import type { Reading } from './source.ts';

/** Why a record was rejected, before its position is known. */
export interface RecordFault {
  code: RejectCode;
  message: string;
}

/** A record and its position in its payload. */
export interface PlacedRecord {
  record: unknown;
  /** JSON Pointer. */
  pointer: string;
}

/**
 * Reads one record by its contract, then by `normalize`, which may reject it for its contents. Either way a record
 * becomes one reading; nothing is thrown.
 */
export function readRecord<Fields>(
  contract: z.ZodType<Fields>,
  placed: PlacedRecord,
  normalize: (fields: Fields) => Reading | RecordFault,
): Reading {
  const parsed = contract.safeParse(placed.record);
  if (!parsed.success) {
    const unreadable = parsed.error.issues.map(({ path }) => path.join('.')).filter(Boolean);
    const reject = rejectOf(placed, contractFault(parsed.error));
    return { type: 'reject', reject, ...(unreadable.length > 0 && { unreadable }) };
  }
  const result = normalize(parsed.data);
  if (!('type' in result)) return { type: 'reject', reject: rejectOf(placed, result) };
  const unreadable = unreadableIn(parsed.data, '');
  return unreadable.length > 0 ? { ...result, unreadable } : result;
}

/** The unreadable fields of a parsed record. */
function unreadableIn(fields: unknown, prefix: string): string[] {
  if (!isObject(fields)) return [];
  return Object.entries(fields).flatMap(([key, value]) =>
    value === UNREADABLE ? [prefix + key] : unreadableIn(value, `${prefix}${key}.`),
  );
}

const ISSUES_TOLD_MAX = 3;

/** The first issue gives the code; the message names all, so a corrected record is not rejected again. */
export function contractFault({ issues }: z.ZodError, of = 'the record'): RecordFault {
  const told = issues.slice(0, ISSUES_TOLD_MAX).map((issue) => {
    const path = issue.path.join('.') || of;
    // Fields have their own messages (sources/fields); zod alone checks only the shape around them.
    return `${path} ${issue.code === 'custom' ? issue.message : 'must be an object'}`;
  });
  const more = issues.length - told.length;
  const [first] = issues;
  const code = first?.code === 'custom' ? (first.params?.code as RejectCode) : 'contract_broken';
  return { code, message: `${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}.` };
}

/** The reject of a record, with its JSON text. */
export function rejectOf({ record, pointer }: PlacedRecord, { code, message }: RecordFault): Reject {
  return { code, message, pointer, raw: rawText(record), external_id: idOf(record) };
}

/** The record as JSON text, with numbers as sent. */
export const rawText = (record: unknown): string => cut(JSON.stringify(record), RAW_RECORD_CHARS_MAX);

/** The id in a rejected record, if it can be stored. */
function idOf(record: unknown): string | null {
  const id = isObject(record) ? record.id : undefined;
  return typeof id === 'string' && id !== '' && isStorable(id) ? cut(id, 300) : null;
}

/** Whether a parsed JSON value is an object, and neither a list nor a number. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
