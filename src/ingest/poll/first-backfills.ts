import { type QueuedBackfill, queueFirstBackfills } from '../../db/upstreams/backfills.ts';
import type { Deps } from '../../deps.ts';
import type { PolledSource } from '../../sources/source.ts';
import type { IngestMessage } from '../queue/messages.ts';

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

/** Hands accepted backfills to the queue. One that is lost is sent again by a tick. */
export async function askForHistory({ queue, log }: Deps, backfills: QueuedBackfill[]): Promise<void> {
  for (const { run_id, external_id } of backfills) {
    const message: IngestMessage = { type: 'backfill', run_id: Number(run_id) };
    try {
      await queue.send(message, { delaySeconds: HISTORY_DELAY_S });
    } catch (error) {
      log.warn('message.unsent', {
        run_id: message.run_id,
        external_id,
        reason: error instanceof Error ? error.message : 'unknown',
      });
    }
  }
}
