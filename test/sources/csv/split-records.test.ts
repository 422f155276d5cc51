import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { splitRecords } from '../../../src/sources/csv/split-records.ts';

interface Told {
  cells: string[];
  end: number;
  quotes: string;
}

function split(text: string, delimiter = ',', atEnd = true): Told[] {
  const told: Told[] = [];
  splitRecords(text, delimiter, atEnd, (cells, end, quotes) => told.push({ cells, end, quotes }));
  return told;
}

const cellsOf = (text: string) => split(text).map(({ cells }) => cells);

describe('splitRecords', () => {
  it.each([
    [
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a,b\r\nc', [['a', 'b\r'], ['c']]],
    ['a,,\n', [['a', '', ''], ['']]],
    ['"a,b",c', [['a,b', 'c']]],
    ['"a\nb",c', [['a\nb', 'c']]],
    ['"say ""hi""",c', [['say "hi"', 'c']]],
    ['"a"  ,b', [['a', 'b']]],
    ['"a"\r\nb', [['a'], ['b']]],
    ['a"b,c', [['a"b', 'c']]],
    ['""\n"",""', [[''], ['', '']]],
  ])('%j', (text, expected) => {
    expect(cellsOf(text)).toEqual(expected);
  });

  it('reports broken or unclosed quotes', () => {
    expect(split('"a"b",c\nd')).toEqual([
      { cells: ['a"b', 'c'], end: 8, quotes: 'broken' },
      { cells: ['d'], end: 9, quotes: 'sound' },
    ]);
    expect(split('a,"b\nc')).toEqual([{ cells: ['a', 'b\nc'], end: 6, quotes: 'unclosed' }]);
  });

  it('waits for a record that may continue', () => {
    expect(split('a\nb', ',', false)).toEqual([{ cells: ['a'], end: 2, quotes: 'sound' }]);
    expect(split('a\n"b"', ',', false)).toHaveLength(1);
    expect(split('a\n"b\n', ',', false)).toHaveLength(1);
    expect(split('', ',', true)).toEqual([]);
  });

  it('agrees with Papa Parse on any text', () => {
    const piece = fc.constantFrom('"', '"', ',', '\n', '\r\n', '\r', ' ', 'a', 'é', '\t', '""', '",', '"\n');
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, fc.constantFrom(',', '\t', ';'), fc.boolean(), (written, delimiter, atEnd) => {
        expect(split(written, delimiter, atEnd)).toEqual(splitByPapa(written, delimiter, atEnd));
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes linear time on a hostile text', () => {
    const started = performance.now();
    split(`${'"a"b'.repeat(100_000)}\n${',"x'.repeat(100_000)}`);
    split('a"\n'.repeat(200_000));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

function splitByPapa(text: string, delimiter: string, atEnd: boolean): Told[] {
  const told: Told[] = [];
  const step = ({ data, errors, meta }: Papa.ParseStepResult<string[]>) => {
    const isUnclosed = errors.some(({ code }) => code === 'MissingQuotes');
    const quotes = isUnclosed ? 'unclosed' : errors.length > 0 ? 'broken' : 'sound';
    told.push({ cells: (data as unknown as string[][])[0] ?? [], end: meta.cursor, quotes });
  };
  const config = { delimiter, newline: '\n', step } as unknown as Papa.ParseConfig;
  new Papa.Parser(config).parse(text, 0, !atEnd);
  return told;
}
