import { databaseError, rowsOf } from '../db/client.ts';
import { type Lease, renewLease } from '../db/leases.ts';
import { type BatchOrigin, judgeObservations, type LoadedRow } from '../db/load-observations.ts';
import { insertRejects } from '../db/rejects.ts';
import { countRun } from '../db/runs.ts';
import { advanceUpload, keepPreview, uploadOffset } from '../db/uploads.ts';
import type { Deps } from '../deps.ts';
import { type CsvRecord, pointerOf } from '../sources/csv/record.ts';
import type { Reading } from '../sources/source.ts';
import { type LoadCounts, loadBatch } from './load-batch.ts';
import { type NormalizedBatch, sortReadings } from './normalize-batch.ts';

const PREVIEW_ROWS = 10;

/** An upload being read: what each of its batches shares. */
export interface RunningImport {
  upload_id: string;
  readRow: (record: CsvRecord) => Reading;
  lease: Lease;
  origin: BatchOrigin;
  dry_run: boolean;
}

export interface BatchPlace {
  from_bytes: number;
  to_bytes: number;
  next_line: number;
}

/**
 * Normalizes some records and commits them with the offset behind them; a dry run commits the offset, the
 * counts and the rejects alone. Null when it was done but the answer was lost.
 */
export async function importBatch(
  deps: Deps,
  running: RunningImport,
  records: CsvRecord[],
  place: BatchPlace,
): Promise<LoadCounts | null> {
  const { db, settings } = deps;
  const rawAt = (pointer: string) => records.find((record) => pointerOf(record) === pointer)?.raw ?? '';
  const readings = records.map(running.readRow);
  const batch = sortReadings(readings, settings.UPSTREAMS === 'sandbox');
  const moved = () => advanceUpload(db, { id: running.upload_id, ...place });
  if (running.dry_run) return judgeBatch(deps, running, batch, moved);
  return loadBatch(deps, {
    lease: running.lease,
    origin: running.origin,
    batch,
    together: () => [moved()],
    isCommitted: async () => {
      const [row] = await rowsOf<{ done_bytes: string }>(uploadOffset(db, running.upload_id));
      return Number(row?.done_bytes) >= place.to_bytes;
    },
    rawAt,
  });
}

async function judgeBatch(
  { db }: Deps,
  { lease, origin, upload_id }: RunningImport,
  batch: NormalizedBatch,
  moved: () => ReturnType<typeof advanceUpload>,
): Promise<LoadCounts> {
  try {
    const [judged] = await rowsOf<LoadedRow>(judgeObservations(db, origin, batch.observations));
    const counts = {
      read: batch.read,
      inserted: Number(judged?.inserted ?? 0),
      duplicate: Number(judged?.duplicate ?? 0) + batch.duplicates,
      rejected: Number(judged?.refused ?? 0) + batch.rejects.length,
    };
    await db.batch([
      renewLease(db, lease),
      moved(),
      countRun(db, origin.run_id, counts),
      keepPreview(db, upload_id, batch.observations.slice(0, PREVIEW_ROWS)),
      ...(batch.rejects.length > 0 ? [insertRejects(db, origin, batch.rejects)] : []),
    ]);
    return counts;
  } catch (error) {
    throw databaseError(error);
  }
}
