import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairsOf } from '../../src/http/query.ts';

test.each([
  ['https://tape.test/data', []],
  ['https://tape.test/data?', []],
  [
    'https://tape.test/data?limit=50&symbol=BTC,ETH',
    [
      ['limit', '50'],
      ['symbol', 'BTC,ETH'],
    ],
  ],
  [
    'https://tape.test/data?a&=b&c==d&&',
    [
      ['a', ''],
      ['', 'b'],
      ['c', '=d'],
    ],
  ],
  [
    'https://tape.test/data?at=2025-01-10T10:00:00%2B01:00&q=a+b',
    [
      ['at', '2025-01-10T10:00:00+01:00'],
      ['q', 'a b'],
    ],
  ],
])('%s is read as its parameters', (url, pairs) => {
  expect([...pairsOf(url)]).toEqual(pairs);
});

test('every query is read as URLSearchParams reads it', () => {
  const part = fc.string({ unit: fc.constantFrom(...'abA1=&.,:~*-_%+ ?é/'), maxLength: 30 });
  fc.assert(
    fc.property(part, (query) => {
      expect([...pairsOf(`https://tape.test/?${query}`)]).toEqual([...new URLSearchParams(query)]);
    }),
    { numRuns: 2000 },
  );
});
