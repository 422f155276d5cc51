import { settleCandles } from '../db/candles/follow.ts';
import { type Query, rowIn } from '../db/client.ts';
import { loadCatalog } from '../db/identity/catalog.ts';
import { loadListings } from '../db/identity/load-listings.ts';
import type { BatchOrigin } from '../db/observations/judge.ts';
import { type LoadedRow, loadObservations } from '../db/observations/load.ts';
import { loadMarketTotals } from '../db/observations/load-market-totals.ts';
import { loadRates } from '../db/rates/load.ts';
import { flagAfterThinning } from '../db/retention/horizon.ts';
import { countRun } from '../db/runs/lifecycle.ts';
import { insertRejects, setRejectRaws } from '../db/runs/rejects.ts';
import { type Lease, renewLease } from '../db/tape/leases.ts';
import { openVersion } from '../db/tape/version.ts';
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import type { NormalizedBatch } from '../reading/normalize-batch.ts';

const COMMIT_ATTEMPTS_MAX = 3;
const COMMIT_WAIT_MS = 500;

export interface Load {
  lease: Lease;
  origin: BatchOrigin;
  batch: NormalizedBatch;
  statements: LoadStatements;
  /**
   * Statements that commit with the rows: a mark that raises an error if this load was committed before, a
   * checkpoint.
   */
  together: () => Query[];
  /** Whether this load is committed. Asked after a lost answer. */
  isCommitted: () => Promise<boolean>;
  /** The original record at a pointer, for rejects that only the database can find. */
  rawAt: (pointer: string) => string;
  /**
   * The previous load, if it may still be in progress: the database makes this load wait for the lease of that one,
   * so sending it early costs no time. If it then fails, it is tried again after that one is committed.
   */
  after?: Promise<unknown> | null;
}

/** The statements of a batch, written separately: they can be made while another batch is being committed. */
export interface LoadStatements {
  before: Query<unknown>[];
  loads: Query<LoadedRow[]>[];
}

export interface LoadCounts {
  read: number;
  inserted: number;
  duplicate: number;
  rejected: number;
}

/**
 * The only commit: rows, rejects, checkpoint and counters, in one transaction and one round trip. Returns its
 * result, or null if it was committed but the answer was lost. It asks for the state before a commit is tried
 * again, so nothing is loaded twice.
 */
export async function loadBatch(deps: Deps, load: Load): Promise<LoadCounts | null> {
  let { after = null } = load;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await commit(deps, load);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (after !== null) {
        // The load may have come before its turn, or not at all. If the previous one has failed, this one fails
        // too.
        await after;
        after = null;
        if (await load.isCommitted().catch(() => false)) return null;
        continue;
      }
      if (error.code === 'already_loaded' && attempt > 1) return null;
      if (error.code !== 'database_unavailable' || attempt === COMMIT_ATTEMPTS_MAX) throw error;
      await deps.sleep(COMMIT_WAIT_MS * attempt);
      // An unreachable database gives no answer: if the commit did happen, the next attempt gets `already_loaded`.
      if (await load.isCommitted().catch(() => false)) return null;
    }
  }
}

/** Writes the statements of a batch; sends none. */
export function loadStatements({ db }: Deps, origin: BatchOrigin, batch: NormalizedBatch): LoadStatements {
  const { observations, market_totals, rates, catalog, rejects, duplicates } = batch;
  const aside = {
    read: rejects.length + duplicates,
    inserted: 0,
    duplicate: duplicates,
    rejected: rejects.length,
  };
  return {
    before: [
      ...(rejects.length > 0 ? [insertRejects(db, origin, rejects)] : []),
      ...(aside.read > 0 ? [countRun(db, origin.run_id, aside)] : []),
      ...(catalog.length > 0 ? [loadCatalog(db, origin.source, catalog)] : []),
      ...(observations.length > 0 ? [loadListings(db, origin.source, observations, seenAt(origin))] : []),
    ],
    loads: [
      ...market_totals.map((totals) => loadMarketTotals(db, origin, totals)),
      ...(rates.length > 0 ? [loadRates(db, origin, rates)] : []),
      ...(observations.length > 0 ? [loadObservations(db, origin, observations)] : []),
    ],
  };
}

/** History and files do not say what a source lists now. */
const seenAt = ({ source, fetched_at, fills_only }: BatchOrigin) =>
  source === 'csv' || fills_only ? null : fetched_at;

async function commit(
  { db }: Deps,
  { lease, origin, batch, statements, together, rawAt }: Load,
): Promise<LoadCounts> {
  const [, , , , results] = await db.batch([
    renewLease(db, lease),
    together(),
    openVersion(db, { run_id: origin.run_id, changed: { source: origin.source } }),
    statements.before,
    statements.loads,
    settleCandles(db),
    origin.source === 'csv' ? [] : [flagAfterThinning(db)],
  ]);
  const loaded = results.map(rowIn);
  const sum = (count: 'inserted' | 'duplicate' | 'rejected') =>
    loaded.reduce((total, row) => total + Number(row[count]), 0);
  const rejected = loaded.flatMap((row) => row.rejected_pointers ?? []);
  if (rejected.length > 0)
    await setRejectRaws(
      db,
      origin.raw_payload_id,
      rejected.map((pointer) => ({ pointer, raw: rawAt(pointer) })),
    );
  return {
    read: batch.read,
    inserted: sum('inserted'),
    duplicate: sum('duplicate') + batch.duplicates,
    rejected: sum('rejected') + batch.rejects.length,
  };
}
