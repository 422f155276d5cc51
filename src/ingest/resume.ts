import { databaseError, type Result, rowsIn } from '../db/client.ts';
import { listOpenReplays } from '../db/replays.ts';
import { listUploadsToResume } from '../db/uploads.ts';
import { listOpenWithdrawals } from '../db/withdraw.ts';
import type { Deps } from '../deps.ts';
import type { IngestMessage } from './messages.ts';

/** Work that was begun and whose message may be lost. */
export interface OpenWork {
  uploads: { id: string }[];
  /** Runs to be withdrawn. */
  withdrawals: { id: string }[];
  replays: { id: string }[];
}

/** Gives each a message; one too many finds its lease taken, its work ended, or no row to withdraw. */
export async function sendAgain(deps: Deps, { uploads, withdrawals, replays }: OpenWork): Promise<void> {
  const messages: IngestMessage[] = [
    ...uploads.map(({ id }) => ({ type: 'import' as const, upload_id: id })),
    ...withdrawals.map(({ id }) => ({ type: 'withdraw' as const, run_id: Number(id) })),
    ...replays.map(({ id }) => ({ type: 'replay' as const, replay_id: Number(id) })),
  ];
  for (const message of messages) {
    deps.log.warn('message.repeated', { ...message });
    await deps.queue.send(message);
  }
}

/** The queries that find open work, for a batch: uploads, withdrawals, replays. */
export const openWorkQueries = ({ db }: Deps, which: 'stalled' | 'open') =>
  [listUploadsToResume(db, which), listOpenWithdrawals(db), listOpenReplays(db)] as const;

/** What the results of openWorkQueries found, in their order. */
export function openWorkIn(...results: Result[]): OpenWork {
  const [uploads = [], withdrawals = [], replays = []] = results.map((result) =>
    rowsIn<{ id: string }>(result),
  );
  return { uploads, withdrawals, replays };
}

/** All open work gets a message: after a start, whatever the queue held before may be gone. */
export async function resume(deps: Deps): Promise<void> {
  try {
    const [uploads, withdrawals, replays] = await deps.db.batch(openWorkQueries(deps, 'open'));
    await sendAgain(deps, openWorkIn(uploads, withdrawals, replays));
  } catch (error) {
    throw databaseError(error);
  }
}
