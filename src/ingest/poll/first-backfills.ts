import { type QueuedBackfill, queueFirstBackfills } from '../../db/upstreams/backfills.ts';
import type { Deps } from '../../deps.ts';
import type { PolledSource } from '../../sources/source.ts';
import { type Sending, SWEEP_LATER } from '../queue/messages.ts';
import { trySend } from '../queue/send.ts';

/**
 * The longest span with hourly points would be 90 days; 30 days are enough for a chart, with a third of the rows.
 */
const FIRST_DAYS = 30;
/** Work that a start waits for goes first. A local queue forgets delays of more than a few seconds. */
export const HISTORY_DELAY_S = 5;

/** The query that accepts the backfills of the first start, for a batch; none for a source without history. */
export function firstBackfills({ db, settings }: Deps, source: PolledSource) {
  const coins = settings.BACKFILL_ASSETS;
  if (source.history === undefined || coins === 0) return [];
  const days = Math.min(FIRST_DAYS, source.history.days_max);
  return [queueFirstBackfills(db, source.id, { coins, days })];
}

/** Sends accepted backfills to the queue, and a later message that checks on them. */
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
