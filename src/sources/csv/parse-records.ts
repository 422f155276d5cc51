import type { CsvEncoding, CsvPosition, CsvRecord } from './record.ts';
import { splitRecords } from './split-records.ts';

export interface ParsedText {
  records: CsvRecord[];
  /** The position after the last record or blank line, and the number of characters read. */
  next_offset: number;
  next_line: number;
  chars: number;
  /** Whether the last record has a quote that is still open at the end of the file. */
  unclosed: boolean;
}

/**
 * Parses whole lines of a CSV file; their first character is at the position. `size_bytes` is the size of the text
 * in the file. Without `atEnd`, it leaves a record that may continue. Blank lines are not records.
 */
export function parseRecords(
  text: string,
  size_bytes: number,
  position: CsvPosition & { delimiter: string },
  atEnd: boolean,
): ParsedText {
  const sizeOf = sizing(position.encoding, text, size_bytes);
  const parsed: ParsedText = {
    records: [],
    next_offset: position.byte_offset,
    next_line: position.line,
    chars: 0,
    unclosed: false,
  };
  // The splitter does not handle line ends, because files mix them.
  splitRecords(text, position.delimiter, atEnd, (cells, end, quotes) => {
    const { next_offset: byte_offset, next_line: line, chars: start } = parsed;
    const rawEnd = beforeLineEnd(text, start, end);
    const raw = text.slice(start, rawEnd);
    parsed.chars = end;
    parsed.next_offset += sizeOf(start, end);
    parsed.next_line += countLines(text, start, end);
    if (cells.length <= 1 && raw.trim() === '') return;
    parsed.unclosed = quotes === 'unclosed';
    parsed.records.push({
      cells: withoutCr(cells, { text, start, end }, position.delimiter),
      byte_offset,
      byte_length: sizeOf(start, rawEnd),
      line,
      raw,
      quotes_broken: quotes !== 'sound',
      next_offset: parsed.next_offset,
      next_line: parsed.next_line,
    });
  });
  return parsed;
}

/** The end of a record's text without its line end: LF, CRLF or, at the end of the file, CR. */
function beforeLineEnd(text: string, start: number, end: number): number {
  if (end === start) return end;
  const last = text[end - 1];
  if (last === '\n' && end - 1 > start && text[end - 2] === '\r') return end - 2;
  return last === '\n' || last === '\r' ? end - 1 : end;
}

/** Removes the carriage return of a line end from the last cell, but not one inside its quotes. */
function withoutCr(
  cells: string[],
  { text, start, end }: { text: string; start: number; end: number },
  delimiter: string,
): string[] {
  const last = cells.at(-1);
  if (last === undefined || !last.endsWith('\r')) return cells;
  const lineEnd = text[end - 1] === '\n' ? end - 1 : end;
  const from = lineEnd - last.length;
  const unquoted = text.endsWith(last, lineEnd) && (from === start || text[from - 1] === delimiter);
  return unquoted ? [...cells.slice(0, -1), last.slice(0, -1)] : cells;
}

function countLines(text: string, start: number, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

type SizeOf = (start: number, end: number) => number;

/** The size of a part of a text in the file, in bytes. */
function sizing(encoding: CsvEncoding, text: string, size_bytes: number): SizeOf {
  if (encoding !== 'utf-8') return (start, end) => (end - start) * 2;
  const isAscii = text.length === size_bytes;
  return isAscii ? (start, end) => end - start : (start, end) => utf8Length(text, start, end);
}

/** The count of TextEncoder, without making the bytes; half a surrogate pair is two of four bytes. */
function utf8Length(text: string, start: number, end: number): number {
  let size = end - start;
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) size += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return size;
}
