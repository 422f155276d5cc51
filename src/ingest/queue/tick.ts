import { rowIn } from '../../db/client.ts';
import { findUnresolved } from '../../db/identity/read.ts';
import { failLostRuns } from '../../db/runs/lifecycle.ts';
import type { SpareWorkRow } from '../../db/upstreams/spare-work.ts';
import type { Deps } from '../../deps.ts';
import { sourcesOn } from '../../sources/registry.ts';
import { HISTORY_DELAY_S } from '../poll/first-backfills.ts';
import {
  noteQueries,
  type PollPlan,
  planPoll,
  type UpstreamFacts,
  upstreamFacts,
  upstreamQueries,
} from '../poll/plan.ts';
import { pollDue } from '../poll/scheduled.ts';
import { hasWork, spareCallsOf, spareQueries, spareWork } from '../poll/spare.ts';
import { alert } from '../upkeep/alert.ts';
import { hasRetention } from '../upkeep/maintain.ts';
import { type OpenWork, openWorkIn, openWorkQueries, sendAgain, stalledIn } from './resume.ts';
import { trySend } from './send.ts';

const MINUTE_MS = 60_000;

/**
 * One cron tick: polls each due source separately, sends new messages for lost work, and sends long work to the
 * queue. Ticks between two POLL_MINUTES end without a query to Postgres. Throws if a source could not even record
 * its run.
 */
export async function tick(deps: Deps, scheduledTime: number): Promise<void> {
  const scheduledMs = Math.floor(scheduledTime / MINUTE_MS) * MINUTE_MS;
  if ((scheduledMs / MINUTE_MS) % deps.settings.POLL_MINUTES !== 0) return;
  const { facts, work, spare } = await lookAround(deps);
  await sendAgain(deps, stalledIn(work));
  const runs = sourcesOn(deps.settings).map((source) => planPoll(deps, source, facts, scheduledMs));
  await note(deps, runs, scheduledMs);
  const results = await Promise.allSettled(runs.map((run) => pollDue(deps, run, scheduledMs)));
  const settled = await Promise.allSettled([
    askForUpkeep(deps, scheduledMs),
    askForSpareWork(deps, facts, spare),
    alert(deps),
  ]);
  const errors = [...results, ...settled].flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  for (const error of errors) deps.log.error('tick.failed', { message: String(error) });
  if (errors.length > 0) throw errors[0];
}

/** Whether this is the first working tick of its hour. */
const isHourly = ({ settings }: Deps, ms: number) => Math.floor(ms / MINUTE_MS) % 60 < settings.POLL_MINUTES;

/**
 * Long work goes through the queue: the resolution of assets once an hour, and if a listing waits for it; and once
 * an hour the lake, if it is on, and maintenance, if the settings remove anything. A duplicate message finds
 * nothing to do.
 */
async function askForUpkeep(deps: Deps, scheduledMs: number): Promise<void> {
  const hourly = isHourly(deps, scheduledMs);
  const needsResolve = hourly || rowIn(await findUnresolved(deps.db)).open;
  await trySend(deps, [
    ...(needsResolve ? [{ message: { type: 'resolve' } } as const] : []),
    ...(hourly && deps.settings.LAKE === 'on' ? [{ message: { type: 'lake' } } as const] : []),
    ...(hourly && hasRetention(deps.settings) ? [{ message: { type: 'maintain' } } as const] : []),
  ]);
}

/**
 * One message per source with work on gaps or history and spare calls; it sends the next one. If it cannot be sent
 * now, the next tick sends it.
 */
async function askForSpareWork(
  deps: Deps,
  facts: UpstreamFacts,
  works: ReadonlyMap<string, SpareWorkRow>,
): Promise<void> {
  const wanted = sourcesOn(deps.settings).filter((source) => {
    const work = works.get(source.id);
    return work !== undefined && hasWork(work, spareCallsOf(deps, source, facts));
  });
  const options = { delaySeconds: HISTORY_DELAY_S };
  await trySend(
    deps,
    wanted.map(({ id }) => ({ message: { type: 'spare', source: id }, options })),
  );
}

/** The input of a tick. `spare` is the work on gaps and history of each source. */
interface Found {
  facts: UpstreamFacts;
  work: OpenWork[];
  spare: ReadonlyMap<string, SpareWorkRow>;
}

/**
 * Reads the state of the upstreams, and in the same round trip finds work that lost its message, and remaining
 * work.
 */
async function lookAround(deps: Deps): Promise<Found> {
  const { db } = deps;
  const works = sourcesOn(deps.settings).flatMap((source) => spareWork(deps, source) ?? []);
  const [upstreams, work, , counts] = await db.batch([
    upstreamQueries(deps),
    openWorkQueries(deps),
    failLostRuns(db),
    spareQueries(deps, works),
  ]);
  return {
    facts: upstreamFacts(upstreams),
    work: openWorkIn(work),
    spare: new Map(works.map(({ source }, index) => [source, rowIn(counts[index] ?? [])])),
  };
}

/** Records the gaps that the plans show now; no round trip if all is well. */
async function note(deps: Deps, plans: PollPlan[], nowMs: number): Promise<void> {
  const [first, ...more] = plans.flatMap((plan) => noteQueries(deps, plan, nowMs));
  if (first !== undefined) await deps.db.batch([first, ...more]);
}
