import type { CheckpointRow } from '../../db/runs/checkpoints.ts';
import type { EndpointFailureRow } from '../../db/upstreams/circuits.ts';
import { probeDelayMinutes, triesAfter } from '../../domain/upstream/circuit.ts';
import { ATTEMPTS_MAX } from '../../domain/upstream/retry.ts';
import type { PolledSource, SourceRequest } from '../../sources/source.ts';

const MINUTE_MS = 60_000;
/** A manual request comes a while before its reply. An endpoint this close to due is due. */
export const SLACK_MS = 30_000;

/** The known facts about the endpoints of all sources. */
export interface EndpointFacts {
  checkpoints: CheckpointRow[];
  failures: EndpointFailureRow[];
}

/**
 * The requests of a source whose last good reply is older than their pace allows. An endpoint that keeps failing is
 * due at growing intervals, and tried once. `slowFactor` is how many times slower the source wants to be polled.
 * Ticks are compared by their planned minutes: a late tick takes nothing from the next.
 */
export function dueOf(
  source: PolledSource,
  requests: SourceRequest[],
  { checkpoints, failures }: EndpointFacts,
  { nowMs, pollMinutes, slowFactor = 1 }: { nowMs: number; pollMinutes: number; slowFactor?: number },
): SourceRequest[] {
  const own = <Row extends { source: string; endpoint: string }>(rows: Row[]) =>
    new Map(rows.filter((row) => row.source === source.id).map((row) => [row.endpoint, row]));
  const [fetched, failed] = [own(checkpoints), own(failures)];
  const isPast = (ms: number, minutes: number) => ms + minutes * MINUTE_MS <= nowMs;
  return requests.flatMap((request): SourceRequest[] => {
    const { endpoint, every_minutes } = request;
    const failure = failed.get(endpoint);
    if (failure !== undefined) {
      const delay = probeDelayMinutes(failure.failures, pollMinutes, every_minutes);
      if (!isPast(Number(failure.failed_ms) - SLACK_MS, delay)) return [];
      return [{ ...request, tries_max: triesAfter(failure.failures, ATTEMPTS_MAX) }];
    }
    const last = fetched.get(endpoint);
    const isDue = last === undefined || isPast(askedMs(last), every_minutes * slowFactor);
    return isDue ? [request] : [];
  });
}

const askedMs = ({ scheduled_ms, fetched_ms }: CheckpointRow): number =>
  scheduled_ms === null ? Number(fetched_ms) - SLACK_MS : Number(scheduled_ms);
