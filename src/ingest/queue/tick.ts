import { failLostRuns } from '../../db/runs/lifecycle.ts';
import type { Deps } from '../../deps.ts';
import { sourcesOn } from '../../sources/registry.ts';
import {
  noteQueries,
  type PollPlan,
  planPoll,
  type UpstreamFacts,
  upstreamFacts,
  upstreamQueries,
} from '../poll/plan.ts';
import { pollDue } from '../poll/scheduled.ts';
import { alert } from '../upkeep/alert.ts';
import { hasRetention } from '../upkeep/maintain.ts';
import { resolveAssets, resolveIfNeeded } from '../upkeep/resolve-assets.ts';
import type { IngestMessage } from './messages.ts';
import { type OpenWork, openWorkIn, openWorkQueries, sendAgain } from './resume.ts';

const MINUTE_MS = 60_000;

/**
 * One cron tick: polls what is due, each source alone, and settles the assets of what is new; once an hour
 * also what the prices say of the mappings. Ticks between two POLL_MINUTES end without touching Postgres. A tick delivered twice finds nothing due. Throws when a source could not even record its run.
 */
export async function tick(deps: Deps, scheduledTime: number): Promise<void> {
  const scheduledMs = Math.floor(scheduledTime / MINUTE_MS) * MINUTE_MS;
  if ((scheduledMs / MINUTE_MS) % deps.settings.POLL_MINUTES !== 0) return;
  const { facts, stalled } = await sweep(deps);
  await sendAgain(deps, stalled);
  const runs = sourcesOn(deps.settings).map((source) => planPoll(deps, source, facts, scheduledMs));
  await note(deps, runs, scheduledMs);
  const results = await Promise.allSettled(runs.map((run) => pollDue(deps, run, scheduledMs)));
  const settle = isHourly(deps, scheduledMs) ? resolveAssets : resolveIfNeeded;
  const settled = await Promise.allSettled([settle(deps), askForMaintenance(deps, scheduledMs), alert(deps)]);
  const errors = [...results, ...settled].flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  for (const error of errors) deps.log.error('tick.failed', { message: String(error) });
  if (errors.length > 0) throw errors[0];
}

/** Whether this is the first working tick of its hour. */
const isHourly = ({ settings }: Deps, ms: number) => Math.floor(ms / MINUTE_MS) % 60 < settings.POLL_MINUTES;

/** Once an hour, when the settings give anything up. A message too many finds nothing left to do. */
async function askForMaintenance(deps: Deps, scheduledMs: number): Promise<void> {
  if (!isHourly(deps, scheduledMs) || !hasRetention(deps.settings)) return;
  const message: IngestMessage = { type: 'maintain' };
  await deps.queue.send(message);
}

/** Reads how the upstreams stand, and in the same round trip finds what lost its message. */
async function sweep(deps: Deps): Promise<{ facts: UpstreamFacts; stalled: OpenWork }> {
  const { db } = deps;
  const [upstreams, work] = await db.batch([
    upstreamQueries(deps),
    openWorkQueries(deps, 'stalled'),
    failLostRuns(db),
  ]);
  return { facts: upstreamFacts(upstreams), stalled: openWorkIn(work) };
}

/** Keeps what the plans show to be missing now; no round trip when all is well. */
async function note(deps: Deps, plans: PollPlan[], nowMs: number): Promise<void> {
  const [first, ...more] = plans.flatMap((plan) => noteQueries(deps, plan, nowMs));
  if (first !== undefined) await deps.db.batch([first, ...more]);
}
