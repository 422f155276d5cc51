import type { CsvHead, CsvRecord } from '../record.ts';

/** The rows of a file from which a plan is made. */
export interface Samples {
  /** Consecutive rows, the first ones first; rows of one run are adjacent. */
  runs: CsvRecord[][];
  /** All of them. */
  rows: CsvRecord[];
  /** Whether they are all rows of the file. */
  is_whole: boolean;
}

/** The rows after the records of the header; rows of another length are ignored. */
export function samplesOf(head: CsvHead, header_records: number, width: number): Samples {
  const sound = (records: CsvRecord[]) =>
    records.filter(({ cells, quotes_broken }) => !quotes_broken && fits(cells, width));
  const runs = [sound(head.records.slice(header_records)), ...head.pieces.map(sound)];
  return { runs, rows: runs.flat(), is_whole: head.is_whole };
}

const fits = (cells: string[], width: number): boolean =>
  cells.length === width || (cells.length > width && cells.slice(width).every((cell) => cell.trim() === ''));

/** The non-empty texts of a column, each once. */
export function textsAt(rows: CsvRecord[], position: number): string[] {
  const texts = new Set<string>();
  for (const { cells } of rows) {
    const text = cells[position]?.trim() ?? '';
    if (text !== '' && !/^(?:null|n\/a|nan|none|-)$/i.test(text)) texts.add(text);
  }
  return [...texts];
}
