import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonNumber } from '../../src/domain/json-number.ts';
import { readJson } from '../../src/reading/json.ts';
import { UnreadablePayload } from '../../src/sources/source.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

const numberText = fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,30})?([eE][+-]?\d{1,4})?$/);

describe('numbers', () => {
  it.each(['0', '-0', '1.50', '1E400', '-1e-400', '9223372036854775807', '0.10', '1.0E+3'])(
    '%s keeps its text',
    (text) => {
      expect(readJson(bytes(` [ {"a" : ${text} } ] `))).toEqual([{ a: new JsonNumber(text) }]);
    },
  );

  it('any number, anywhere, survives byte for byte, there and back', () => {
    fc.assert(
      fc.property(fc.array(numberText), numberText, (list, one) => {
        const text = `{"list":[${list.join(',')}],"deep":{"one":${one},"text":"${one}","flag":true,"none":null}}`;
        expect(readJson(bytes(text))).toEqual({
          list: list.map((number) => new JsonNumber(number)),
          deep: { one: new JsonNumber(one), text: one, flag: true, none: null },
        });
        expect(JSON.stringify(readJson(bytes(text)))).toBe(text);
      }),
    );
  });

  it('otherwise returns the same as JSON.parse', () => {
    const asNumbers = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(asNumbers(readJson(bytes(text)))).toEqual(asNumbers(JSON.parse(text)));
      }),
    );
  });

  it('uses the last of equal keys, with its own text', () => {
    expect(readJson(bytes('{"a":1.10,"a":2.20}'))).toEqual({ a: new JsonNumber('2.20') });
  });
});

it('never changes a prototype', () => {
  const value = readJson(bytes('{"__proto__":{"price":1},"constructor":2}')) as Record<string, unknown>;
  expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.hasOwn(Object.prototype, 'price')).toBe(false);
});

it('accepts a byte order mark', () => {
  expect(readJson(bytes('\ufeff{"a":"ü"}'))).toEqual({ a: 'ü' });
});

describe('text that is not JSON', () => {
  it.each([
    ['Throttled\n', 'The reply is not whole JSON: Throttled'],
    ['', 'The reply is not whole JSON: (empty)'],
    ['<!DOCTYPE html>\n<html>', 'The reply is not whole JSON: <!DOCTYPE html> <html>'],
    ['[{"id":"a"},{"id":', 'The reply is not whole JSON: [{"id":"a"},{"id":'],
    ['{"a":NaN}', 'The reply is not whole JSON: {"a":NaN}'],
    ['{"a":01}', 'The reply is not whole JSON: {"a":01}'],
    ['[1] [2]', 'The reply is not whole JSON: [1] [2]'],
    [`x${'y'.repeat(500)}`, `The reply is not whole JSON: x${'y'.repeat(198)}…`],
    ['['.repeat(100_000), `The reply is not whole JSON: ${'['.repeat(199)}…`],
  ])('%j', (text, message) => {
    expect(() => readJson(bytes(text))).toThrow(new UnreadablePayload(message));
  });

  it('nested deeper than a stack', () => {
    expect(() => readJson(bytes('['.repeat(200_000) + ']'.repeat(200_000)))).toThrow(UnreadablePayload);
  });

  it('bytes that are not UTF-8', () => {
    const latin1 = new Uint8Array([0x5b, 0x22, 0xfc, 0x22, 0x5d]);
    expect(() => readJson(latin1)).toThrow(new UnreadablePayload('The reply is not UTF-8 text.'));
    expect(() => readJson(new Uint8Array([0xff, 0xfe, 0x5b, 0x00]))).toThrow(UnreadablePayload);
  });
});
