import { FIGURES, type Figures } from '../domain/figures.ts';
import { type Instant, microsText } from '../domain/instant.ts';
import type { Kind } from '../domain/observation.ts';
import { formatObservationId } from '../domain/observation-id.ts';
import { sha256Hex } from '../raw/sha256.ts';

/** The changes of rows in parts; the part `listings` has the listings. */
export const ROW_CHANGES = ['added', 'revised', 'withdrawn'] as const;
export type RowChange = (typeof ROW_CHANGES)[number];

/** A change of a row, with everything needed to restore the row. A withdrawn row has only an id and a reason. */
export interface LakeRow extends Figures {
  version: Instant;
  change: RowChange;
  source: string;
  external_id: string;
  kind: Kind;
  created_at: Instant;
  revision: number;
  /** The id of the row that it superseded. */
  replaces: string | null;
  /** For a withdrawal. */
  reason: string | null;
  /** Joined by `|`, as in exports; null for a withdrawal. */
  flags: string | null;
  run_id: string | null;
  raw_payload_id: string | null;
  pointer: string | null;
  normalizer_version: number | null;
}

/** The names of a listing, and its asset. */
export interface LakeListing {
  source: string;
  external_id: string;
  symbol: string | null;
  name: string | null;
  asset: string | null;
}

/** A cell of a part: texts unchanged, whole numbers, and instants as microseconds since 1970. */
export type Cell = string | number | bigint | null;

/** A column of a part: its storage, and its value in a row. */
export interface Column<Row> {
  name: string;
  type: 'text' | 'instant' | 'long' | 'int' | 'double';
  /** Never null. */
  required?: true;
  /** Sorted texts share their prefixes. */
  rising?: true;
  read: (row: Row) => Cell;
}

const micros = (instant: Instant): bigint => BigInt(microsText(instant));
const long = (digits: string | null): bigint | null => (digits === null ? null : BigInt(digits));
/** For computing without the last digits; the text column has the exact number. */
const double = (digits: string | null): number | null => (digits === null ? null : Number(digits));

export const idOf = (row: LakeRow): string => formatObservationId({ ...row, observed_at: row.created_at });

/** The columns of a part of changes, in order; new ones go to the end. */
export const ROW_COLUMNS: readonly Column<LakeRow>[] = [
  { name: 'version', type: 'instant', required: true, read: (row) => micros(row.version) },
  { name: 'change', type: 'text', required: true, read: (row) => row.change },
  { name: 'id', type: 'text', required: true, rising: true, read: idOf },
  { name: 'source', type: 'text', required: true, read: (row) => row.source },
  { name: 'external_id', type: 'text', required: true, read: (row) => row.external_id },
  { name: 'listing', type: 'text', required: true, read: (row) => `${row.source}:${row.external_id}` },
  { name: 'kind', type: 'text', required: true, read: (row) => row.kind },
  { name: 'created_at', type: 'instant', required: true, read: (row) => micros(row.created_at) },
  { name: 'revision', type: 'int', required: true, read: (row) => row.revision },
  { name: 'replaces', type: 'text', read: (row) => row.replaces },
  { name: 'reason', type: 'text', read: (row) => row.reason },
  ...FIGURES.map((figure): Column<LakeRow> => ({ name: figure, type: 'text', read: (row) => row[figure] })),
  { name: 'price', type: 'double', read: (row) => double(row.price_usd) },
  { name: 'flags', type: 'text', read: (row) => row.flags },
  { name: 'run_id', type: 'long', read: (row) => long(row.run_id) },
  { name: 'raw_payload_id', type: 'long', read: (row) => long(row.raw_payload_id) },
  { name: 'pointer', type: 'text', read: (row) => row.pointer },
  { name: 'normalizer_version', type: 'int', read: (row) => row.normalizer_version },
];

export const LISTING_COLUMNS: readonly Column<LakeListing>[] = [
  { name: 'id', type: 'text', required: true, read: (row) => `${row.source}:${row.external_id}` },
  { name: 'source', type: 'text', required: true, read: (row) => row.source },
  { name: 'external_id', type: 'text', required: true, read: (row) => row.external_id },
  { name: 'symbol', type: 'text', read: (row) => row.symbol },
  { name: 'name', type: 'text', read: (row) => row.name },
  { name: 'asset', type: 'text', read: (row) => row.asset },
];

const order = (a: string | bigint | number, b: typeof a): number => (a < b ? -1 : a > b ? 1 : 0);

/** The sort order of a part: by coin and instant, so a reader of one coin reads little of the file. */
export const byCoin = (a: LakeRow, b: LakeRow): number =>
  order(a.external_id, b.external_id) ||
  order(micros(a.created_at), micros(b.created_at)) ||
  order(a.source, b.source) ||
  order(a.kind, b.kind) ||
  a.revision - b.revision ||
  order(micros(a.version), micros(b.version));

export const byId = (a: LakeListing, b: LakeListing): number =>
  order(a.source, b.source) || order(a.external_id, b.external_id);

/** Rows that are encoded, hashed and read together. */
export const GROUP_ROWS = 10_000;

export function* groupsOf<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let from = 0; from < rows.length; from += GROUP_ROWS) yield rows.slice(from, from + GROUP_ROWS);
}

/** A summary of rows: their number, and a hash over their texts. */
export interface Content {
  rows: number;
  hash: string;
}

/**
 * A SHA-256 over the texts of all cells, group by group: the rows from the database and the rows read back from a
 * part have the same hash, with any writer of the file. It omits the double, because its text is included.
 */
export async function contentHash<Row>(
  groups: Iterable<Row[]> | AsyncIterable<Row[]>,
  columns: readonly Column<Row>[],
): Promise<Content> {
  const hashed = columns.filter(({ type }) => type !== 'double');
  const encoder = new TextEncoder();
  const hashes: string[] = [];
  let rows = 0;
  for await (const group of groups) {
    const texts = group.map((row) => JSON.stringify(hashed.map(({ read }) => textOf(read(row)))));
    hashes.push(await sha256Hex(encoder.encode(texts.join('\n'))));
    rows += group.length;
  }
  return { rows, hash: await sha256Hex(encoder.encode(hashes.join('\n'))) };
}

const textOf = (cell: Cell): string | null => (cell === null ? null : String(cell));
