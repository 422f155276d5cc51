import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareDecimals,
  DECIMAL_DIGITS_MAX,
  isNegative,
  isZero,
  parseDecimal,
  readDecimal,
  spreadBasisPoints,
} from '../../src/domain/decimal.ts';

describe('parseDecimal', () => {
  it.each([
    ['0', '0'],
    ['1.50', '1.50'],
    ['45000.50000000', '45000.50000000'],
    ['-0.25', '-0.25'],
    ['9223372036854775807', '9223372036854775807'],
    ['0.1234567890123456789012345678901234567890', '0.1234567890123456789012345678901234567890'],
    ['4.56e-18', '0.00000000000000000456'],
    ['1.50e-3', '0.00150'],
    ['1.50e1', '15.0'],
    ['1.50E2', '150'],
    ['1.50e+3', '1500'],
    ['2.1234567890123456e+16', '21234567890123456'],
    ['123e-2', '1.23'],
    ['123e-3', '0.123'],
    ['123e-5', '0.00123'],
    ['0.0015e4', '15'],
    ['1e0', '1'],
    ['1e-0', '1'],
    ['-5e-1', '-0.5'],
    ['-0', '-0'],
    ['-0.00', '-0.00'],
    ['0e5', '0'],
    ['0.00e9', '0.00'],
    ['0e-999999999', '0'],
    // Not JSON, but in CSV files.
    ['+1.5', '1.5'],
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['5.', '5'],
    ['5.e-1', '0.5'],
    ['007', '7'],
    ['00', '0'],
    ['00.10', '0.10'],
  ])('%s is %s', (text, expected) => {
    expect(parseDecimal(text)).toBe(expected);
  });

  it.each([
    '',
    ' ',
    '.',
    '-',
    '+',
    'e5',
    '.e5',
    '1e',
    '1e+',
    '1e1.5',
    '1.2.3',
    '--1',
    '+-1',
    '1,000',
    '1_000',
    ' 1',
    '1 ',
    '1\n',
    '0x1f',
    '1n',
    'NaN',
    'Infinity',
    '-Infinity',
    'null',
    '１２',
    '1\0',
    '$1',
    '5%',
  ])('%j is not a number', (text) => {
    expect(readDecimal(text)).toEqual({ fault: 'invalid_number' });
    expect(parseDecimal(text)).toBeUndefined();
  });

  it.each([
    ['9'.repeat(DECIMAL_DIGITS_MAX), true],
    ['9'.repeat(DECIMAL_DIGITS_MAX + 1), false],
    [`0.${'9'.repeat(DECIMAL_DIGITS_MAX)}`, true],
    [`0.${'9'.repeat(DECIMAL_DIGITS_MAX + 1)}`, false],
    [`1e${DECIMAL_DIGITS_MAX - 1}`, true],
    [`1e${DECIMAL_DIGITS_MAX}`, false],
    [`1e-${DECIMAL_DIGITS_MAX}`, true],
    [`1e-${DECIMAL_DIGITS_MAX + 1}`, false],
    ['1e999999999', false],
    ['1e-999999999', false],
    [`1e${'9'.repeat(400)}`, false],
    [`1e-${'9'.repeat(400)}`, false],
  ])('%s fits: %s', (text, fits) => {
    expect(readDecimal(text).fault).toBe(fits ? undefined : 'number_out_of_range');
  });

  // A time worse than linear would exceed the limit of a test.
  it.each([
    ['digits', '1'.repeat(2e6)],
    ['zeros and a letter', `${'0'.repeat(2e6)}x`],
    ['an open exponent', `1.${'1'.repeat(2e6)}e`],
    ['signs', '-'.repeat(2e6)],
  ])('ends soon on two million characters: %s', (_what, text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });
});

const numberText = fc
  .record({
    sign: fc.constantFrom('', '-', '+'),
    whole: fc.stringMatching(/^\d{0,25}$/),
    fraction: fc.option(fc.stringMatching(/^\d{0,25}$/)),
    exponent: fc.option(fc.tuple(fc.constantFrom('e', 'E'), fc.integer({ min: -60, max: 60 }))),
  })
  .filter(({ whole, fraction }) => whole !== '' || (fraction ?? '') !== '')
  .map(({ sign, whole, fraction, exponent }) => {
    const point = fraction === null ? '' : `.${fraction}`;
    return sign + whole + point + (exponent === null ? '' : exponent.join(''));
  });

/** The value as a whole number of 10⁻²⁰⁰, with integers only. */
function scaled(text: string): bigint {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const magnitude = BigInt(whole + fraction) * 10n ** BigInt(200 + Number(exponent) - fraction.length);
  return text.startsWith('-') ? -magnitude : magnitude;
}

describe('any number', () => {
  it('keeps its value, as a JSON number without exponent', () => {
    fc.assert(
      fc.property(numberText, (text) => {
        const decimal = parseDecimal(text) ?? 'none';
        expect(decimal).toMatch(/^-?(0|[1-9]\d*)(\.\d+)?$/);
        expect(scaled(decimal)).toBe(scaled(text));
        expect(parseDecimal(decimal)).toBe(decimal);
      }),
    );
  });

  it('keeps its digits if it is already plain', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^-?(0|[1-9]\d{0,40})(\.\d{1,40})?$/), (text) => {
        expect(parseDecimal(text)).toBe(text);
      }),
    );
  });

  it('compares as its value does', () => {
    fc.assert(
      fc.property(numberText, numberText, (a, b) => {
        const [x = '', y = ''] = [parseDecimal(a), parseDecimal(b)];
        const difference = scaled(a) - scaled(b);
        expect(compareDecimals(x, y)).toBe(difference === 0n ? 0 : difference < 0n ? -1 : 1);
        expect(isZero(x)).toBe(scaled(a) === 0n);
        expect(isNegative(x)).toBe(scaled(a) < 0n);
      }),
    );
  });

  it('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.eE+-x ') }), (text) => {
        expect(Object.keys(readDecimal(text))).toHaveLength(1);
      }),
    );
  });
});

it.each([
  ['1.0', '1.00', 0],
  ['-0', '0.0', 0],
  ['10', '9', 1],
  ['-10', '-9', -1],
  ['-1', '1', -1],
  ['0.10', '0.1', 0],
  ['0.5', '0.51', -1],
  ['-0.5', '-0.51', 1],
  ['0', '0.0000000000000000001', -1],
  ['9007199254740993', '9007199254740992', 1],
] as const)('compares %s with %s: %s', (a, b, expected) => {
  expect(compareDecimals(a, b)).toBe(expected);
});

it.each([
  [[], null],
  [['7'], null],
  [['7', '7.0'], '0.00'],
  [['100', '101'], '100.00'],
  [['101', '100', '100.5'], '100.00'],
  [['2000000', '2000001'], '0.01'],
  [['2000000', '2000000.999999999999999999'], '0.00'],
  [['3', '4'], '3333.33'],
  [['3', '5'], '6666.67'],
  [['0.000000000000000000003', '0.000000000000000000004'], '3333.33'],
] as const)('the spread of %j is %s basis points', (numbers, expected) => {
  expect(spreadBasisPoints(numbers)).toBe(expected);
});

it('is the hundredth of a basis point that is nearest, whatever the order and the scale', () => {
  const above = fc.bigInt({ min: 1n, max: 10n ** 30n });
  fc.assert(
    fc.property(
      fc.array(above, { minLength: 2, maxLength: 5 }),
      fc.constantFrom('', '.000'),
      (numbers, zeros) => {
        const told = spreadBasisPoints(numbers.map((number) => `${number}${zeros}`)) ?? '';
        const sorted = numbers.toSorted((a, b) => (a < b ? -1 : 1));
        const [low = 0n, high = 0n] = [sorted[0], sorted.at(-1)];
        const off = BigInt(told.replace('.', '')) * low - (high - low) * 1_000_000n;
        expect(2n * off <= low && 2n * off > -low).toBe(true);
      },
    ),
  );
});
