import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  age,
  bytes,
  changeBetween,
  clockText,
  compact,
  compareDecimals,
  duration,
  exact,
  percent,
  readable,
} from '../../../public/dashboard/figures.js';

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

describe('readable: six significant digits, rounded', () => {
  test.each([
    ['81132.92706891155', '81,132.9'],
    ['76540.95', '76,541.0'],
    ['1.00065090009', '1.00065'],
    ['1.0000001', '1.00'],
    ['0.9999996', '1.00'],
    ['9.9999999', '10.00'],
    ['0.000000989900369', '0.0₆9899'],
    ['0.00000000000000000384', '0.0₁₇384'],
    ['0.00012345678', '0.000123457'],
    ['0.0000123', '0.0₄123'],
    ['1509842556150.999', '1,509,842,556,151'],
    ['123456.5', '123,457'],
    ['68211.40', '68,211.4'],
    ['19726027.0', '19,726,027'],
    ['86.20500000', '86.205'],
    ['12', '12'],
    ['1.5', '1.5'],
    ['-0.0000005', '−0.0₆5'],
    ['-1234.5678', '−1,234.57'],
    ['0', '0'],
    ['0.000', '0.00'],
    [null, '–'],
  ])('%s', (text, shown) => expect(readable(text)).toBe(shown));

  test('is never further from the figure than half of its last place', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        fc.stringMatching(/^\d{1,25}$/),
        (whole, fraction) => {
          const shown = plain(readable(`${whole}.${fraction}`));
          const [, places = ''] = shown.split('.');
          const unit = 10n ** 40n;
          const error = scaled(shown) - scaled(`${whole}.${fraction}`);
          // Trailing zeros are omitted, so the test finds the last significant place in the text.
          const zeros = whole === 0n ? (/^0*/.exec(fraction)?.[0].length ?? 0) : 0;
          const last = Math.max(0, whole === 0n ? zeros + 6 : 6 - String(whole).length, places.length);
          expect((error < 0n ? -error : error) * 2n).toBeLessThanOrEqual(unit / 10n ** BigInt(last));
        },
      ),
    );
  });

  /** With its zeros, without commas. */
  function plain(text: string): string {
    const digits = '₀₁₂₃₄₅₆₇₈₉';
    return text
      .replaceAll(',', '')
      .replace(/0([₀-₉]+)/, (_, count: string) =>
        '0'.repeat(Number([...count].map((one) => digits.indexOf(one)).join(''))),
      );
  }

  /** In units of 10^-40. */
  function scaled(text: string): bigint {
    const [whole = '', fraction = ''] = text.split('.');
    return BigInt(whole + fraction.padEnd(40, '0'));
  }
});

describe('compact: three digits and a unit', () => {
  test.each([
    ['1509842556150.0', '1.51T'],
    ['1234567890', '1.23B'],
    ['80093056', '80.1M'],
    ['501600501', '502M'],
    ['999999', '999,999'],
    ['1234.5', '1,235'],
    ['12.345678', '12.3457'],
    ['0.4', '0.4'],
    ['-2500000000', '−2.50B'],
    [null, '–'],
  ])('%s', (text, shown) => expect(compact(text)).toBe(shown));
});

describe('decimals are compared and divided as text', () => {
  test.each([
    ['0.1', '0.10', 0],
    ['9007199254740993', '9007199254740992.5', 1],
    ['-2', '1', -1],
    ['-0.001', '-0.01', 1],
    ['0', '-0.0', 0],
  ])('%s against %s', (a, b, order) => expect(compareDecimals(a, b)).toBe(order));

  test.each([
    ['100', '110', '10.0000'],
    ['0.0000003', '0.0000001', '-66.6666'],
    ['81132.92706891155', '81132.92706891155', '0.0000'],
    ['0', '5', null],
  ])('from %s to %s', (from, to, change) => expect(changeBetween(from, to)).toBe(change));
});

describe('an instant in the zone of the page', () => {
  test.each([
    ['UTC', '2026-03-29 00:59:59'],
    ['Europe/Berlin', '2026-03-29 01:59:59'],
    ['Asia/Kathmandu', '2026-03-29 06:44:59'],
  ])('%s', (zone, shown) => expect(clockText('2026-03-29T00:59:59.999Z', zone)).toBe(shown));
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
