import type { CheckpointRow } from '../db/checkpoints.ts';
import type { PolledSource, SourceRequest } from '../sources/source.ts';

const MINUTE_MS = 60_000;
/** Ticks come a little late and replies take a while; an endpoint this close to due is due. */
const SLACK_MS = 30_000;

/** Those requests of a source whose last good reply is older than they allow. */
export function dueOf(
  source: PolledSource,
  requests: SourceRequest[],
  checkpoints: CheckpointRow[],
  nowMs: number,
): SourceRequest[] {
  const fetched = new Map(
    checkpoints
      .filter((row) => row.source === source.id)
      .map((row) => [row.endpoint, Number(row.fetched_ms)]),
  );
  return requests.filter((request) => {
    const last = fetched.get(request.endpoint);
    return last === undefined || last + request.every_minutes * MINUTE_MS - SLACK_MS <= nowMs;
  });
}
