import { expect, test } from 'vitest';
import { median, ratios, rounded, spread } from '../../../scripts/bench/numbers.ts';
import { quantile } from '../../../scripts/load/quantile.ts';

test.each([
  [[3], 3],
  [[9, 1, 5], 5],
  [[4, 1, 3, 2], 2.5],
  [[10, 9, 100], 10],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('nothing has no median', () => {
  expect(median([])).toBeNaN();
});

test.each([
  [0.5, 50],
  [0.99, 99],
  [1, 100],
  [0, 1],
])('of 1 to 100 the quantile %d is %d', (q, expected) => {
  const sorted = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(quantile(sorted, q)).toBe(expected);
});

test('each round is compared with the round of the same number', () => {
  // The second round was slow for both: its ratio is as good as the others.
  expect(ratios([10, 30, 12], [5, 15, 4])).toEqual({ median: 2, least: 2, most: 3 });
});

test('a spread keeps the extremes', () => {
  expect(spread([2, 8, 4])).toEqual({ median: 4, least: 2, most: 8 });
});

test.each([
  [123456.789, 123457],
  [12.34567, 12.35],
  [0.0123456, 0.0123],
  [0, 0],
])('%d is shown as %d', (value, expected) => {
  expect(rounded(value)).toBe(expected);
});
