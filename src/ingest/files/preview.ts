import type { Deps } from '../../deps.ts';
import type { Observation } from '../../domain/observation.ts';
import type { CsvBatch } from '../../reading/csv-batches.ts';
import { parsePointer } from '../../sources/csv/record.ts';
import { predictAssets } from '../upkeep/predict-assets.ts';

const PREVIEW_RECORDS = 10;
/** Records may be long; the preview stores only this much of one. */
const PREVIEW_CHARS_MAX = 100_000;

/** A record as in the file, and the row that it becomes. */
export interface PreviewRecord {
  pointer: string;
  line: number;
  raw: string;
  /** Null if it was rejected. */
  row: Observation | null;
  /** For a dry run: the asset that the row would get. */
  asset: string | null;
}

/** The first records of a batch that a preview of this many records still lacks, with the row of each. */
export function previewOf({ batch, rawAt }: CsvBatch, shown: number): PreviewRecord[] {
  const count = PREVIEW_RECORDS - shown;
  if (count <= 0) return [];
  const { observations, rejects } = batch;
  const rows = observations.slice(0, count).map(({ repeat: _, ...row }) => ({ pointer: row.pointer, row }));
  const refused = rejects.slice(0, count).map(({ pointer }) => ({ pointer, row: null }));
  let chars = 0;
  return [...rows, ...refused]
    .map((record) => ({ ...record, byte: parsePointer(record.pointer)?.byte_offset ?? 0 }))
    .sort((a, b) => a.byte - b.byte)
    .slice(0, count)
    .flatMap(({ pointer, row }) => {
      const raw = storable(rawAt(pointer));
      chars += raw.length;
      const line = parsePointer(pointer)?.line ?? 0;
      return chars > PREVIEW_CHARS_MAX ? [] : [{ pointer, line, raw, row, asset: null }];
    });
}

/** Postgres cannot store NUL or half a surrogate pair. */
const storable = (raw: string) => raw.replaceAll('\0', '␀').toWellFormed();

/** The same, with the asset that each row would get. */
export async function withAssets(deps: Deps, preview: PreviewRecord[]): Promise<PreviewRecord[]> {
  const assets = await predictAssets(
    deps,
    preview.flatMap(({ row }) => row ?? []),
  );
  return preview.map((record) => ({
    ...record,
    asset: assets.get(record.row?.external_id ?? '') ?? null,
  }));
}
