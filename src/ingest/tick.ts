import { type CheckpointRow, listCheckpoints } from '../db/checkpoints.ts';
import { databaseError, rowsIn } from '../db/client.ts';
import { failLostRuns } from '../db/runs.ts';
import type { Deps } from '../deps.ts';
import { POLLED_SOURCES } from '../sources/registry.ts';
import type { PolledSource, SourceRequest } from '../sources/source.ts';
import { dueOf } from './due.ts';
import { poll } from './poll.ts';
import { resolveAssets, resolveIfNeeded } from './resolve-assets.ts';
import { type OpenWork, openWorkIn, openWorkQueries, sendAgain } from './resume.ts';
import { sourceSettings } from './source-settings.ts';

const MINUTE_MS = 60_000;

/**
 * One cron tick: polls what is due, each source alone, and settles the assets of what is new; once an hour
 * also what the prices say of the mappings. Ticks between two POLL_MINUTES end without touching Postgres. A tick delivered twice finds nothing due. Throws when a source could not even record its run.
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
  const settle = isHourly(deps, scheduledMs) ? resolveAssets : resolveIfNeeded;
  const settled = await Promise.allSettled([settle(deps)]);
  const errors = [...results, ...settled].flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  for (const error of errors) deps.log.error('tick.failed', { message: String(error) });
  if (errors.length > 0) throw errors[0];
}

/** Whether this is the first working tick of its hour. */
const isHourly = ({ settings }: Deps, ms: number) => Math.floor(ms / MINUTE_MS) % 60 < settings.POLL_MINUTES;

/** Reads the checkpoints, and in the same round trip finds what lost its message. */
async function sweep(deps: Deps): Promise<{ checkpoints: CheckpointRow[]; stalled: OpenWork }> {
  const { db } = deps;
  try {
    const [checkpoints, uploads, withdrawals, replays] = await db.batch([
      listCheckpoints(db),
      ...openWorkQueries(deps, 'stalled'),
      failLostRuns(db),
    ]);
    return {
      checkpoints: rowsIn<CheckpointRow>(checkpoints),
      stalled: openWorkIn(uploads, withdrawals, replays),
    };
  } catch (error) {
    throw databaseError(error);
  }
}

function due(
  { settings }: Deps,
  source: PolledSource,
  rows: CheckpointRow[],
  nowMs: number,
): SourceRequest[] {
  const given = sourceSettings(settings, source.id);
  return dueOf(source, [...source.requests(given), ...source.catalogRequests(given)], rows, nowMs);
}
