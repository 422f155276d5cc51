import { type QueuedBackfill, queueFirstBackfills } from '../../db/upstreams/backfills.ts';
import type { Deps } from '../../deps.ts';
import type { PolledSource } from '../../sources/source.ts';
import { type Sending, SWEEP_LATER } from '../queue/messages.ts';
import { trySend } from '../queue/send.ts';

/** The longest span with a point each hour would be 90; this is a chart, in a third of the rows. */
const FIRST_DAYS = 30;
/** What is waited for at a start goes first. More than a few seconds a local queue forgets. */
export const HISTORY_DELAY_S = 5;

/** The query that accepts the backfills of the first start, for a batch; none for a source without history. */
export function firstBackfills({ db, settings }: Deps, source: PolledSource) {
  const coins = settings.BACKFILL_ASSETS;
  if (source.history === undefined || coins === 0) return [];
  const days = Math.min(FIRST_DAYS, source.history.days_max);
  return [queueFirstBackfills(db, source.id, { coins, days })];
}

/** Hands accepted backfills to the queue, and looks after them later. */
export async function askForHistory(deps: Deps, backfills: QueuedBackfill[]): Promise<void> {
  if (backfills.length === 0) return;
  const messages = backfills.map(
    ({ run_id }): Sending => ({
      message: { type: 'backfill', run_id: Number(run_id) },
      options: { delaySeconds: HISTORY_DELAY_S },
    }),
  );
  await trySend(deps, [...messages, SWEEP_LATER]);
}
