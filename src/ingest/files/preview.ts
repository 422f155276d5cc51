import type { Deps } from '../../deps.ts';
import type { Observation } from '../../domain/observation.ts';
import type { CsvBatch } from '../../reading/csv-batches.ts';
import { parsePointer } from '../../sources/csv/record.ts';
import { predictAssets } from '../upkeep/predict-assets.ts';

const PREVIEW_RECORDS = 10;
/** Records may be long; no more of them are kept. */
const PREVIEW_CHARS_MAX = 100_000;

/** A record as it stands in the file, and what is made of it. */
export interface PreviewRecord {
  pointer: string;
  line: number;
  raw: string;
  /** Null when it was refused. */
  row: Observation | null;
  /** Of a dry run: the asset that the row would get. */
  asset: string | null;
}

/** The first records of a batch that a preview of so many records lacks yet, with what is made of each. */
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

/** Postgres cannot hold NUL, nor half a character. */
const storable = (raw: string) => raw.replaceAll('\0', '␀').toWellFormed();

/** The same with the asset that each row would get. */
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
