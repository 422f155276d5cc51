import { rowIn } from '../../db/client.ts';
import { settleAltered } from '../../db/observations/follow.ts';
import { addReplayListings, finishPromotion, promoteRows } from '../../db/replays/promote.ts';
import { flagAfterThinning } from '../../db/retention/horizon.ts';
import { renewLease } from '../../db/tape/leases.ts';
import { openVersion } from '../../db/tape/version.ts';
import type { Deps } from '../../deps.ts';
import type { RunningReplay } from './slice.ts';

/** Rows per transaction: each locks the tape for well under a second. */
const SLICE_ROWS = 2_000;

/**
 * Promotes the differences of a replay, batch by batch, until none is left (true) or the slice is over (false).
 * Safe to repeat: a difference is settled in the transaction that promotes it.
 */
export async function promote(
  { db, log }: Deps,
  { replay_id, lease, isOver }: RunningReplay,
): Promise<boolean> {
  for (;;) {
    const [, , , result] = await db.batch([
      renewLease(db, lease),
      openVersion(db),
      addReplayListings(db, replay_id, SLICE_ROWS),
      promoteRows(db, replay_id, SLICE_ROWS),
      settleAltered(db, 'kept'),
      flagAfterThinning(db),
    ]);
    const { promoted, passed_over } = rowIn(result);
    if (promoted === '0' && passed_over === '0') break;
    log.info('replay.promoted', { promoted: Number(promoted), passed_over: Number(passed_over) });
    if (isOver()) return false;
  }
  await db.batch([renewLease(db, lease), finishPromotion(db, replay_id)]);
  return true;
}
