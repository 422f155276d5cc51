import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { periodSeconds } from '../../../src/domain/beat.ts';
import {
  afterPeriods,
  canonicalPeriod,
  periodOfMinutes,
  periodOfSpacing,
  spacingOf,
} from '../../../src/domain/files/period.ts';

describe('a period in its only form', () => {
  it.each([
    ['1M', '1mo'],
    ['M', '1mo'],
    ['3M', '3mo'],
    ['1m', '1m'],
    ['1Min', '1m'],
    ['1mo', '1mo'],
    ['monthly', '1mo'],
    ['Monthly', '1mo'],
    ['d', '1d'],
    ['D', '1d'],
    ['1D', '1d'],
    ['24h', '1d'],
    ['60min', '1h'],
    ['240m', '4h'],
    ['1440m', '1d'],
    ['7d', '1w'],
    ['168h', '1w'],
    ['4H', '4h'],
    ['90m', '90m'],
    ['60s', '1m'],
    ['1 hour', '1h'],
    ['hourly', '1h'],
    ['1s', null],
    ['0d', null],
    ['1440', null],
    ['mon', null],
    ['max', null],
    ['', null],
  ])('%j is %s', (text, period) => expect(canonicalPeriod(text)).toBe(period));

  it('keeps its length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), fc.constantFrom('m', 'h', 'd', 'w'), (count, unit) => {
        const period = canonicalPeriod(`${count}${unit}`);
        expect(periodSeconds(period)).toBe(periodSeconds(`${count}${unit}`));
        expect(canonicalPeriod(period ?? '')).toBe(period);
      }),
    );
  });

  it.each([
    ['1', '1m'],
    ['60', '1h'],
    ['240', '4h'],
    ['1440', '1d'],
    ['10080', '1w'],
    ['0', null],
    ['1D', null],
  ])('%s minutes are %s', (text, period) => expect(periodOfMinutes(text)).toBe(period));
});

const walls = (...texts: string[]) => texts.map((text) => Date.parse(`${text}Z`));

describe('the instant one period later', () => {
  it.each([
    ['2024-01-31', '1mo', '2024-02-29'],
    ['2023-11-01', '3mo', '2024-02-01'],
    ['2024-02-28', '1d', '2024-02-29'],
    ['2024-02-26', '1w', '2024-03-04'],
  ])('%s, %s: %s', (from, period, to) => {
    const [a = 0, b = 0] = walls(from, to);
    expect(afterPeriods(a, period)).toBe(b);
  });
});

describe('a period against the spacing of rows', () => {
  const days = walls('2024-01-01', '2024-01-02', '2024-01-03', '2024-01-06');
  const months = walls('2024-01-01', '2024-02-01', '2024-03-01', '2024-06-01');
  it.each([
    [days, '1d', 'agrees'],
    [days, '1h', 'wider'],
    [days, '1w', 'contradicts'],
    [days, '2d', 'contradicts'],
    [months, '1mo', 'agrees'],
    [months, '1d', 'wider'],
    [months, '3mo', 'contradicts'],
    [walls('2024-01-01', '2024-04-01'), '1mo', 'wider'],
    [walls('2024-01-01'), '1d', 'silent'],
    [[], '1d', 'silent'],
  ])('%j, %s: %s', (times, period, verdict) => expect(spacingOf(times, period).verdict).toBe(verdict));

  it('finds the period between rows', () => {
    expect(periodOfSpacing(days)).toBe('1d');
    expect(periodOfSpacing(months)).toBe('1mo');
    expect(periodOfSpacing(walls('2024-01-01', '2024-01-02'))).toBeNull();
    expect(periodOfSpacing(walls('2024-01-01', '2024-01-02', '2024-01-05'))).toBeNull();
    expect(periodOfSpacing(walls('2024-01-01'))).toBeNull();
  });

  it('agrees with rows that were made from it, with any of them missing', () => {
    const steps = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.constantFrom('1m', '15m', '1h', '4h', '1d', '1w', '1mo'), steps, (period, list) => {
        const start = Date.UTC(2023, 2, 1);
        const times = list.map((step) => afterPeriods(start, period, step));
        expect(spacingOf(times, period).verdict).not.toBe('contradicts');
        if (list.some((step) => list.includes(step + 1)))
          expect(spacingOf(times, period).verdict).toBe('agrees');
      }),
    );
  });
});
