import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  convertUsd,
  formatRateId,
  isRateOnTime,
  parseRateId,
  quotient,
  usdPerUnit,
} from '../../src/domain/rate.ts';

const pair = { units_per_btc: '65223.37', usd_per_btc: '75817.765' };

test('dollars per unit, and an amount in another currency', () => {
  expect(usdPerUnit(pair)).toBe('1.16243249927135013');
  expect(convertUsd('45000.50000000', pair)).toBe('38712.3553653');
  expect(convertUsd('0', pair)).toBe('0');
  expect(convertUsd('0.00000000000000000384', pair)).toBe('0.00000000000000000330341761987');
});

describe('rounding', () => {
  test.for([
    ['1', '3', 12, '0.333333333333'],
    ['2', '3', 12, '0.666666666667'],
    ['1', '8', 2, '0.13'],
    ['-1', '8', 2, '-0.13'],
    ['999.95', '1', 4, '1000'],
    ['123456', '1', 2, '120000'],
    ['0.000', '7', 12, '0'],
    ['100.00', '4', 12, '25'],
  ] as const)('%s / %s to %s digits is %s', ([top, bottom, digits, expected]) => {
    expect(quotient([top], bottom, digits)).toBe(expected);
  });

  const decimal = fc.stringMatching(/^-?(0|[1-9]\d{0,24})(\.\d{1,24})?$/);
  const positive = fc.stringMatching(/^(0|[1-9]\d{0,24})(\.\d{1,24})?$/).filter((text) => /[1-9]/.test(text));

  it('is off by at most half a unit of the last digit, and never has a digit more', () => {
    fc.assert(
      fc.property(decimal, positive, positive, fc.integer({ min: 1, max: 30 }), (a, b, divisor, digits) => {
        const result = quotient([a, b], divisor, digits);
        expect(result).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
        // An independent oracle: the value is result / 10^places, and the truth is a × b / divisor.
        const [r, places] = wholeOf(result);
        const [[x, dx], [y, dy], [z, dz]] = [wholeOf(a), wholeOf(b), wholeOf(divisor)];
        const significant = result.replace(/[-.]/g, '').replace(/^0+/, '');
        expect(significant.replace(/0+$/, '').length).toBeLessThanOrEqual(digits);
        if (r === 0n) {
          expect(x * y).toBe(0n);
          return;
        }
        // | r / 10^places - x y 10^dz / (z 10^(dx + dy)) | × 2 <= one unit of the digit `digits`.
        const shared = 10n ** BigInt(places + dx + dy);
        const off = abs(r * z * 10n ** BigInt(dx + dy) - x * y * 10n ** BigInt(dz + places)); // over z × shared
        const first = abs(r).toString().length - 1 - places; // power of ten of the first digit
        const unit = first - digits + 1;
        const [left, right] = [2n * off, z * shared];
        expect(unit >= 0 ? left <= right * 10n ** BigInt(unit) : left * 10n ** BigInt(-unit) <= right).toBe(
          true,
        );
      }),
    );
  });
});

const abs = (value: bigint) => (value < 0n ? -value : value);

function wholeOf(text: string): [bigint, number] {
  const [, fraction = ''] = text.split('.');
  return [BigInt(text.replace('.', '')), fraction.length];
}

test('a rate is on time for three beats', () => {
  const rate = { observed_at: '2025-01-10T10:00:00Z', beat_seconds: 3_600 };
  expect(isRateOnTime(rate, '2025-01-10T13:00:00Z')).toBe(true);
  expect(isRateOnTime(rate, '2025-01-10T13:00:00.000001Z')).toBe(false);
});

test('an id names one revision of one rate', () => {
  const key = { source: 'coingecko', currency: 'eur', observed_at: '2025-01-10T10:00:00Z', revision: 2 };
  expect(formatRateId(key)).toBe('coingecko_eur_rate_1736503200000000_2');
  expect(parseRateId('coingecko_eur_rate_1736503200000000_2')).toEqual(key);
  for (const text of [
    '',
    'coingecko_eur_rate_1_0',
    'coingecko_EUR_rate_1_1',
    'coingecko_eur_spot_1_1',
    'a_b_rate_1_9999999999',
  ])
    expect(parseRateId(text)).toBe(undefined);
});
