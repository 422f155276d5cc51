import { advanceCheckpoint } from '../db/checkpoints.ts';
import { databaseError, rowsOf } from '../db/client.ts';
import { type Lease, renewLease } from '../db/leases.ts';
import { loadListings } from '../db/load-listings.ts';
import { loadMarketTotals } from '../db/load-market-totals.ts';
import { type BatchOrigin, type LoadedRow, loadObservations } from '../db/load-observations.ts';
import { isLoaded, markLoaded } from '../db/raw-payloads.ts';
import { insertRejects } from '../db/rejects.ts';
import { countRun } from '../db/runs.ts';
import { openVersion } from '../db/tape-version.ts';
import type { Deps } from '../deps.ts';
import { newestInstant } from '../domain/watermark.ts';
import { AppError } from '../errors.ts';
import type { NormalizedBatch } from './normalize-batch.ts';

const COMMIT_ATTEMPTS_MAX = 3;
const COMMIT_WAIT_MS = 500;

export interface Load {
  lease: Lease;
  origin: BatchOrigin;
  endpoint: string;
  batch: NormalizedBatch;
  /** False keeps the rows but leaves the endpoint due again. */
  advance: boolean;
}

/**
 * The single commit: rows, rejects, checkpoint and counters of one payload, in one transaction and one
 * round trip. Returns what it did, or null when it was done but the answer was lost on the way: the state
 * is asked for before a commit is tried again, so nothing is loaded twice.
 */
export async function loadBatch(deps: Deps, load: Load): Promise<LoadedRow | null> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await commit(deps, load);
    } catch (thrown) {
      const error = databaseError(thrown);
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'already_loaded' && attempt > 1) return null;
      if (error.code !== 'database_unavailable' || attempt === COMMIT_ATTEMPTS_MAX) throw error;
      await deps.sleep(COMMIT_WAIT_MS * attempt);
      if (await isCommitted(deps, load.origin.raw_payload_id)) return null;
    }
  }
}

async function commit({ db }: Deps, { lease, origin, endpoint, batch, advance }: Load): Promise<LoadedRow> {
  const { observations, market_totals, rejects, duplicates } = batch;
  const aside = {
    read: rejects.length + duplicates,
    inserted: 0,
    duplicate: duplicates,
    rejected: rejects.length,
  };
  const checkpoint = {
    source: origin.source,
    endpoint,
    fetched_at: origin.fetched_at,
    watermark: newestInstant([...observations, ...market_totals].map((row) => row.observed_at)),
    raw_payload_id: origin.raw_payload_id,
    run_id: origin.run_id,
  };
  const results = await db.batch([
    renewLease(db, lease),
    markLoaded(db, origin.raw_payload_id),
    openVersion(db),
    ...market_totals.map((totals) => loadMarketTotals(db, origin, totals)),
    ...(rejects.length > 0 ? [insertRejects(db, origin, rejects)] : []),
    ...(aside.read > 0 ? [countRun(db, origin.run_id, aside)] : []),
    ...(advance ? [advanceCheckpoint(db, checkpoint)] : []),
    ...(observations.length > 0
      ? [loadListings(db, origin.source, observations), loadObservations(db, origin, observations)]
      : []),
  ]);
  const loaded = observations.length > 0 ? results.at(-1)?.rows[0] : undefined;
  return (loaded as LoadedRow | undefined) ?? { inserted: '0', duplicate: '0', older: '0' };
}

async function isCommitted(deps: Deps, rawPayloadId: number): Promise<boolean> {
  try {
    const [row] = await rowsOf<{ loaded: boolean }>(isLoaded(deps.db, rawPayloadId));
    return row?.loaded === true;
  } catch {
    return false; // still unreachable: a commit that did happen makes the next attempt `already_loaded`
  }
}
