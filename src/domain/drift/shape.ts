import { JsonNumber } from '../json-number.ts';
import { excerpt } from '../text.ts';

/** The type of a JSON value. null, "" and an absent key have no type: they are unknown. */
export const JSON_TYPES = ['number', 'text', 'boolean', 'object', 'list'] as const;
export type JsonType = (typeof JSON_TYPES)[number];
export type TextFormat = 'instant' | 'number' | 'address' | 'text';

/** One field over all records of a payload. */
export interface FieldShape {
  /** Path with dots; `[]` is an element of a list, `*` any key of an object with too many. */
  field: string;
  /** The number of records that have it, including null and "". A list counts each element. */
  present: number;
  /** How often it had each type; the rest of `present` was null or "". */
  types: Partial<Record<JsonType, number>>;
  /** The format of nearly all of its texts; null without texts. */
  format: TextFormat | null;
  /** Powers of ten of its numbers except zero: 3 is 1000 to 9999. Null for fewer than NUMBERS_LEAST. */
  magnitude: { low: number; median: number; high: number } | null;
  /** Whether at least one number in a hundred is below zero; null as above. */
  negative: boolean | null;
}

export interface Shape {
  records: number;
  /** Ordered by name. */
  fields: FieldShape[];
}

/** Fewer numbers do not show the range of a field: a single one may change its sign any day. */
export const NUMBERS_LEAST = 20;
const NEGATIVE_SHARE = 0.01;
const FORMAT_SHARE = 0.9;
/** An object with more keys is a map: its keys are data, not fields. */
const KEYS_MAX = 100;
const DEPTH_MAX = 6;
const NAME_CHARS_MAX = 100;
/** Limits the size of the shape of a hostile payload. */
const FIELDS_MAX = 500;

/**
 * The shape of the records of a payload. Numbers must be JsonNumber. The time is linear in the number of values.
 */
export function describeShape(records: readonly unknown[]): Shape {
  const root = newNode();
  for (const record of records) look(root, record, 0);
  return { records: records.length, fields: fieldsOf(root, '').slice(0, FIELDS_MAX).toSorted(byName) };
}

/**
 * The text whose hash distinguishes shapes: fields, their types, the format of texts and the usual size of numbers.
 * Counts are omitted, so two ordinary payloads have the same text.
 */
export const fingerprintText = ({ fields }: Shape): string =>
  JSON.stringify(
    fields.map((shape) => [
      shape.field,
      JSON_TYPES.filter((type) => type in shape.types),
      shape.format,
      usualSize(shape),
      shape.negative,
    ]),
  );

/**
 * The power of ten of the median number, or null. Fields with both signs have none: they are changes, whose size
 * follows the market (a dozen of them would make a new shape every hour).
 */
export const usualSize = ({ magnitude, negative }: FieldShape): number | null =>
  magnitude === null || negative === true ? null : magnitude.median;

const DECADES = 800; // of numbers from 1e-400 to 1e400

interface Node {
  present: number;
  types: Partial<Record<JsonType, number>>;
  formats: Partial<Record<TextFormat, number>>;
  negatives: number;
  /** The count of numbers per power of ten, from 1e-400 up; created with the first number. */
  decades: Uint32Array | null;
  children: Map<string, Node>;
  /** The single node for the keys beyond KEYS_MAX. */
  rest: Node | null;
}

const newNode = (): Node => ({
  present: 0,
  types: {},
  formats: {},
  negatives: 0,
  decades: null,
  children: new Map(),
  rest: null,
});

function look(node: Node, value: unknown, depth: number): void {
  node.present += 1;
  if (value === null || value === undefined || value === '') return;
  const type = typeOf(value);
  node.types[type] = (node.types[type] ?? 0) + 1;
  if (value instanceof JsonNumber) lookAtNumber(node, value.text);
  else if (typeof value === 'string') {
    const format = formatOf(value);
    node.formats[format] = (node.formats[format] ?? 0) + 1;
  } else if (depth < DEPTH_MAX && typeof value === 'object') lookInside(node, value, depth + 1);
}

function lookInside(node: Node, value: object, depth: number): void {
  if (Array.isArray(value)) {
    for (const element of value) look(childOf(node, '[]'), element, depth);
    return;
  }
  for (const [key, inner] of Object.entries(value)) look(childOf(node, key), inner, depth);
}

function childOf(node: Node, key: string): Node {
  const known = node.children.get(key);
  if (known !== undefined) return known;
  if (node.children.size >= KEYS_MAX) {
    node.rest ??= newNode();
    return node.rest;
  }
  const child = newNode();
  node.children.set(key, child);
  return child;
}

/** The power of ten only: a shape ignores the digits. */
function lookAtNumber(node: Node, text: string): void {
  const size = Math.abs(Number(text));
  node.decades ??= new Uint32Array(DECADES);
  if (text.startsWith('-') && size > 0) node.negatives += 1;
  if (size === 0) return;
  const place = Math.min(Math.max(Math.floor(Math.log10(size)) + DECADES / 2, 0), DECADES - 1);
  node.decades[place] = (node.decades[place] ?? 0) + 1;
}

function typeOf(value: unknown): JsonType {
  if (value instanceof JsonNumber) return 'number';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  return Array.isArray(value) ? 'list' : 'object';
}

function formatOf(text: string): TextFormat {
  if (/^\d{4}-\d\d-\d\d(?:$|[T ]\d\d:)/.test(text)) return 'instant';
  if (/^[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?$/.test(text)) return 'number';
  return /^https?:\/\//i.test(text) ? 'address' : 'text';
}

/** The fields below a node, depth first. */
function fieldsOf(node: Node, prefix: string): FieldShape[] {
  const isMap = node.rest !== null;
  const children: Iterable<[string, Node]> = isMap
    ? [['*', merged([...node.children.values(), ...(node.rest ? [node.rest] : [])])]]
    : node.children;
  return [...children].flatMap(([key, child]) => {
    const name = key === '[]' ? `${prefix}[]` : `${prefix && `${prefix}.`}${printable(key)}`;
    return [fieldOf(name, child), ...fieldsOf(child, name)];
  });
}

/** Keys come from an upstream, or an attacker: a stored key is short, valid for Postgres and fits on one line. */
const printable = (key: string): string => excerpt(key.replaceAll('\0', ' '), NAME_CHARS_MAX) || '(empty)';

function fieldOf(field: string, node: Node): FieldShape {
  const { present, types } = node;
  return { field, present, types, format: formatAmong(node), ...rangeOf(node) };
}

function formatAmong({ types, formats }: Node): TextFormat | null {
  const texts = types.text ?? 0;
  if (texts === 0) return null;
  const common = Object.entries(formats).find(([, count]) => count >= texts * FORMAT_SHARE);
  return common === undefined ? 'text' : (common[0] as TextFormat);
}

function rangeOf({ types, decades, negatives }: Node): Pick<FieldShape, 'magnitude' | 'negative'> {
  const numbers = types.number ?? 0;
  if (numbers < NUMBERS_LEAST || decades === null) return { magnitude: null, negative: null };
  return { magnitude: magnitudeOf(decades), negative: negatives >= numbers * NEGATIVE_SHARE };
}

function magnitudeOf(decades: Uint32Array): FieldShape['magnitude'] {
  const total = decades.reduce((sum, count) => sum + count, 0);
  if (total < NUMBERS_LEAST) return null;
  let [seen, median, high] = [0, 0, 0];
  for (const [place, count] of decades.entries()) {
    if (count === 0) continue;
    if (seen < total / 2) median = place;
    seen += count;
    high = place;
  }
  const power = (place: number) => place - DECADES / 2;
  const low = decades.findIndex((count) => count > 0);
  return { low: power(low), median: power(median), high: power(high) };
}

function merged(nodes: Node[]): Node {
  const sum = newNode();
  for (const node of nodes) {
    sum.present += node.present;
    sum.negatives += node.negatives;
    addCounts(sum.types, node.types);
    addCounts(sum.formats, node.formats);
    if (node.decades !== null) {
      sum.decades ??= new Uint32Array(DECADES);
      const { decades } = sum;
      for (const [place, count] of node.decades.entries()) decades[place] = (decades[place] ?? 0) + count;
    }
    for (const [key, child] of node.children) {
      const known = sum.children.get(key);
      sum.children.set(key, known === undefined ? child : merged([known, child]));
    }
    if (node.rest !== null) sum.rest = sum.rest === null ? node.rest : merged([sum.rest, node.rest]);
  }
  return sum;
}

function addCounts<Key extends string>(
  sum: Partial<Record<Key, number>>,
  more: Partial<Record<Key, number>>,
): void {
  for (const key of Object.keys(more) as Key[]) sum[key] = (sum[key] ?? 0) + (more[key] ?? 0);
}

const byName = (a: FieldShape, b: FieldShape) => (a.field < b.field ? -1 : a.field > b.field ? 1 : 0);
