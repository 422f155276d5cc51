import { type CheckpointRow, listCheckpoints } from '../db/checkpoints.ts';
import { databaseError } from '../db/client.ts';
import { failLostRuns } from '../db/runs.ts';
import type { Deps } from '../deps.ts';
import { POLLED_SOURCES } from '../sources/registry.ts';
import type { PolledSource, SourceRequest } from '../sources/source.ts';
import { poll } from './poll.ts';
import { type OpenWork, openWorkQueries, sendAgain } from './resume.ts';
import { sourceSettings } from './source-settings.ts';

const MINUTE_MS = 60_000;
/** Ticks come a little late and replies take a while; an endpoint this close to due is due. */
const SLACK_MS = 30_000;

/**
 * One cron tick: polls what is due, each source alone. Ticks between two POLL_MINUTES end without touching
 * Postgres. A tick delivered twice finds nothing due. Throws when a source could not even record its run.
 */
export async function tick(deps: Deps, scheduledMs: number): Promise<void> {
  if (Math.floor(scheduledMs / MINUTE_MS) % deps.settings.POLL_MINUTES !== 0) return;
  const { checkpoints, stalled } = await sweep(deps);
  await sendAgain(deps, stalled);
  const runs = POLLED_SOURCES.map((source) => ({
    source,
    requests: due(deps, source, checkpoints, scheduledMs),
  }));
  const results = await Promise.allSettled(
    runs.filter(({ requests }) => requests.length > 0).map((run) => poll(deps, run)),
  );
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  for (const error of errors) deps.log.error('tick.failed', { message: String(error) });
  if (errors.length > 0) throw errors[0];
}

/** Reads the checkpoints, and in the same round trip finds what lost its message. */
async function sweep(deps: Deps): Promise<{ checkpoints: CheckpointRow[]; stalled: OpenWork }> {
  const { db } = deps;
  try {
    const [checkpoints, uploads, withdrawals] = await db.batch([
      listCheckpoints(db),
      ...openWorkQueries(deps, 'stalled'),
      failLostRuns(db),
    ]);
    return {
      checkpoints: checkpoints.rows as unknown as CheckpointRow[],
      stalled: { uploads: uploads.rows, withdrawals: withdrawals.rows } as unknown as OpenWork,
    };
  } catch (error) {
    throw databaseError(error);
  }
}

function due(deps: Deps, source: PolledSource, rows: CheckpointRow[], nowMs: number): SourceRequest[] {
  const fetched = new Map(
    rows.filter((row) => row.source === source.id).map((r) => [r.endpoint, Number(r.fetched_ms)]),
  );
  return source.requests(sourceSettings(deps.settings, source.id)).filter((request) => {
    const last = fetched.get(request.endpoint);
    return last === undefined || last + request.every_minutes * MINUTE_MS - SLACK_MS <= nowMs;
  });
}
