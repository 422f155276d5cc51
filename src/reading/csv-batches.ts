import { apartOnes } from '../domain/batch.ts';
import { type CsvPlan, type CsvPosition, type CsvRecord, rowReader } from '../sources/csv/index.ts';
import { type CsvEncoding, parsePointer } from '../sources/csv/record.ts';
import type { Reading } from '../sources/source.ts';
import { readCsv } from './csv.ts';
import { type NormalizedBatch, sortReadings } from './normalize-batch.ts';

/** A batch ends at the first of these limits. */
const BATCH_ROWS = 10_000;
const BATCH_BYTES = 3_000_000;

/** How a file is read, and from which position. */
export interface FileReading {
  plan: CsvPlan;
  encoding: CsvEncoding;
  done_bytes: number;
  next_line: number;
}

export interface BatchPlace {
  from_bytes: number;
  to_bytes: number;
  next_line: number;
}

/** Some records of a file, normalized, and their positions. */
export interface CsvBatch {
  batch: NormalizedBatch;
  place: BatchPlace;
  /** The original record at a pointer. */
  rawAt: (pointer: string) => string;
}

/**
 * Reads a file in batches, with the code for polled records. Records before a fault come before it (CsvFault). The
 * limits of batches are arbitrary: nothing may depend on them.
 */
export async function* csvBatches(
  stream: ReadableStream<Uint8Array>,
  { plan, encoding, done_bytes, next_line }: FileReading,
  sandbox: boolean,
): AsyncGenerator<CsvBatch> {
  const readRow = rowReader(plan);
  const position = { encoding, delimiter: plan.delimiter, byte_offset: done_bytes, line: next_line };
  let read = noRows();
  let from_bytes = done_bytes;
  function* batchesTo(end: Pick<CsvRecord, 'next_offset' | 'next_line'>): Generator<CsvBatch> {
    const { readings, offsets, raws } = read;
    read = noRows();
    const whole = sortReadings(readings, sandbox);
    const parts = partsOf(whole, offsets, end);
    for (const { from, to, next_offset, next_line } of parts) {
      const place = { from_bytes, to_bytes: next_offset, next_line };
      from_bytes = next_offset;
      const batch = parts.length === 1 ? whole : sortReadings(readings.slice(from, to), sandbox);
      yield { batch, place, rawAt: rawsOf(offsets.slice(from, to), raws.slice(from, to)) };
    }
  }
  let last: CsvRecord | null = null;
  try {
    for await (const slice of readCsv(stream, position)) {
      for (const record of slice) {
        // Read at once, so unused cells are freed soon.
        read.readings.push(readRow(record));
        read.offsets.push(record.byte_offset);
        read.raws.push(record.raw);
        last = record;
        if (read.readings.length < BATCH_ROWS && record.next_offset - from_bytes < BATCH_BYTES) continue;
        yield* batchesTo(record);
        last = null;
      }
    }
  } catch (error) {
    if (last !== null) yield* batchesTo(last);
    throw error;
  }
  if (last !== null) yield* batchesTo(last);
}

interface ReadRows {
  readings: Reading[];
  offsets: number[];
  raws: string[];
}

const noRows = (): ReadRows => ({ readings: [], offsets: [], raws: [] });

interface Part {
  /** Positions of the records. */
  from: number;
  to: number;
  next_offset: number;
  next_line: number;
}

/**
 * The batches for some records: one, unless a record and an earlier one of its key may both repeat a known value,
 * rounded. The tape decides after the earlier one is loaded.
 */
function partsOf(
  { observations, read }: NormalizedBatch,
  offsets: number[],
  { next_offset, next_line }: Pick<CsvRecord, 'next_offset' | 'next_line'>,
): Part[] {
  const parts: Part[] = [];
  let from = 0;
  const apart = observations.some(({ repeat }) => repeat === 'differs') ? apartOnes(observations) : [];
  for (const { pointer } of apart) {
    const place = parsePointer(pointer);
    if (place === undefined) continue;
    const to = offsets.indexOf(place.byte_offset);
    parts.push({ from, to, next_offset: place.byte_offset, next_line: place.line });
    from = to;
  }
  return [...parts, { from, to: read, next_offset, next_line }];
}

/** The texts of records by position, looked up only if the database refuses one. */
function rawsOf(offsets: number[], raws: string[]): CsvBatch['rawAt'] {
  return (pointer) => raws[offsets.indexOf(parsePointer(pointer)?.byte_offset ?? -1)] ?? '';
}

/** The number of records before the rows of a file. */
export async function rowsBegin(
  stream: ReadableStream<Uint8Array>,
  position: CsvPosition,
  header_records: number,
): Promise<Pick<FileReading, 'done_bytes' | 'next_line'>> {
  let toSkip = header_records;
  if (toSkip > 0)
    for await (const records of readCsv(stream, position)) {
      const last = records[toSkip - 1];
      if (last !== undefined) return { done_bytes: last.next_offset, next_line: last.next_line };
      toSkip -= records.length;
    }
  else await stream.cancel();
  return { done_bytes: position.byte_offset, next_line: position.line };
}
