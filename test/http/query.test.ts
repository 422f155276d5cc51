import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HttpContext } from '../../src/http/context.ts';
import { commaSeparated, pairsOf, queryTexts } from '../../src/http/query.ts';

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
  expect(pairsOf(url).map(([name, value]) => [name, value])).toEqual(pairs);
});

test('every query is read as URLSearchParams reads it', () => {
  const part = fc.string({ unit: fc.constantFrom(...'abA1=&.,:~*-_%+ ?é/'), maxLength: 30 });
  fc.assert(
    fc.property(part, (query) => {
      const pairs = pairsOf(`https://tape.test/?${query}`).map(([name, value]) => [name, value]);
      expect(pairs).toEqual([...new URLSearchParams(query)]);
    }),
    { numRuns: 2000 },
  );
});

const symbolsOf = (query: string): string[] => {
  const context = { req: { url: `https://tape.test/data?${query}` } } as HttpContext;
  return commaSeparated().parse(queryTexts(context, ['symbol']).symbol);
};

test.each([
  ['symbol=a,b', ['a', 'b']],
  ['symbol=a&symbol=b', ['a', 'b']],
  ['symbol=a%2Cb', ['a,b']],
  ['symbol=a%2Cb,c%2c&symbol=d', ['a,b', 'c,', 'd']],
  ['symbol=a+b,%25,%252C', ['a b', '%', '%2C']],
  ['symbol=%E5%B8%81,100%', ['币', '100%']],
])('%s names these symbols', (query, symbols) => {
  expect(symbolsOf(query)).toEqual(symbols);
});

test('any texts can be named together', () => {
  const text = fc.string({ unit: fc.constantFrom(...'aZ,%2C&=+ é币/:"'), minLength: 1, maxLength: 8 });
  const trimmed = text.map((one) => one.trim()).filter((one) => one !== '');
  fc.assert(
    fc.property(fc.uniqueArray(trimmed, { minLength: 1, maxLength: 5 }), (symbols) => {
      expect(symbolsOf(`symbol=${symbols.map(encodeURIComponent).join(',')}`)).toEqual(symbols);
    }),
    { numRuns: 1000 },
  );
});
