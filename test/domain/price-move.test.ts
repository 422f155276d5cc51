import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareCoverage, largestMoves } from '../../src/domain/price-move.ts';

const prices = (list: Record<string, string | null>) => new Map(Object.entries(list));

test('new and missing coins, and common coins', () => {
  expect(compareCoverage(prices({ a: '1', b: '2' }), prices({ b: '2', c: null }))).toEqual({
    both: 1,
    fresh: ['c'],
    gone: ['a'],
  });
});

test.for([
  ['100', '110', '10.00'],
  ['3', '2', '-33.33'],
  ['3', '4.00005', '33.34'],
  ['0.00000000000000000000000384', '0.00000000000000000000000768', '100.00'],
  ['1', '100000000000000000000000000000000', '9999999999999999999999999999999900.00'],
] as const)('%s to %s is %s per cent', ([from, to, change_percent]) => {
  expect(largestMoves(prices({ a: from }), prices({ a: to }), 5)).toEqual([
    { external_id: 'a', from, to, change_percent },
  ]);
});

test('the largest come first, of either sign; unknown, zero and unchanged prices are left out', () => {
  const a = prices({ up: '1', down: '1', still: '1.0', zero: '0', none: null, gone: '1' });
  const b = prices({ up: '1.2', down: '0.5', still: '1.00', zero: '5', none: '1', fresh: '9' });
  expect(largestMoves(a, b, 5).map(({ external_id }) => external_id)).toEqual(['down', 'up']);
  expect(largestMoves(a, b, 1).map(({ external_id }) => external_id)).toEqual(['down']);
});

test('nothing moves from a list to itself', () => {
  const decimal = fc.double({ min: 0, max: 1e15, noNaN: true }).map((n) => n.toFixed(8));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), decimal), (list) => {
      expect(largestMoves(prices(list), prices(list), 5)).toEqual([]);
      expect(compareCoverage(prices(list), prices(list))).toMatchObject({ fresh: [], gone: [] });
    }),
  );
});
