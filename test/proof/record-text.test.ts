import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordText } from '../../src/proof/record-text.ts';

describe('recordText', () => {
  it.each([
    ['[ {"price": 3.840e-18 } ,2]', '/0', '{"price": 3.840e-18 }'],
    ['[ {"price": 3.840e-18 } ,2]', '/0/price', '3.840e-18'],
    ['[1,\n 2\n]', '/1', '2'],
    ['{"data":{"n":"\\u0042}]\\""}}', '/data', '{"n":"\\u0042}]\\""}'],
    ['{"data":{"n":"\\u0042}]\\""}}', '/data/n', '"\\u0042}]\\""'],
    ['{"a/b":1,"~":2}', '/a~1b', '1'],
    ['{"a/b":1,"~":2}', '/~0', '2'],
    ['{"\\u0061":1}', '/a', '1'],
    ['{"a":1,"a":2}', '/a', '2'],
    ['\ufeff {"a":[]} ', '', '{"a":[]}'],
    ['[[],{},"]",[3]]', '/3/0', '3'],
    ['[1]', '/1', null],
    ['[1]', '/0/0', null],
    ['[]', '/0', null],
    ['{}', '/a', null],
  ])('of %s at %j is %j', (json, pointer, text) => {
    expect(recordText(json, pointer)).toBe(text);
  });

  it('finds every value of any JSON, with any blanks', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const json = JSON.stringify(value, null, indent);
        for (const [pointer, part] of placesIn(JSON.parse(json), '')) {
          const text = recordText(json, pointer) ?? 'null';
          expect(JSON.parse(text)).toEqual(part);
          expect(text).toBe(text.trim());
        }
      }),
    );
  });
});

function placesIn(value: unknown, pointer: string): [pointer: string, part: unknown][] {
  const parts = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [
    [pointer, value],
    ...parts.flatMap(([key, part]) =>
      placesIn(part, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
    ),
  ];
}
