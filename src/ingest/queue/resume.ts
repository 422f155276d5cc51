import { listOpenRebuilds } from '../../db/candles/rebuild.ts';
import type { Results } from '../../db/client.ts';
import { listOpenWithdrawals } from '../../db/observations/withdraw.ts';
import { listOpenReplays } from '../../db/replays/lifecycle.ts';
import { failLostRuns } from '../../db/runs/lifecycle.ts';
import { listUploadsToResume } from '../../db/uploads/lifecycle.ts';
import { listOpenBackfills } from '../../db/upstreams/backfills.ts';
import type { Deps } from '../../deps.ts';
import { HISTORY_DELAY_S } from '../poll/first-backfills.ts';
import { type IngestMessage, SWEEP_DELAY_S } from './messages.ts';
import { sendMessage } from './send.ts';

/** Work that was begun and whose message may be lost. */
export interface OpenWork {
  uploads: { id: string }[];
  /** Runs to be withdrawn. */
  withdrawals: { id: string }[];
  replays: { id: string }[];
  /** Runs that fetch history. */
  backfills: { id: string }[];
  /** Of candles: one at most. */
  rebuilds: { what: string }[];
}

/** Gives each a message; one too many finds its lease taken, its work ended, or no row to withdraw. */
export async function sendAgain(
  deps: Deps,
  { uploads, withdrawals, replays, backfills, rebuilds }: OpenWork,
): Promise<void> {
  const messages: IngestMessage[] = [
    ...uploads.map(({ id }) => ({ type: 'import' as const, upload_id: id })),
    ...withdrawals.map(({ id }) => ({ type: 'withdraw' as const, run_id: Number(id) })),
    ...replays.map(({ id }) => ({ type: 'replay' as const, replay_id: Number(id) })),
    ...rebuilds.map(() => ({ type: 'rebuild_candles' as const })),
  ];
  for (const message of messages) {
    deps.log.warn('message.repeated', { ...message });
    await sendMessage(deps, message);
  }
  for (const { id } of backfills) {
    const message = { type: 'backfill' as const, run_id: Number(id) };
    await sendMessage(deps, message, { delaySeconds: HISTORY_DELAY_S }); // whatever else is open goes first
  }
}

/** The queries that find open work, for a batch: uploads, withdrawals, replays, backfills, rebuilds. */
export const openWorkQueries = ({ db }: Deps, which: 'stalled' | 'open') =>
  [
    listUploadsToResume(db, which),
    listOpenWithdrawals(db),
    listOpenReplays(db),
    listOpenBackfills(db, which),
    listOpenRebuilds(db, which),
  ] as const;

/** What the results of openWorkQueries found, in their order. */
export const openWorkIn = ([uploads, withdrawals, replays, backfills, rebuilds]: Results<
  ReturnType<typeof openWorkQueries>
>): OpenWork => ({ uploads, withdrawals, replays, backfills, rebuilds });

/** All open work gets a message: after a start, whatever the queue held before may be gone. */
export async function resume(deps: Deps): Promise<void> {
  await sendAgain(deps, openWorkIn(await deps.db.batch(openWorkQueries(deps, 'open'))));
}

/** Looks after what was accepted, and again while any of it stands still. */
export async function sweep(deps: Deps): Promise<void> {
  const [found] = await deps.db.batch([openWorkQueries(deps, 'stalled'), failLostRuns(deps.db)]);
  const work = openWorkIn(found);
  await sendAgain(deps, work);
  if (Object.values(work).some((those) => those.length > 0))
    await sendMessage(deps, { type: 'sweep' }, { delaySeconds: SWEEP_DELAY_S });
}
