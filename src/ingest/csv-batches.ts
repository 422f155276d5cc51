import { type CsvPlan, type CsvRecord, rowReader } from '../sources/csv/index.ts';
import { type CsvEncoding, parsePointer } from '../sources/csv/record.ts';
import { type NormalizedBatch, sortReadings } from './normalize-batch.ts';
import { readCsv } from './read-csv.ts';

/** A batch ends at whichever it meets first. */
const BATCH_ROWS = 5_000;
const BATCH_BYTES = 1_500_000;

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
  let from_bytes = done_bytes;
  for await (const records of joined(stream, { plan, encoding, done_bytes, next_line })) {
    const last = records.at(-1);
    if (last === undefined) continue;
    const place = { from_bytes, to_bytes: last.next_offset, next_line: last.next_line };
    yield { batch: sortReadings(records.map(readRow), sandbox), place, rawAt: rawsOf(records) };
    from_bytes = place.to_bytes;
  }
}

/** Joins slices of records into batches. */
async function* joined(
  stream: ReadableStream<Uint8Array>,
  { plan, encoding, done_bytes, next_line }: FileReading,
): AsyncGenerator<CsvRecord[]> {
  const position = { encoding, delimiter: plan.delimiter, byte_offset: done_bytes, line: next_line };
  let batch: CsvRecord[] = [];
  let from_bytes = done_bytes;
  try {
    for await (const slice of readCsv(stream, position)) {
      for (const record of slice) {
        batch.push(record);
        if (batch.length < BATCH_ROWS && record.next_offset - from_bytes < BATCH_BYTES) continue;
        yield batch;
        batch = [];
        from_bytes = record.next_offset;
      }
    }
  } catch (error) {
    if (batch.length > 0) yield batch;
    throw error;
  }
  if (batch.length > 0) yield batch;
}

/** Keeps the texts alone; they are looked for only when the database refuses a record. */
function rawsOf(records: CsvRecord[]): CsvBatch['rawAt'] {
  const raws = records.map(({ byte_offset, raw }) => [byte_offset, raw] as const);
  let byOffset: Map<number, string> | null = null;
  return (pointer) => {
    byOffset ??= new Map(raws);
    return byOffset.get(parsePointer(pointer)?.byte_offset ?? -1) ?? '';
  };
}
