import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { describeShape, fingerprintText } from '../../../src/domain/drift/shape.ts';
import { JsonNumber } from '../../../src/domain/json-number.ts';
import { readJson } from '../../../src/reading/json.ts';

const records = (text: string) => readJson(new TextEncoder().encode(text)) as unknown[];
const shape = (text: string) => describeShape(records(text));
const twenty = (record: (n: number) => string) =>
  `[${Array.from({ length: 20 }, (_, n) => record(n)).join(',')}]`;

test('fields of all records, with their values', () => {
  expect(
    shape('[{"id":"a","p":1.5,"q":{"x":null}},{"id":"b","p":"","q":{"x":true},"tags":[1,"z"]}]'),
  ).toEqual({
    records: 2,
    fields: [
      { field: 'id', present: 2, types: { text: 2 }, format: 'text', magnitude: null, negative: null },
      { field: 'p', present: 2, types: { number: 1 }, format: null, magnitude: null, negative: null },
      { field: 'q', present: 2, types: { object: 2 }, format: null, magnitude: null, negative: null },
      { field: 'q.x', present: 2, types: { boolean: 1 }, format: null, magnitude: null, negative: null },
      { field: 'tags', present: 1, types: { list: 1 }, format: null, magnitude: null, negative: null },
      {
        field: 'tags[]',
        present: 2,
        types: { number: 1, text: 1 },
        format: 'text',
        magnitude: null,
        negative: null,
      },
    ],
  });
});

test.for([
  ['1e3', { low: 3, median: 3, high: 3 }, false],
  ['-0.05', { low: -2, median: -2, high: -2 }, true],
  ['3.84e-18', { low: -18, median: -18, high: -18 }, false],
  ['0', null, false],
  ['-0', null, false],
  [`1${'0'.repeat(60)}`, { low: 60, median: 60, high: 60 }, false],
  ['1e999999999', { low: 399, median: 399, high: 399 }, false],
] as const)('twenty times %s is of the size %o', ([number, magnitude, negative]) => {
  expect(shape(twenty(() => `{"p":${number}}`)).fields).toMatchObject([{ field: 'p', magnitude, negative }]);
});

test('nineteen numbers give no range', () => {
  const text = twenty((n) => (n === 0 ? '{"p":null}' : '{"p":-5}'));
  expect(shape(text).fields).toMatchObject([{ magnitude: null, negative: null, types: { number: 19 } }]);
});

test.for([
  ['2025-01-10T10:00:00Z', 'instant'],
  ['2025-01-10', 'instant'],
  ['1.5e-3', 'number'],
  ['https://example.com/a.png', 'address'],
  ['Bitcoin', 'text'],
] as const)('%s is a text of the kind %s', ([text, format]) => {
  expect(shape(`[{"t":${JSON.stringify(text)}}]`).fields).toMatchObject([{ format }]);
});

describe('the input of an attacker', () => {
  it('is a map if it has too many keys', () => {
    const keys = Array.from({ length: 150 }, (_, n) => `"k${n}":{"v":${n},"w":""}`);
    expect(shape(`[{"m":{${keys.join(',')}}}]`).fields).toMatchObject([
      { field: 'm', present: 1 },
      { field: 'm.*', present: 150, types: { object: 150 } },
      { field: 'm.*.v', present: 150, types: { number: 150 } },
      { field: 'm.*.w', present: 150, types: {} },
    ]);
  });

  it('may hold any key', () => {
    const names = shape('[{"__proto__":{"x":1},"constructor":2,"a\\u0000b":3,"":4,"\\ud800":5}]').fields.map(
      ({ field }) => field,
    );
    expect(names).toEqual(['(empty)', '__proto__', '__proto__.x', 'a b', 'constructor', '�']);
  });

  it('is followed only to a limited depth', () => {
    const deep = `${'{"a":'.repeat(50)}1${'}'.repeat(50)}`;
    expect(shape(`[${deep}]`).fields).toHaveLength(6);
  });
});

test('the fingerprint ignores counts and keeps kinds and sizes', () => {
  const prices = (from: number, more = '') =>
    fingerprintText(shape(twenty((n) => `{"p":${from + n},"c":${n - 10}${more}}`)));
  expect(prices(100)).toBe(prices(140));
  expect(prices(100)).not.toBe(prices(10_000));
  expect(prices(100)).not.toBe(prices(100, ',"x":null'));
});

test('any JSON has a shape that can be stored', () => {
  const wrapped = (value: unknown): unknown => {
    if (typeof value === 'number') return new JsonNumber(String(value));
    if (Array.isArray(value)) return value.map(wrapped);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, wrapped(inner)]));
    return value;
  };
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ stringUnit: 'binary' })), (values) => {
      const { records: count, fields } = describeShape(values.map(wrapped));
      expect(count).toBe(values.length);
      const text = JSON.stringify(fields);
      expect(text).not.toContain('\\u0000');
      expect(text.isWellFormed() && !/\\ud[89a-f]/i.test(text)).toBe(true);
      for (const field of fields)
        expect(Object.values(field.types).reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(field.present);
    }),
  );
});
