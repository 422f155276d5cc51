import { type CsvPlan, type CsvRecord, rowReader } from '../sources/csv/index.ts';
import { type CsvEncoding, parsePointer } from '../sources/csv/record.ts';
import type { Reading } from '../sources/source.ts';
import { readCsv } from './csv.ts';
import { type NormalizedBatch, sortReadings } from './normalize-batch.ts';

/** A batch ends at whichever it meets first. */
const BATCH_ROWS = 10_000;
const BATCH_BYTES = 3_000_000;

/** How a file is read, and from where on. */
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

/** Some records of a file, normalized, and where they stand in it. */
export interface CsvBatch {
  batch: NormalizedBatch;
  place: BatchPlace;
  /** The record at a pointer as it was sent. */
  rawAt: (pointer: string) => string;
}

/**
 * Reads a file in batches, with the code of polled records. Records before a fault come before it (CsvFault).
 * Where batches end is not part of what a file says: nothing may depend on it.
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
  const batchTo = ({ next_offset, next_line }: CsvRecord): CsvBatch => {
    const { readings, offsets, raws } = read;
    const place = { from_bytes, to_bytes: next_offset, next_line };
    read = noRows();
    from_bytes = next_offset;
    return { batch: sortReadings(readings, sandbox), place, rawAt: rawsOf(offsets, raws) };
  };
  let last: CsvRecord | null = null;
  try {
    for await (const slice of readCsv(stream, position)) {
      for (const record of slice) {
        // Read at once, so that what a row is not made of is given up soon.
        read.readings.push(readRow(record));
        read.offsets.push(record.byte_offset);
        read.raws.push(record.raw);
        last = record;
        if (read.readings.length < BATCH_ROWS && record.next_offset - from_bytes < BATCH_BYTES) continue;
        yield batchTo(record);
        last = null;
      }
    }
  } catch (error) {
    if (last !== null) yield batchTo(last);
    throw error;
  }
  if (last !== null) yield batchTo(last);
}

interface ReadRows {
  readings: Reading[];
  offsets: number[];
  raws: string[];
}

const noRows = (): ReadRows => ({ readings: [], offsets: [], raws: [] });

/** The texts of records by their place, looked up only when the database refuses one. */
function rawsOf(offsets: number[], raws: string[]): CsvBatch['rawAt'] {
  return (pointer) => raws[offsets.indexOf(parsePointer(pointer)?.byte_offset ?? -1)] ?? '';
}
