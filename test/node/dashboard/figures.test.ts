import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { age, bytes, compact, duration, exact, percent, short } from '../../../public/dashboard/figures.js';

describe('exact: every digit', () => {
  test.each([
    ['76540.631124038', '76,540.631124038'],
    ['0.00000000000000000384', '0.00000000000000000384'],
    ['19726027.0', '19,726,027.0'],
    ['-1234.50', '-1,234.50'],
    ['12345678901234567890123.000000000000000001', '12,345,678,901,234,567,890,123.000000000000000001'],
    [null, '–'],
  ])('%s', (text, shown) => expect(exact(text)).toBe(shown));
});

describe('short: cut and never rounded, the whole part whole', () => {
  test.each([
    ['76540.639999', '76,540.639', true],
    ['1.00065090009', '1.0006509', true],
    ['0.0000001748093647078662', '0.00000017480936', true],
    ['70553.36', '70,553.36', false],
    ['1509842556150', '1,509,842,556,150', false],
    ['1509842556150.999', '1,509,842,556,150.99', true],
    ['86.20500000', '86.205000', false],
    ['0', '0', false],
    [null, '–', false],
  ])('%s', (text, shown, cut) => expect(short(text)).toEqual({ text: shown, cut }));

  test('is always a prefix of the whole figure', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n }), fc.stringMatching(/^\d{1,30}$/), (whole, fraction) => {
        const text = `${whole}.${fraction}`;
        expect(exact(text).startsWith(short(text).text)).toBe(true);
      }),
    );
  });
});

describe('compact', () => {
  test.each([
    ['1509842556150.0', '1.510 T'],
    ['80093056', '80.09 M'],
    ['999999', '999,999'],
    ['501600501', '501.6 M'],
    ['0.4', '0'],
    ['-2500000000', '−2.500 B'],
    [null, '–'],
  ])('%s', (text, shown) => expect(compact(text)).toBe(shown));
});

describe('percent: rounded half away from zero, with its sign', () => {
  test.each([
    ['1.07467', '+1.07 %'],
    ['1.075', '+1.08 %'],
    ['-1.075', '−1.08 %'],
    ['-0.004', '0.00 %'],
    ['-0.005', '−0.01 %'],
    ['9.995', '+10.00 %'],
    ['13', '+13.00 %'],
    [null, '–'],
  ])('%s', (text, shown) => expect(percent(text)).toBe(shown));
});

test('sizes, durations and ages have one unit that fits', () => {
  expect([999, 1645772, 25_000_000].map(bytes)).toEqual(['999 B', '1.6 MB', '25 MB']);
  expect([63, 1150, 299_900, null].map(duration)).toEqual(['63 ms', '1.1 s', '4 min 59 s', '–']);
  expect([-3, 51, 130, 7200, 172_800, 75_686_400].map(age)).toEqual([
    '0 s',
    '51 s',
    '2 min',
    '2 h',
    '2 d',
    '876 d',
  ]);
});
