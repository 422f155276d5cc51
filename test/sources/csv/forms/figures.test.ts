import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDecimal, readDecimal } from '../../../../src/domain/decimal.ts';
import { DECIMAL_MARKS, type DecimalMark } from '../../../../src/domain/files/parameters.ts';
import { markOf, readFigure } from '../../../../src/sources/csv/forms/figures.ts';

const decimal = (text: string, mark: DecimalMark | null): string => {
  const { figure, fault } = readFigure(text, mark);
  return fault ?? parseDecimal(figure) ?? 'no decimal';
};

describe('a figure, without a decided mark, with a point and with a comma', () => {
  it.each([
    ['523', '523', '523', '523'],
    ['-523', '-523', '-523', '-523'],
    ['62440.5', '62440.5', '62440.5', 'other_mark'],
    ['0,523', '0.523', 'other_mark', '0.523'],
    ['0.523', '0.523', '0.523', 'other_mark'],
    ['1,019', 'unsettled_mark', '1019', '1.019'],
    ['1.019', 'unsettled_mark', '1.019', '1019'],
    ['01,019', '1.019', 'other_mark', '1.019'],
    ['62.100,5', '62100.5', 'other_mark', '62100.5'],
    ['62,100.5', '62100.5', '62100.5', 'other_mark'],
    ['1,049,000,000.0', '1049000000.0', '1049000000.0', 'other_mark'],
    ['1.234.567', '1234567', 'other_mark', '1234567'],
    ['39,000,000,001', '39000000001', '39000000001', 'other_mark'],
    ['1 234 567,5', '1234567.5', 'other_mark', '1234567.5'],
    ['1 234', '1234', '1234', '1234'],
    ['1 234.50', '1234.50', '1234.50', 'other_mark'],
    ["1'234.50", '1234.50', '1234.50', 'other_mark'],
    ['1.226E+12', '1226000000000', '1226000000000', 'other_mark'],
    ['1,226E+12', '1226000000000', 'other_mark', '1226000000000'],
    ['6.2e4', '62000', '62000', 'other_mark'],
    ['1e-7', '0.0000001', '0.0000001', '0.0000001'],
    ['40.10K', '40100', '40100', 'other_mark'],
    ['40,10K', '40100', 'other_mark', '40100'],
    ['1,234K', 'unsettled_mark', '1234000', '1234'],
    ['1.23B', '1230000000', '1230000000', 'other_mark'],
    ['2T', '2000000000000', '2000000000000', '2000000000000'],
    ['-0.05%', '-0.05', '-0.05', 'other_mark'],
    ['+0,05 %', '0.05', 'other_mark', '0.05'],
    ['−5.5', '-5.5', '-5.5', 'other_mark'],
    ['$1,234.50', '1234.50', '1234.50', 'other_mark'],
    ['-$1.5', '-1.5', '-1.5', 'other_mark'],
    ['US$ 12', '12', '12', '12'],
    ['1.234,50 €', '1234.50', 'other_mark', '1234.50'],
    ['.5', '0.5', '0.5', 'other_mark'],
    ['5.', '5', '5', 'other_mark'],
    ['1,2,3', 'no_figure', 'no_figure', 'no_figure'],
    ['12,34,567.5', 'no_figure', 'no_figure', 'no_figure'],
    ['1,234E+3', '1234', 'other_mark', '1234'],
    ['1.5.5', 'no_figure', 'no_figure', 'no_figure'],
    ['NaN', 'no_figure', 'no_figure', 'no_figure'],
    ['n/a', 'no_figure', 'no_figure', 'no_figure'],
    ['=A1', 'no_figure', 'no_figure', 'no_figure'],
    ['12abc', 'no_figure', 'no_figure', 'no_figure'],
    ['1.2KM', 'no_figure', 'no_figure', 'no_figure'],
    ['$5 EUR', 'no_figure', 'no_figure', 'no_figure'],
    ['--5', 'no_figure', 'no_figure', 'no_figure'],
    ['-', 'no_figure', 'no_figure', 'no_figure'],
    ['.', 'no_figure', 'no_figure', 'no_figure'],
    ['', 'no_figure', 'no_figure', 'no_figure'],
  ])('%s', (text, open, point, comma) => {
    expect([decimal(text, null), decimal(text, 'point'), decimal(text, 'comma')]).toEqual([
      open,
      point,
      comma,
    ]);
  });

  it.each([
    ['$5', '$', false],
    ['5 EUR', 'EUR', false],
    ['5%', null, true],
    ['5', null, false],
  ])('%s has the currency %s, percent: %s', (text, currency, is_percent) =>
    expect(readFigure(text, 'point')).toEqual({ figure: '5', currency, is_percent }),
  );
});

describe('the decimal mark of several figures', () => {
  it.each([
    [['1', '523', 'n/a', ''], 'none', ['point', 'comma'], []],
    [['1,019', '0,523'], 'proven', ['comma'], ['0,523']],
    [['1,019', '62,100.5'], 'proven', ['point'], ['62,100.5']],
    [['1.019', '2.500'], 'ambiguous', ['point', 'comma'], ['1.019']],
    [['1.5', '1,5'], 'contradictory', [], ['1.5', '1,5']],
    [['3512,25', '3.518,5', '3.520,125'], 'proven', ['comma'], ['3512,25']],
  ] as const)('%j: %s', (texts, verdict, marks, examples) =>
    expect(markOf(texts)).toEqual({ verdict, marks, examples }),
  );
});

// Figures written by independent code: digits, cut into threes from the right.
const figure = fc.record({
  whole: fc.bigInt({ min: 0n, max: 10n ** 15n }).map(String),
  decimals: fc.option(fc.stringMatching(/^\d{1,9}$/), { nil: null }),
  isNegative: fc.boolean(),
});
const style = fc.record({
  mark: fc.constantFrom(...DECIMAL_MARKS),
  group: fc.constantFrom('', 'other', ' ', '\u202f', "'"),
});
type Figure = typeof figure extends fc.Arbitrary<infer T> ? T : never;
type Style = typeof style extends fc.Arbitrary<infer T> ? T : never;

function textOf({ whole, decimals, isNegative }: Figure, { mark, group }: Style): string {
  const [point, other] = mark === 'point' ? ['.', ','] : [',', '.'];
  const threes =
    whole
      .split('')
      .reverse()
      .join('')
      .match(/\d{1,3}/g) ?? [];
  const joined = threes
    .map((three) => three.split('').reverse().join(''))
    .reverse()
    .join(group === 'other' ? other : group);
  return `${isNegative ? '-' : ''}${joined}${decimals === null ? '' : point + decimals}`;
}
const writtenValue = ({ whole, decimals, isNegative }: Figure): string =>
  `${isNegative ? '-' : ''}${whole}${decimals === null ? '' : `.${decimals}`}`;

it('reads back a written figure with the same mark, digit by digit', () => {
  fc.assert(
    fc.property(figure, style, (one, written) => {
      expect(decimal(textOf(one, written), written.mark)).toBe(writtenValue(one));
    }),
    { numRuns: 2_000 },
  );
});

it('never reads another value than the written one, unless another mark is given', () => {
  fc.assert(
    fc.property(figure, style, (one, written) => {
      expect([writtenValue(one), 'unsettled_mark']).toContain(decimal(textOf(one, written), null));
    }),
    { numRuns: 2_000 },
  );
});

it('never treats a mark as proven that the writer did not use', () => {
  fc.assert(
    fc.property(fc.array(figure, { minLength: 1, maxLength: 10 }), style, (figures, written) => {
      expect(markOf(figures.map((one) => textOf(one, written))).marks).toContain(written.mark);
    }),
    { numRuns: 1_000 },
  );
});

it('returns only digits of the text', () => {
  const pieces = fc.constantFrom('1', '23', '456', '0', '.', ',', ' ', '-', '%', 'K', 'e5', '$', 'x');
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 10 }),
      fc.constantFrom(null, ...DECIMAL_MARKS),
      (list, mark) => {
        const text = list.join('');
        const read = readFigure(text, mark);
        if (read.fault !== undefined) return;
        const digits = (written: string) => written.replace(/e.*$/, '').replace(/\D/g, '');
        expect(digits(read.figure)).toBe(digits(text));
        expect(readDecimal(read.figure).fault).not.toBe('invalid_number');
      },
    ),
    { numRuns: 3_000 },
  );
});
