import { settleCandles } from '../../db/candles/follow.ts';
import { type ListingDay, markNextStale } from '../../db/candles/rebuild.ts';
import { rowIn } from '../../db/client.ts';
import type { TaskRow } from '../../db/runs/tasks.ts';
import { type Lease, releaseLease, renewLease, takeLease } from '../../db/tape/leases.ts';
import { openVersion } from '../../db/tape/version.ts';
import type { Deps } from '../../deps.ts';
import { doTask, type TaskOutcome } from './task.ts';

const LEASE = 'candles';
/** Observations per transaction: each locks the tape for well under a second. */
const SLICE_ROWS = 20_000;
const SLICE_MS_MAX = 10_000;
const FIRST_DAY: ListingDay = { listing_id: 0, day: '1970-01-01T00:00:00Z' };

/**
 * Rebuilds all candles from the observations, as often as that was asked for, slice by slice; those of frozen buckets
 * stay. The place moves in the transaction that rebuilds, so it goes on where it stood. Loads may come in between.
 */
export async function rebuildCandles(deps: Deps, { slice_rows = SLICE_ROWS } = {}): Promise<TaskOutcome> {
  const { db } = deps;
  const [taken] = await takeLease(db, LEASE);
  if (taken === undefined || taken.token === null) return { busy_seconds: Number(taken?.busy_seconds ?? 1) };
  const lease = { name: LEASE, token: Number(taken.token) };
  try {
    return await doTask(deps, 'rebuild_candles', (task) => rebuild(deps, { lease, task, slice_rows }));
  } finally {
    await releaseLease(db, lease).catch(() => {});
  }
}

/** Where a rebuilding stands, and in which asking it came there. */
type Place = ListingDay & { asked: number };

async function rebuild(
  { db, log, now }: Deps,
  { lease, task, slice_rows }: { lease: Lease; task: TaskRow | undefined; slice_rows: number },
): Promise<TaskOutcome> {
  if (task === undefined || Number(task.done) >= Number(task.asked)) return 'done';
  const asked = Number(task.asked);
  const deadline = now().getTime() + SLICE_MS_MAX;
  const kept = task.place as Place | null;
  let at: ListingDay = kept?.asked === asked ? kept : FIRST_DAY;
  for (;;) {
    const [, , marked] = await db.batch([
      renewLease(db, lease),
      openVersion(db),
      markNextStale(db, { ...at, asked }, slice_rows),
      settleCandles(db),
    ]);
    const { listing_id, day } = rowIn(marked);
    log.info('candles.rebuilt', { up_to: day, listing_id });
    if (listing_id === null || day === null) return 'done';
    at = { listing_id, day };
    if (now().getTime() > deadline) return 'continue';
  }
}
