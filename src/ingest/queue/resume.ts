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

/** How work of one kind is found that is not done, and what its message says. */
interface Recovery {
  find: (db: Db) => Query<OpenRow[]>;
  sending: (id: string) => Sending;
}

/** Of every message: what finds its work when the message is lost; null where nothing has to. */
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
      options: { delaySeconds: HISTORY_DELAY_S }, // whatever else is open goes first
    }),
  },
  // A listing may have to wait for the list of its source: only the ticks look at it then.
  resolve: { find: listOpenResolution, sending: () => ({ message: { type: 'resolve' } }) },
  lake: { find: listOpenLake, sending: () => ({ message: { type: 'lake' } }) },
  rebuild_candles: { find: listOpenRebuilds, sending: () => ({ message: { type: 'rebuild_candles' } }) },
  // Nobody asked for it: a tick does so again, hourly, or for as long as there is work and calls to spare.
  maintain: null,
  // What was kept ends by itself, in a minute.
  invalidate: null,
  spare: null,
  // A run by hand is worth nothing later: failLostRuns ends it.
  poll: null,
  // They look for the work of others; the next accepted work and the next tick do so too.
  resume: null,
  sweep: null,
};

const recoveries = Object.values(RECOVERIES).filter((recovery) => recovery !== null);

/** Work that is not done: what would be sent for it, and whether nobody is at it. */
export interface OpenWork extends Sending {
  is_stalled: boolean;
}

/** The queries that find open work, for a batch. */
export const openWorkQueries = ({ db }: Deps) => recoveries.map(({ find }) => find(db));

/** What the results of openWorkQueries found, in their order. */
export const openWorkIn = (results: Results<ReturnType<typeof openWorkQueries>>): OpenWork[] =>
  results.flatMap((rows, index) =>
    rows.flatMap(({ id, is_stalled }) => {
      const sending = recoveries[index]?.sending(id);
      return sending === undefined ? [] : [{ ...sending, is_stalled }];
    }),
  );

/** Gives each a message; one too many finds its lease taken, its work ended, or nothing to do. */
export async function sendAgain(deps: Deps, work: OpenWork[]): Promise<void> {
  for (const { message, options, is_stalled } of work) {
    // Work that nobody has left is on its way: a start or a request by hand only makes sure of it.
    deps.log[is_stalled ? 'warn' : 'info']('message.repeated', { ...message });
    await sendMessage(deps, message, options);
  }
}

export const stalledIn = (work: OpenWork[]): OpenWork[] => work.filter(({ is_stalled }) => is_stalled);

/** All open work gets a message: after a start, whatever the queue held before may be gone. */
export async function resume(deps: Deps): Promise<void> {
  await sendAgain(deps, openWorkIn(await deps.db.batch(openWorkQueries(deps))));
}

/**
 * Looks after what was accepted, and again for as long as any of it is open. Each accepted work leaves a sweep, and
 * one looks for all: a second within a few minutes has nothing to do.
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
