import { expect, test } from 'vitest';
import { figure } from '../../../scripts/bench/outcome.ts';
import { outcomeText, tableText } from '../../../scripts/bench/report.ts';

test('text columns are left-aligned, number columns right-aligned; unknown values are a dash', () => {
  const rows = [
    { query: 'page', 'p50 ms': 1.5, rows: '10^5' },
    { query: 'a constant Worker', 'p50 ms': 12_345.6 },
    { query: 'none', 'p50 ms': null, rows: '10^7' },
  ];
  expect(tableText(rows).split('\n')).toEqual([
    'query                p50 ms  rows',
    'page                    1.5  10^5',
    'a constant Worker  12,345.6  –',
    'none                      –  10^7',
  ]);
});

test.each([
  [figure('a', '×', 1.19, { at_most: 1.2 }), true],
  [figure('a', '×', 1.21, { at_most: 1.2 }), false],
  [figure('a', '×', 0.7, { at_least: 0.7 }), true],
  [figure('a', '×', 0.69, { at_least: 0.7 }), false],
  [figure('a', '×', 0.69), null],
  [figure('a', '×', null, { at_least: 0.7 }), null],
  [figure('a', '×', Number.NaN, { at_least: 0.7 }), null],
])('figure %# is judged by its bound', (judged, met) => {
  expect(judged.met).toBe(met);
});

test('a figure shows its rounds, its bound and whether it is met', () => {
  const figures = [
    figure('load over \\copy', '×', { median: 0.5123, least: 0.4, most: 0.6 }, { at_least: 0.35 }),
    figure('round trips', '', 2, { at_most: 1 }),
    figure('CPU', 'ms', null),
  ];
  expect(outcomeText({ figures, tables: [] })).toBe(
    [
      'Figures',
      '',
      'figure            value  unit  of rounds  wanted  met',
      'load over \\copy  0.5123  ×     0.4 – 0.6  ≥ 0.35  yes',
      'round trips           2                   ≤ 1     NO',
      'CPU                   –  ms',
      '',
    ].join('\n'),
  );
});
