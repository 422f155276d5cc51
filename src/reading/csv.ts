import { CsvFault } from '../sources/csv/fault.ts';
import { parseRecords } from '../sources/csv/parse-records.ts';
import { sniffDelimiter } from '../sources/csv/plan/head/delimiter.ts';
import { notATable } from '../sources/csv/plan/head/header.ts';
import type { CsvEncoding, CsvHead, CsvPosition, CsvRecord } from '../sources/csv/record.ts';
import { type LineBlock, readLines } from './lines.ts';

const BYTE_ORDER_MARK = '\ufeff';

/** A longer record, including its line end, stops the reading: most likely a quote was never closed. */
export const RECORD_BYTES_MAX = 1_000_000;

/**
 * Reads records from a stream that begins at `position.byte_offset`, in slices of a few thousand. Blank lines are
 * not records. Memory stays at a few MB for any size of the file.
 *
 * Throws CsvFault, after the records before it, for bytes that are not text in the encoding, a record longer than
 * RECORD_BYTES_MAX, a quote that includes other lines, and line ends that are bare carriage returns.
 */
export async function* readCsv(
  stream: ReadableStream<Uint8Array>,
  position: CsvPosition,
): AsyncGenerator<CsvRecord[]> {
  const take = recordTaker(position);
  for await (const block of readLines(stream, position.encoding, RECORD_BYTES_MAX)) {
    const { records, fault } = take(block);
    if (records.length > 0) yield records;
    if (fault !== null) throw fault;
  }
}

/** How much of a file is read to plan it; a smaller file is read completely. */
export const HEAD_BYTES = 64 * 1024;
const HEAD_RECORDS_MAX = 1_000;

/**
 * Reads the beginning of a file: encoding, delimiter (unless it is given) and the first records. Cancels the
 * stream.
 */
export async function readHead(
  stream: ReadableStream<Uint8Array>,
  told: string | null = null,
): Promise<CsvHead> {
  const [peek, body] = stream.tee();
  const { encoding } = sniffEncoding(await firstBytes(peek));
  const records: CsvRecord[] = [];
  let fault: CsvFault | null = null;
  let is_whole = true;
  try {
    for await (const slice of readCsv(body, { encoding, delimiter: told, byte_offset: 0, line: 1 })) {
      if (isEnough(records)) {
        is_whole = false;
        break;
      }
      records.push(...slice.slice(0, HEAD_RECORDS_MAX - records.length));
      if (slice.at(-1) !== records.at(-1)) {
        is_whole = false;
        break;
      }
    }
  } catch (error) {
    // Records before a fault are read and returned; the next read meets the fault again.
    if (!(error instanceof CsvFault) || records.length === 0) throw error;
    fault = error;
    is_whole = false;
  }
  const delimiter = told ?? sniffDelimiter(records.map(({ raw }) => raw).join('\n'));
  return { fault, encoding, delimiter, records, pieces: [], is_whole };
}

const isEnough = (records: CsvRecord[]): boolean =>
  records.length >= HEAD_RECORDS_MAX || (records.at(-1)?.next_offset ?? 0) >= HEAD_BYTES;

/** The encoding by the byte order mark: UTF-8 without one. Looks at three bytes. */
export function sniffEncoding(firstBytes: Uint8Array): { encoding: CsvEncoding; bom_bytes: number } {
  const [a, b, c] = firstBytes;
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', bom_bytes: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', bom_bytes: 2 };
  return { encoding: 'utf-8', bom_bytes: a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0 };
}

async function firstBytes(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const reader = stream.getReader();
  const bytes: number[] = [];
  while (bytes.length < 3) {
    const { value, done } = await reader.read();
    if (done) break;
    bytes.push(...value.subarray(0, 3));
  }
  // Not awaited: a branch of a tee is cancelled only when the other is.
  reader.cancel().catch(() => undefined);
  return Uint8Array.from(bytes);
}

interface Rest {
  text: string;
  size_bytes: number;
}

interface Taken {
  records: CsvRecord[];
  fault: CsvFault | null;
}

/** Turns blocks of lines into records; keeps the beginning of a record that continues in the next block. */
function recordTaker(start: CsvPosition): (block: LineBlock) => Taken {
  let { byte_offset, line, delimiter } = start;
  let rest: Rest = { text: '', size_bytes: 0 };
  let isHeader = line === 1;

  return (block) => {
    let text = rest.text + block.text;
    let size_bytes = rest.size_bytes + block.size_bytes;
    if (byte_offset === 0 && text.startsWith(BYTE_ORDER_MARK)) {
      byte_offset = start.encoding === 'utf-8' ? 3 : 2;
      text = text.slice(1);
      size_bytes -= byte_offset;
    }
    delimiter ??= sniffDelimiter(text);
    const position = { encoding: start.encoding, delimiter, byte_offset, line };
    const parsed = parseRecords(text, size_bytes, position, block.ending === 'last');
    rest = { text: text.slice(parsed.chars), size_bytes: size_bytes - (parsed.next_offset - byte_offset) };
    ({ next_offset: byte_offset, next_line: line } = parsed);
    for (const [index, record] of parsed.records.entries()) {
      const isLast = index === parsed.records.length - 1;
      const fault = faultOf(record, isHeader, parsed.unclosed && isLast);
      if (fault !== null) return { records: parsed.records.slice(0, index), fault };
      isHeader = false;
    }
    return { records: parsed.records, fault: faultOfRest(rest, block, line, isHeader) };
  };
}

function faultOf(record: CsvRecord, isHeader: boolean, isUnclosed: boolean): CsvFault | null {
  if (isHeader && hasLoneCr(record.raw)) return loneCr(record.line);
  if (record.next_offset - record.byte_offset > RECORD_BYTES_MAX) return tooLong(record.line);
  // Broken quotes that include other lines would hide any number of records in one.
  if (!isUnclosed && !(record.quotes_broken && record.raw.includes('\n'))) return null;
  return (isHeader ? notATable(record.raw, record.line) : null) ?? unclosed(record.line);
}

/** The fault that stops the reading after the complete records of a block, if any. */
function faultOfRest(rest: Rest, block: LineBlock, line: number, isHeader: boolean): CsvFault | null {
  if (block.ending === 'overlong' || rest.size_bytes > RECORD_BYTES_MAX)
    return isHeader && hasLoneCr(rest.text) ? loneCr(line) : tooLong(line);
  return block.ending === 'not_text' ? notText(line + rest.text.split('\n').length - 1) : null;
}

/** Whether a carriage return outside quotes does not end a line. */
const hasLoneCr = (raw: string) => /\r(?!\n)./s.test(raw.replace(/"[^"]*"/g, ''));

const loneCr = (line: number) =>
  new CsvFault(
    'lone_cr',
    'The lines end with a carriage return alone. Save the file with line ends LF or CRLF.',
    line,
  );

const tooLong = (line: number) =>
  new CsvFault(
    'record_too_long',
    `A record is longer than ${RECORD_BYTES_MAX / 1_000_000} MB. Is a quote never closed?`,
    line,
  );

const unclosed = (line: number) =>
  new CsvFault(
    'unclosed_quote',
    'A quoted cell is not closed where it ends, so the record takes in the lines after it.',
    line,
  );

const notText = (line: number) =>
  new CsvFault(
    'not_utf8',
    'The bytes are not text in UTF-8, nor in UTF-16 by a byte order mark. Save the file as UTF-8.',
    line,
  );
