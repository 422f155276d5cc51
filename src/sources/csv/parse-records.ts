import Papa from 'papaparse';
import type { CsvEncoding, CsvPosition, CsvRecord } from './record.ts';

export interface ParsedText {
  records: CsvRecord[];
  /** The position after the last record or blank line read, and how many characters that is. */
  next_offset: number;
  next_line: number;
  chars: number;
  /** Whether the last record has a quote that the end of the file leaves open. */
  unclosed: boolean;
}

/**
 * Parses whole lines of a CSV file, whose first character stands at the position. `size_bytes` is the size
 * of the text in the file. Without `atEnd` a record that may go on is left alone. Blank lines are no records.
 */
export function parseRecords(
  text: string,
  size_bytes: number,
  position: CsvPosition & { delimiter: string },
  atEnd: boolean,
): ParsedText {
  const sizeOf = sizing(position.encoding, text.length === size_bytes);
  const parsed: ParsedText = {
    records: [],
    next_offset: position.byte_offset,
    next_line: position.line,
    chars: 0,
    unclosed: false,
  };
  const step = ({ data, errors, meta }: Step) => {
    const sent = text.slice(parsed.chars, meta.cursor);
    const raw = withoutLineEnd(sent);
    const { next_offset: byte_offset, next_line: line } = parsed;
    parsed.chars = meta.cursor;
    parsed.next_offset += sizeOf(sent);
    parsed.next_line += countLines(sent);
    const cells = data[0] ?? [];
    if (cells.length <= 1 && raw.trim() === '') return;
    parsed.unclosed = errors.some(({ code }) => code === 'MissingQuotes');
    parsed.records.push({
      cells: withoutCr(cells, sent, position.delimiter),
      byte_offset,
      byte_length: sizeOf(raw),
      line,
      raw,
      quotes_broken: errors.length > 0,
      next_offset: parsed.next_offset,
      next_line: parsed.next_line,
    });
  };
  // Line ends are not left to the parser: it would settle on those it meets first, and files mix them.
  const config = { delimiter: position.delimiter, newline: '\n' as const, step };
  new Papa.Parser(config as Papa.ParseConfig).parse(text, 0, !atEnd);
  return parsed;
}

interface Step {
  data: string[][];
  errors: { code: string }[];
  /** Characters up to the end of the record, line end included. */
  meta: { cursor: number };
}

const withoutLineEnd = (sent: string): string =>
  sent.endsWith('\r\n')
    ? sent.slice(0, -2)
    : sent.endsWith('\n') || sent.endsWith('\r')
      ? sent.slice(0, -1)
      : sent;

/** Takes the carriage return of a line end off the last cell, but not one that stands inside its quotes. */
function withoutCr(cells: string[], sent: string, delimiter: string): string[] {
  const last = cells.at(-1);
  if (last === undefined || !last.endsWith('\r')) return cells;
  const line = sent.endsWith('\n') ? sent.slice(0, -1) : sent;
  const before = line[line.length - last.length - 1];
  const unquoted = line.endsWith(last) && (before === undefined || before === delimiter);
  return unquoted ? [...cells.slice(0, -1), last.slice(0, -1)] : cells;
}

function countLines(sent: string): number {
  let lines = 0;
  for (let at = sent.indexOf('\n'); at !== -1; at = sent.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** How many bytes a text takes in the file. */
function sizing(encoding: CsvEncoding, isAscii: boolean): (text: string) => number {
  if (encoding !== 'utf-8') return (text) => text.length * 2;
  return isAscii ? (text) => text.length : utf8Length;
}

/** As TextEncoder would count, without making the bytes; half a surrogate pair is two of four bytes. */
function utf8Length(text: string): number {
  let size = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) size += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return size;
}
