import { listOpenRebuilds } from '../../db/candles/rebuild.ts';
import type { Db, Query, Results } from '../../db/client.ts';
import { rowIn } from '../../db/client.ts';
import { listOpenLake } from '../../db/lake/progress.ts';
import { listOpenWithdrawals } from '../../db/observations/withdraw.ts';
import { listOpenReplays } from '../../db/replays/lifecycle.ts';
import { failLostRuns } from '../../db/runs/lifecycle.ts';
import { findSweep, listOpenResolution, noteSweep, type OpenRow } from '../../db/runs/tasks.ts';
import { listOpenUploads } from '../../db/uploads/lifecycle.ts';
import { listOpenBackfills } from '../../db/upstreams/backfills.ts';
import type { Deps } from '../../deps.ts';
import { HISTORY_DELAY_S } from '../poll/first-backfills.ts';
import { type IngestMessage, type Sending, SWEEP_LATER } from './messages.ts';
import { sendMessage } from './send.ts';

/** How to find open work of one kind, and the message for it. */
interface Recovery {
  find: (db: Db) => Query<OpenRow[]>;
  sending: (id: string) => Sending;
}

/** For every kind of message, how to find its work if the message is lost; null if that is not needed. */
const RECOVERIES: Record<IngestMessage['type'], Recovery | null> = {
  import: { find: listOpenUploads, sending: (id) => ({ message: { type: 'import', upload_id: id } }) },
  withdraw: {
    find: listOpenWithdrawals,
    sending: (id) => ({ message: { type: 'withdraw', run_id: Number(id) } }),
  },
  replay: {
    find: listOpenReplays,
    sending: (id) => ({ message: { type: 'replay', replay_id: Number(id) } }),
  },
  backfill: {
    find: listOpenBackfills,
    sending: (id) => ({
      message: { type: 'backfill', run_id: Number(id) },
      options: { delaySeconds: HISTORY_DELAY_S }, // other open work goes first
    }),
  },
  // A listing may have to wait for the list of its source: until then only the ticks look at it.
  resolve: { find: listOpenResolution, sending: () => ({ message: { type: 'resolve' } }) },
  lake: { find: listOpenLake, sending: () => ({ message: { type: 'lake' } }) },
  rebuild_candles: { find: listOpenRebuilds, sending: () => ({ message: { type: 'rebuild_candles' } }) },
  // Nobody requested it: a tick sends it again, hourly, or while there is work and calls to spare.
  maintain: null,
  // Stored replies expire by themselves within a minute.
  invalidate: null,
  spare: null,
  // A manual run is worth nothing later: failLostRuns ends it.
  poll: null,
  // These messages look for other work; the next accepted work and the next tick do so too.
  resume: null,
  sweep: null,
};

const recoveries = Object.values(RECOVERIES).filter((recovery) => recovery !== null);

/** Open work: its message, and whether it has stalled. */
export interface OpenWork extends Sending {
  is_stalled: boolean;
}

/** The queries that find open work, for a batch. */
export const openWorkQueries = ({ db }: Deps) => recoveries.map(({ find }) => find(db));

/** The work in the results of openWorkQueries, in their order. */
export const openWorkIn = (results: Results<ReturnType<typeof openWorkQueries>>): OpenWork[] =>
  results.flatMap((rows, index) =>
    rows.flatMap(({ id, is_stalled }) => {
      const sending = recoveries[index]?.sending(id);
      return sending === undefined ? [] : [{ ...sending, is_stalled }];
    }),
  );

/** Sends a message for each. A duplicate message finds its lease taken, its work ended, or nothing to do. */
export async function sendAgain(deps: Deps, work: OpenWork[]): Promise<void> {
  for (const { message, options, is_stalled } of work) {
    // Work that has not stalled is in progress: the message of a start or a manual request is only a precaution.
    deps.log[is_stalled ? 'warn' : 'info']('message.repeated', { ...message });
    await sendMessage(deps, message, options);
  }
}

export const stalledIn = (work: OpenWork[]): OpenWork[] => work.filter(({ is_stalled }) => is_stalled);

/** Sends a message for all open work: the queue may have lost its messages at the restart. */
export async function resume(deps: Deps): Promise<void> {
  await sendAgain(deps, openWorkIn(await deps.db.batch(openWorkQueries(deps))));
}

/**
 * Checks on accepted work, and checks again while any of it is open. Each accepted work leaves a sweep, and one
 * sweep covers all work: a second one within a few minutes has nothing to do.
 */
export async function sweep(deps: Deps): Promise<void> {
  const { db } = deps;
  const [found, swept] = await db.batch([openWorkQueries(deps), findSweep(db), failLostRuns(db)]);
  if (rowIn(swept).recent) return;
  const work = openWorkIn(found);
  await sendAgain(deps, stalledIn(work));
  if (work.length > 0) await sendMessage(deps, SWEEP_LATER.message, SWEEP_LATER.options);
  await noteSweep(db);
}
