import type { Query } from '../../db/client.ts';
import { type BatchOrigin, judgeObservations } from '../../db/observations/load.ts';
import { countRun } from '../../db/runs/lifecycle.ts';
import { insertRejects } from '../../db/runs/rejects.ts';
import { type Lease, renewLease } from '../../db/tape/leases.ts';
import { advanceUpload, keepPreview, uploadOffset } from '../../db/uploads/lifecycle.ts';
import type { Deps } from '../../deps.ts';
import type { CsvBatch } from '../../reading/csv-batches.ts';
import type { NormalizedBatch } from '../../reading/normalize-batch.ts';
import { type LoadCounts, type LoadStatements, loadBatch, loadStatements } from '../load-batch.ts';

const PREVIEW_ROWS = 10;

/** An upload being read: what each of its batches shares. */
export interface RunningImport {
  upload_id: string;
  lease: Lease;
  origin: BatchOrigin;
  dry_run: boolean;
}

/** A batch whose statements are written. */
export interface WrittenBatch extends CsvBatch {
  /** Null for a dry run. */
  statements: LoadStatements | null;
}

/** Writes the statements of batches as they are read. */
export async function* writeBatches(
  deps: Deps,
  { origin, dry_run }: RunningImport,
  batches: AsyncGenerator<CsvBatch>,
): AsyncGenerator<WrittenBatch> {
  for await (const each of batches) {
    const statements = dry_run ? null : loadStatements(deps, origin, each.batch);
    // What stands in the statements need not be kept besides.
    if (statements !== null) each.batch.observations = [];
    yield { ...each, statements };
  }
}

/**
 * Commits a batch with the offset behind it; a dry run commits the offset, the counts and the rejects alone.
 * Null when it was done but the answer was lost. `after` is the commit before it, which may be on its way still:
 * should that one fail, so does this one.
 */
export async function importBatch(
  deps: Deps,
  running: RunningImport,
  { batch, place, rawAt, statements }: WrittenBatch,
  after: Promise<unknown> | null,
): Promise<LoadCounts | null> {
  const { db } = deps;
  const moved = () => advanceUpload(db, { id: running.upload_id, ...place });
  if (statements === null) {
    await after;
    return judgeBatch(deps, running, batch, moved);
  }
  return loadBatch(deps, {
    lease: running.lease,
    origin: running.origin,
    batch,
    statements,
    together: () => [moved()],
    isCommitted: async () => {
      const [row] = await uploadOffset(db, running.upload_id);
      return Number(row?.done_bytes) >= place.to_bytes;
    },
    rawAt,
    after,
  });
}

async function judgeBatch(
  { db }: Deps,
  { lease, origin, upload_id }: RunningImport,
  batch: NormalizedBatch,
  moved: () => Query,
): Promise<LoadCounts> {
  const [judged] = await judgeObservations(db, origin, batch.observations);
  const counts = {
    read: batch.read,
    inserted: Number(judged?.inserted ?? 0),
    duplicate: Number(judged?.duplicate ?? 0) + batch.duplicates,
    rejected: Number(judged?.rejected ?? 0) + batch.rejects.length,
  };
  await db.batch([
    renewLease(db, lease),
    moved(),
    countRun(db, origin.run_id, counts),
    keepPreview(db, upload_id, batch.observations.slice(0, PREVIEW_ROWS)),
    ...(batch.rejects.length > 0 ? [insertRejects(db, origin, batch.rejects)] : []),
  ]);
  return counts;
}
