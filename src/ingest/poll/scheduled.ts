import type { Deps } from '../../deps.ts';
import { type PollPlan, planPoll, upstreamFacts, upstreamQueries } from './plan.ts';
import { poll } from './run.ts';

/** Longer than a run takes: a tick waits for the present holder of its source. */
const BUSY_TRIES_MAX = 16;
const BUSY_SECONDS_MAX = 10;

/**
 * Polls the endpoints that a tick found due. While another run holds the source (a manual run, or a late tick), it
 * waits, and then polls the endpoints that are still due: a repeated tick finds nothing.
 */
export async function pollDue(deps: Deps, plan: PollPlan, scheduled_ms: number): Promise<void> {
  let { source, requests } = plan;
  for (let tries = 1; requests.length > 0; tries += 1) {
    const result = await poll(deps, { source, requests, scheduled_ms });
    if (result.outcome !== 'busy') return;
    if (tries === BUSY_TRIES_MAX) return deps.log.warn('poll.crowded_out', { source: source.id });
    await deps.sleep(Math.min(result.seconds, BUSY_SECONDS_MAX) * 1_000);
    const facts = upstreamFacts(await deps.db.batch(upstreamQueries(deps)));
    ({ source, requests } = planPoll(deps, source, facts, scheduled_ms));
  }
}
