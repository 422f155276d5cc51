import { parseRecords } from '../sources/csv/parse-records.ts';
import type { CsvEncoding, CsvHead, CsvRecord } from '../sources/csv/record.ts';
import { HEAD_BYTES, readHead } from './csv.ts';

/** The positions of samples other than the beginning and the end, as shares of the size of the file. */
const MIDDLES = [0.25, 0.5, 0.75];
const PIECE_BYTES = 16 * 1024;

export interface SampledFile {
  size_bytes: number;
  /** The delimiter, if the sender states it. */
  delimiter: string | null;
  /** The bytes from an offset, optionally limited in number. */
  bytesFrom(offset: number, length?: number): Promise<ReadableStream<Uint8Array>>;
}

/**
 * Reads samples of a file: its head, its tail and pieces between them, each by range. If a file is little longer
 * than the head, the head is the whole file.
 */
export async function readSamples(file: SampledFile): Promise<CsvHead> {
  const head = await readHead(await file.bytesFrom(0), file.delimiter);
  const isSmall = file.size_bytes < HEAD_BYTES + PIECE_BYTES;
  // If records contain line ends, only the first line is certain to begin a record.
  const isLined = head.records.every(({ raw }) => !raw.includes('\n'));
  if (head.is_whole || head.fault !== null || !isLined || isSmall) return head;
  const starts = [
    ...MIDDLES.map((share) => even(file.size_bytes * share)),
    even(file.size_bytes - PIECE_BYTES),
  ];
  const pieces: CsvRecord[][] = [];
  for (const start of starts) {
    if (start < HEAD_BYTES) continue;
    const isLast = start === starts.at(-1);
    const length = isLast ? file.size_bytes - start : PIECE_BYTES;
    const bytes = new Uint8Array(await new Response(await file.bytesFrom(start, length)).arrayBuffer());
    pieces.push(recordsOf(bytes, head, isLast));
  }
  return { ...head, pieces };
}

/** Characters of UTF-16 begin at even offsets. */
const even = (offset: number): number => Math.max(0, Math.floor(offset / 2) * 2);

/** The complete records of a piece that begins and ends anywhere. */
function recordsOf(bytes: Uint8Array, { encoding, delimiter }: CsvHead, isLast: boolean): CsvRecord[] {
  const text = decode(bytes, encoding);
  const start = text.indexOf('\n') + 1;
  const end = isLast ? text.length : text.lastIndexOf('\n') + 1;
  if (start === 0 || end <= start) return [];
  const lines = text.slice(start, end);
  const { records } = parseRecords(
    lines,
    lines.length,
    { encoding, delimiter, byte_offset: 0, line: 0 },
    true,
  );
  return records.map((record) => ({ ...record, line: 0 }));
}

const decode = (bytes: Uint8Array, encoding: CsvEncoding): string =>
  new TextDecoder(encoding, { fatal: false, ignoreBOM: true }).decode(bytes);
