import { settleCandles } from '../../db/candles/follow.ts';
import { markNextStale, markOutdated, REBUILD_LEASE } from '../../db/candles/rebuild.ts';
import { rowIn } from '../../db/client.ts';
import { type Lease, releaseLease, renewLease, takeLease } from '../../db/tape/leases.ts';
import { openVersion } from '../../db/tape/version.ts';
import type { Deps } from '../../deps.ts';

/** Observations per transaction: each locks the tape for well under a second. */
const SLICE_ROWS = 20_000;
/**
 * Candles of an older rule. With a coin that is polled every five minutes, they have as many observations as a
 * slice.
 */
const SLICE_CANDLES = 2_000;
const SLICE_MS_MAX = 10_000;

export interface Rebuild {
  slice_rows?: number;
  slice_candles?: number;
}

export type RebuildOutcome = 'done' | 'continue' | { busy_seconds: number };

/**
 * Rebuilds candles from the observations, slice by slice: first candles of an older rule, then all of them if that
 * was requested; frozen candles stay. Works until the end (`done`) or the end of this message (`continue`). The
 * remaining work is in the database, so any later message continues where it stopped. Loads may come in between.
 */
export async function rebuildCandles(
  deps: Deps,
  { slice_rows = SLICE_ROWS, slice_candles = SLICE_CANDLES }: Rebuild = {},
): Promise<RebuildOutcome> {
  const { db, now } = deps;
  const [taken] = await takeLease(db, REBUILD_LEASE);
  if (taken === undefined || taken.token === null) return { busy_seconds: Number(taken?.busy_seconds ?? 1) };
  const lease = { name: REBUILD_LEASE, token: Number(taken.token) };
  const deadline = now().getTime() + SLICE_MS_MAX;
  try {
    while (!(await renewOutdated(deps, lease, slice_candles)))
      if (now().getTime() > deadline) return 'continue';
    while (!(await rebuildNext(deps, lease, slice_rows))) if (now().getTime() > deadline) return 'continue';
    return 'done';
  } finally {
    await releaseLease(db, lease).catch(() => {});
  }
}

/** True if no candle of an older rule is left. */
async function renewOutdated({ db, log }: Deps, lease: Lease, limit: number): Promise<boolean> {
  const [, , marked] = await db.batch([
    renewLease(db, lease),
    openVersion(db),
    markOutdated(db, limit),
    settleCandles(db),
  ]);
  const { found } = rowIn(marked);
  if (found > 0) log.info('candles.renewed', { candles: found });
  return found < limit;
}

/** True at the end of the requested rebuild, or if none is open. */
async function rebuildNext({ db, log }: Deps, lease: Lease, limit: number): Promise<boolean> {
  const [, , marked] = await db.batch([
    renewLease(db, lease),
    openVersion(db),
    markNextStale(db, limit),
    settleCandles(db),
  ]);
  const { listing_id, day } = rowIn(marked);
  if (day === null) return true;
  log.info('candles.rebuilt', { up_to: day, listing_id });
  return false;
}
