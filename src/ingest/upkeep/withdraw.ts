import { rowIn } from '../../db/client.ts';
import { settleAltered } from '../../db/observations/follow.ts';
import { finishWithdrawal, withdrawRows } from '../../db/observations/withdraw.ts';
import { flagAfterThinning } from '../../db/retention/horizon.ts';
import { openVersion } from '../../db/tape/version.ts';
import type { Deps } from '../../deps.ts';

/** Rows per transaction: each locks the tape for well under a second. */
const SLICE_ROWS = 5_000;
const SLICE_MS_MAX = 10_000;

/**
 * Withdraws the rows of a run, slice by slice. False if time ran out before the end: a new message continues. Safe
 * to repeat and to run twice at once: a row is withdrawn only while it is current.
 */
export async function withdraw(deps: Deps, { run_id }: { run_id: number }): Promise<boolean> {
  const deadline = deps.now().getTime() + SLICE_MS_MAX;
  const { db, log } = deps;
  for (;;) {
    const [, result] = await db.batch([
      openVersion(db),
      withdrawRows(db, run_id, SLICE_ROWS),
      settleAltered(db, 'forgotten'),
      flagAfterThinning(db),
    ]);
    const { withdrawn, revived } = rowIn(result);
    if (withdrawn === '0') break;
    log.info('rows.withdrawn', { run_id, withdrawn: Number(withdrawn), revived: Number(revived) });
    if (deps.now().getTime() > deadline) return false;
  }
  await db.batch([openVersion(db), finishWithdrawal(db, run_id)]);
  log.info('run.withdrawn', { run_id });
  return true;
}
