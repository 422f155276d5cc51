import type { ContractField } from './contract-field.ts';
import { type FieldShape, JSON_TYPES, type JsonType, usualSize } from './shape.ts';

/** How a field that still exists differs from before. */
export interface FieldChange {
  status: 'type_changed' | 'range_changed';
  /** Whether it causes rejects. */
  is_breaking: boolean;
  /** Whether a later shape of the field shows the same change. */
  isIn: (shape: FieldShape) => boolean;
}

/** One power of ten may be the market; two are another unit. */
const DECADES_APART = 2;

/**
 * How a field changed between the first payload and now; null if it did not. Values that its contract does not
 * accept count even if the first payload had them.
 */
export function changeOf(
  read: ContractField | undefined,
  before: FieldShape | undefined,
  now: FieldShape,
): FieldChange | null {
  const isUntaken = (shape: FieldShape) => read !== undefined && takesNot(read, shape);
  if (isUntaken(now))
    return { status: 'type_changed', is_breaking: read?.is_strict === true, isIn: isUntaken };
  if (before === undefined) return null;
  const isOtherKind = (shape: FieldShape) => areOtherKinds(before, shape);
  if (isOtherKind(now)) return { status: 'type_changed', is_breaking: false, isIn: isOtherKind };
  const isOtherSize = (shape: FieldShape) => areOtherSizes(before, shape);
  return isOtherSize(now) ? { status: 'range_changed', is_breaking: false, isIn: isOtherSize } : null;
}

/** Whether a field has values that its contract does not accept. For a number, it also accepts a quoted number. */
function takesNot({ takes }: ContractField, { types, format }: FieldShape): boolean {
  return typesOf(types).some((type) =>
    type === 'text' && takes.includes('number') ? format !== 'number' : !takes.includes(type),
  );
}

function areOtherKinds(before: FieldShape, now: FieldShape): boolean {
  const [had, has] = [typesOf(before.types), typesOf(now.types)];
  if (had.length > 0 && has.some((type) => !had.includes(type))) return true;
  return before.format !== null && now.format !== null && before.format !== now.format;
}

function areOtherSizes(before: FieldShape, now: FieldShape): boolean {
  const [was, is] = [usualSize(before), usualSize(now)];
  if (was !== null && is !== null && Math.abs(was - is) >= DECADES_APART) return true;
  return before.negative === false && now.negative === true;
}

const TEXTS = { instant: 'instant as text', number: 'number as text', address: 'web address', text: 'text' };

/** A field in words: `number, usually 10^3 to 10^4, never negative`. */
export function toldField(shape: FieldShape | undefined): string {
  if (shape === undefined) return 'absent';
  const types = typesOf(shape.types);
  if (types.length === 0) return 'always null or empty';
  const kinds = types.map((type) => (type === 'text' ? TEXTS[shape.format ?? 'text'] : type));
  const size = usualSize(shape);
  return [
    kinds.join(' or '),
    ...(size === null ? [] : [`usually 10^${size} to 10^${size + 1}`]),
    ...(shape.negative === null ? [] : [shape.negative ? 'of both signs' : 'never negative']),
  ].join(', ');
}

export const toldContract = (read: ContractField | undefined): string =>
  read === undefined ? 'unknown' : `${read.takes.join(' or ')}, by the contract`;

export const typesOf = (types: FieldShape['types']): JsonType[] => JSON_TYPES.filter((type) => type in types);
