import { settleCandles } from '../../db/candles/follow.ts';
import { rowIn } from '../../db/client.ts';
import { findWrittenThrough } from '../../db/lake/progress.ts';
import {
  finishThinning,
  listThinnings,
  planThinning,
  raiseHorizon,
  type Thinning,
  thinRows,
} from '../../db/retention/thin.ts';
import { renewLease } from '../../db/tape/leases.ts';
import { openVersion } from '../../db/tape/version.ts';
import type { Deps } from '../../deps.ts';
import { NO_LAKE, THINNING_UNITS, thinningHorizons, writtenHorizons } from '../../domain/retention.ts';
import { POLLED_SOURCES } from '../../sources/registry.ts';
import type { RunningMaintenance } from './slice.ts';

/** Rows per transaction: each locks the tape for well under a second, like a load. */
const SLICE_ROWS = 2_000;

/**
 * Thins observations of polled sources that have become too old, slice by slice, until nothing is left (true) or
 * time is up (false). Safe to repeat: the position moves in the transaction that removes rows. While the lake is
 * on, it removes only rows in a part that was read back: all changes known up to the horizon are written, including
 * the ends of rows.
 */
export async function thinObservations(
  deps: Deps,
  running: RunningMaintenance,
  keepDays: number,
): Promise<boolean> {
  const { db } = deps;
  const written = deps.settings.LAKE === 'on' ? rowIn(await findWrittenThrough(db)).written_through : NO_LAKE;
  if (written === null) return true; // nothing is written yet, so nothing is removed
  const horizons = writtenHorizons(thinningHorizons(deps.now(), keepDays), written);
  const plans = POLLED_SOURCES.flatMap(({ id: source }) =>
    THINNING_UNITS.map((unit) => planThinning(db, { source, unit, horizon: horizons[unit] })),
  );
  await db.batch([renewLease(db, running.lease), openVersion(db), raiseHorizon(db, horizons.hour), plans]);
  const open = await listThinnings(db, written);
  for (const thinning of open) if (!(await thin(deps, running, thinning))) return false;
  return true;
}

/** One thinning until its end (true), or until the end of this slice (false). */
async function thin(
  { db, log }: Deps,
  { lease, isOver }: RunningMaintenance,
  thinning: Pick<Thinning, 'source' | 'unit'>,
): Promise<boolean> {
  for (;;) {
    const [, , result] = await db.batch([
      renewLease(db, lease),
      openVersion(db),
      thinRows(db, thinning, SLICE_ROWS),
      settleCandles(db),
    ]);
    const { removed, exhausted } = rowIn(result);
    if (removed !== '0') log.info('observations.thinned', { ...thinning, removed: Number(removed) });
    if (exhausted) break;
    if (isOver()) return false;
  }
  await db.batch([renewLease(db, lease), openVersion(db), finishThinning(db, thinning)]);
  return true;
}
