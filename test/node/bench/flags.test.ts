import { expect, test } from 'vitest';
import { parseFlags } from '../../../scripts/bench/flags.ts';

test('everything is measured and written', () => {
  expect(parseFlags([])).toMatchObject({
    parts: ['cpu', 'load', 'poll', 'read', 'cache'],
    out: 'docs/bench.json',
    load: { rows: 1_000_000 },
    read: { sizes: [100_000, 1_000_000, 10_000_000] },
    cache: { rates: [50, 500, 5000], minutes: 5 },
  });
});

test('a short or partial run does not change the written figures', () => {
  expect(parseFlags(['--quick'])).toMatchObject({ out: null, load: { rows: 100_000 } });
  expect(parseFlags(['--only', 'read,load'])).toMatchObject({ out: null, parts: ['load', 'read'] });
  expect(parseFlags(['--quick', '--out', 'x.json'])).toMatchObject({ out: 'x.json' });
  expect(parseFlags(['--queries', 'prices,candles'])).toMatchObject({
    out: null,
    read: { words: ['prices', 'candles'] },
  });
  expect(parseFlags(['--against', 'w.mjs'])).toMatchObject({ out: null, load: { against: 'w.mjs' } });
});

test('sizes are written in powers of ten, and ordered from the smallest', () => {
  expect(parseFlags(['--rows', '10^6,200000,1e5'])).toMatchObject({
    read: { sizes: [100_000, 200_000, 1_000_000] },
  });
});

test.each([
  [['--only', 'read,writes'], '--only knows cpu, load, poll, read, cache; not writes.'],
  [['--rows', 'many'], 'many is no size; write 100000, 1e5 or 10^5.'],
  [['--rows', '1000'], '--rows: 1000 rows do not reach offset 90,000; take 10^5 or more.'],
  [['--rounds', '0'], '0 is no size; write 100000, 1e5 or 10^5.'],
])('%j is refused', (argv, message) => {
  expect(() => parseFlags(argv)).toThrow(message);
});
