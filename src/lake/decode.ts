import { type AsyncBuffer, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { FIGURES, recordOf } from '../domain/figures.ts';
import { type Instant, instantOfMicros } from '../domain/instant.ts';
import type { Kind } from '../domain/observation.ts';
import { GROUP_ROWS, type LakeListing, type LakeRow, type RowChange } from './row.ts';

/** A row as stored in the file: instants as our texts, whole numbers as bigint or number. */
type Stored = Record<string, string | number | bigint | null | undefined>;

/** The bytes of a file in memory. */
export const inMemory = (bytes: Uint8Array): AsyncBuffer => ({
  byteLength: bytes.byteLength,
  slice: (from, to) => bytes.slice(from, to).buffer,
});

/** The rows of a part, one row group at a time. Throws if the bytes are not a Parquet file. */
export async function* storedGroups(file: AsyncBuffer, columns?: string[]): AsyncGenerator<Stored[]> {
  const metadata = await parquetMetadataAsync(file);
  const total = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < total; rowStart += GROUP_ROWS) {
    const groups: Stored[][] = [];
    await parquetRead({
      file,
      metadata,
      ...(columns && { columns }),
      rowStart,
      rowEnd: Math.min(rowStart + GROUP_ROWS, total),
      rowFormat: 'object',
      parsers: { timestampFromMicroseconds: instantOfMicros },
      onComplete: (rows) => groups.push(rows as Stored[]),
    });
    yield groups.flat();
  }
}

export async function* rowGroups(file: AsyncBuffer): AsyncGenerator<LakeRow[]> {
  for await (const group of storedGroups(file)) yield group.map(rowOf);
}

export async function* listingGroups(file: AsyncBuffer): AsyncGenerator<LakeListing[]> {
  for await (const group of storedGroups(file)) yield group.map(listingOf);
}

const text = (cell: Stored[string]): string | null =>
  cell === null || cell === undefined ? null : String(cell);
const number = (cell: Stored[string]): number | null =>
  cell === null || cell === undefined ? null : Number(cell);

function rowOf(stored: Stored): LakeRow {
  return {
    version: stored.version as Instant,
    change: stored.change as RowChange,
    source: text(stored.source) ?? '',
    external_id: text(stored.external_id) ?? '',
    kind: stored.kind as Kind,
    created_at: stored.created_at as Instant,
    revision: Number(stored.revision),
    replaces: text(stored.replaces),
    reason: text(stored.reason),
    ...recordOf(FIGURES, (figure) => text(stored[figure])),
    flags: text(stored.flags),
    run_id: text(stored.run_id),
    raw_payload_id: text(stored.raw_payload_id),
    pointer: text(stored.pointer),
    normalizer_version: number(stored.normalizer_version),
  };
}

const listingOf = (stored: Stored): LakeListing => ({
  source: text(stored.source) ?? '',
  external_id: text(stored.external_id) ?? '',
  symbol: text(stored.symbol),
  name: text(stored.name),
  asset: text(stored.asset),
});
