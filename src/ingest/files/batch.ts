import { SeriesDiffers } from '../../db/database-error.ts';
import type { BatchOrigin } from '../../db/observations/judge.ts';
import { countRun } from '../../db/runs/lifecycle.ts';
import { insertRejects } from '../../db/runs/rejects.ts';
import { type Lease, renewLease } from '../../db/tape/leases.ts';
import { advanceUpload, keepPreview, uploadOffset } from '../../db/uploads/lifecycle.ts';
import type { Deps } from '../../deps.ts';
import type { CsvBatch } from '../../reading/csv-batches.ts';
import { type LoadCounts, type LoadStatements, loadBatch, loadStatements } from '../load-batch.ts';
import { seriesDiffers } from './check-samples.ts';
import type { DryTape } from './dry-tape.ts';
import { type PreviewRecord, previewOf, withAssets } from './preview.ts';

/** An upload that is being read: the facts that all its batches share. */
export interface RunningImport {
  upload_id: string;
  lease: Lease;
  origin: BatchOrigin;
  /** Set for a dry run. */
  dry: DryTape | null;
  /** The number of records that the preview already has. */
  previewed: number;
}

/** A batch whose statements are ready. */
export interface WrittenBatch extends CsvBatch {
  /** Null for a dry run. */
  statements: LoadStatements | null;
  /** The records that the preview still lacks. */
  preview: PreviewRecord[];
}

/** Writes the statements of batches while they are read. */
export async function* writeBatches(
  deps: Deps,
  { origin, dry, previewed }: RunningImport,
  batches: AsyncGenerator<CsvBatch>,
): AsyncGenerator<WrittenBatch> {
  let shown = previewed;
  for await (const each of batches) {
    const statements = dry === null ? loadStatements(deps, origin, each.batch) : null;
    const preview = previewOf(each, shown);
    shown += preview.length;
    // The statements contain the rows, so the batch need not keep them.
    if (statements !== null) each.batch.observations = [];
    yield { ...each, statements, preview };
  }
}

/**
 * Commits a batch with its end offset; a dry run commits only the offset, the counts and the rejects. Returns null
 * if it was committed but the answer was lost. `after` is the previous commit, which may still be in progress: if
 * it fails, so does this one.
 */
export async function importBatch(
  deps: Deps,
  running: RunningImport,
  written: WrittenBatch,
  after: Promise<unknown> | null,
): Promise<LoadCounts | null> {
  const { db } = deps;
  const { batch, place, rawAt, statements, preview } = written;
  if (statements === null) {
    await after;
    return judgeBatch(deps, running, written);
  }
  const loading = loadBatch(deps, {
    lease: running.lease,
    origin: running.origin,
    batch,
    statements,
    together: () => [
      advanceUpload(db, { id: running.upload_id, ...place }),
      ...(preview.length === 0 ? [] : [keepPreview(db, running.upload_id, preview)]),
    ],
    isCommitted: async () => {
      const [row] = await uploadOffset(db, running.upload_id);
      return Number(row?.done_bytes) >= place.to_bytes;
    },
    rawAt,
    after,
  });
  return await loading.catch((error: unknown) => {
    throw error instanceof SeriesDiffers ? seriesDiffers(error.far) : error;
  });
}

async function judgeBatch(
  deps: Deps,
  { lease, origin, upload_id, dry }: RunningImport,
  written: WrittenBatch,
): Promise<LoadCounts | null> {
  if (dry === null) return null;
  const { db } = deps;
  const { batch, place, preview } = written;
  const { inserted, duplicate, rejects: found } = await dry.judge(deps, origin, written);
  const rejects = [...batch.rejects, ...found];
  const counts = { read: batch.read, inserted, duplicate, rejected: rejects.length };
  const shown = preview.length === 0 ? [] : [keepPreview(db, upload_id, await withAssets(deps, preview))];
  await db.batch([
    renewLease(db, lease),
    advanceUpload(db, { id: upload_id, ...place }),
    countRun(db, origin.run_id, counts),
    shown,
    rejects.length > 0 ? [insertRejects(db, origin, rejects)] : [],
  ]);
  return counts;
}
