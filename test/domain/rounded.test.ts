import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isRounded, mayBeRoundedFromOne } from '../../src/domain/decimal.ts';

it.each([
  ['1.23', '1.2345', true],
  ['1.24', '1.2345', false],
  ['1.2', '1.25', true],
  ['1.3', '1.25', true],
  ['1.20', '1.2034', true],
  ['-1.3', '-1.25', true],
  ['45012', '45012.3', true],
  ['45000', '45012.3', false],
  ['1.2345', '1.23', false],
  ['1.0', '1', true],
  ['0.1', '-0.1', false],
  ['0.00000000000000000000000000000001', '0.000000000000000000000000000000012', true],
])('%s is %s rounded: %s', (rounded, exact, is) => {
  expect(isRounded(rounded, exact)).toBe(is);
});

const decimal = fc.tuple(fc.bigInt({ min: -99_999n, max: 99_999n }), fc.nat(4)).map(([digits, scale]) => {
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const point = text.length - scale;
  return `${digits < 0n ? '-' : ''}${text.slice(0, point)}${scale > 0 ? `.${text.slice(point)}` : ''}`;
});

it('finds numbers that may be rounded from one, like a check of each number', () => {
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      // Numbers of up to six places: a tie needs one more place than a number has.
      const [x, y] = [Math.round(Number(a) * 1e6), Math.round(Number(b) * 1e6)];
      const half = (text: string) => 10 ** (6 - (text.split('.')[1]?.length ?? 0)) / 2;
      const [from, to] = [Math.max(x - half(a), y - half(b)), Math.min(x + half(a), y + half(b))];
      expect(mayBeRoundedFromOne(a, b)).toBe(from <= to);
    }),
    { numRuns: 2_000 },
  );
});
