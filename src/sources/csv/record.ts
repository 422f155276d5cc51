import type { CsvFault } from './fault.ts';

export const CSV_ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be'] as const;
export type CsvEncoding = (typeof CSV_ENCODINGS)[number];

/** One record of a CSV file and its position in the stored bytes. */
export interface CsvRecord {
  cells: string[];
  /** Range of the raw text in the file, including a byte order mark, excluding the line end. */
  byte_offset: number;
  byte_length: number;
  /** The line on which it starts; the first is 1. */
  line: number;
  /** As sent, without its line end. */
  raw: string;
  /** Whether a quoted cell continues after its closing quote, which makes its limits uncertain. */
  quotes_broken: boolean;
  /** Where reading continues after it. */
  next_offset: number;
  next_line: number;
}

/** Where and how to continue: everything that a resumed reader needs. */
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
  /** Runs of later ones, including the last ones of the file. Their lines are unknown: 0. */
  pieces: CsvRecord[][];
  /** Whether the first ones are the whole file. */
  is_whole: boolean;
  /** The fault that ended the reading after them, if any. */
  fault: CsvFault | null;
}

/**
 * `bytes=<first>-<last, inclusive>;line=<line>`: the position of a record, as stored in observations and rejects.
 */
export const pointerOf = ({ byte_offset, byte_length, line }: CsvRecord): string =>
  `bytes=${byte_offset}-${byte_offset + byte_length - 1};line=${line}`;

/** The position that pointerOf wrote; undefined for any other text. */
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
