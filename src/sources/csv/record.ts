import type { CsvFault } from './fault.ts';

export const CSV_ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be'] as const;
export type CsvEncoding = (typeof CSV_ENCODINGS)[number];

/** One record of a CSV file and its position in the stored bytes. */
export interface CsvRecord {
  cells: string[];
  /** Range of the raw text in the file, a byte order mark counted, the line end not. */
  byte_offset: number;
  byte_length: number;
  /** Line on which it starts, from 1. */
  line: number;
  /** As sent, without its line end. */
  raw: string;
  /** Whether a quoted cell continues after its closing quote, so that its borders are uncertain. */
  quotes_broken: boolean;
  /** Where reading continues after it. */
  next_offset: number;
  next_line: number;
}

/** Where and how to read on: everything that a resumed reader has to know. */
export interface CsvPosition {
  encoding: CsvEncoding;
  /** Null: found from the first line. */
  delimiter: string | null;
  byte_offset: number;
  line: number;
}

/** Samples of a file, from which planUpload decides how to read all of it. */
export interface CsvHead {
  encoding: CsvEncoding;
  delimiter: string;
  /** The first ones. */
  records: CsvRecord[];
  /** Runs of later ones, the last ones of the file among them. Their lines are not known: 0. */
  pieces: CsvRecord[][];
  /** Whether the first ones are all there are. */
  is_whole: boolean;
  /** What ended the reading behind them, if it was a fault. */
  fault: CsvFault | null;
}

/** `bytes=<first>-<last, inclusive>;line=<line>`: the place of a record, as observations and rejects keep it. */
export const pointerOf = ({ byte_offset, byte_length, line }: CsvRecord): string =>
  `bytes=${byte_offset}-${byte_offset + byte_length - 1};line=${line}`;

/** The place that pointerOf wrote; undefined for a text that it did not write. */
export function parsePointer(
  pointer: string,
): Pick<CsvRecord, 'byte_offset' | 'byte_length' | 'line'> | undefined {
  const [, first, last, line] = /^bytes=(\d{1,15})-(\d{1,15});line=(\d{1,10})$/.exec(pointer) ?? [];
  if (first === undefined || Number(last) < Number(first)) return undefined;
  return {
    byte_offset: Number(first),
    byte_length: Number(last) - Number(first) + 1,
    line: Number(line),
  };
}
