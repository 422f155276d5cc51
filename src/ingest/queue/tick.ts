import { rowIn } from '../../db/client.ts';
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
import { poll } from '../poll/run.ts';
import { hasWork, spareCallsOf, spareQueries, spareWork } from '../poll/spare.ts';
import { alert } from '../upkeep/alert.ts';
import { hasRetention } from '../upkeep/maintain.ts';
import { resolveAssets, resolveIfNeeded } from '../upkeep/resolve-assets.ts';
import type { IngestMessage } from './messages.ts';
import { type OpenWork, openWorkIn, openWorkQueries, sendAgain } from './resume.ts';
import { sendMessage } from './send.ts';

const MINUTE_MS = 60_000;

/**
 * One cron tick: polls what is due, each source alone, and settles the assets of what is new; once an hour
 * also what the prices say of the mappings. Ticks between two POLL_MINUTES end without touching Postgres. A tick delivered twice finds nothing due. Throws when a source could not even record its run.
 */
export async function tick(deps: Deps, scheduledMs: number): Promise<void> {
  if (Math.floor(scheduledMs / MINUTE_MS) % deps.settings.POLL_MINUTES !== 0) return;
  const { facts, stalled, spare } = await sweep(deps);
  await sendAgain(deps, stalled);
  const runs = sourcesOn(deps.settings).map((source) => planPoll(deps, source, facts, scheduledMs));
  await note(deps, runs, scheduledMs);
  const results = await Promise.allSettled(
    runs.filter(({ requests }) => requests.length > 0).map((run) => poll(deps, run)),
  );
  const settle = isHourly(deps, scheduledMs) ? resolveAssets : resolveIfNeeded;
  const settled = await Promise.allSettled([
    settle(deps),
    askForMaintenance(deps, scheduledMs),
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

/** Once an hour, when the settings give anything up. A message too many finds nothing left to do. */
async function askForMaintenance(deps: Deps, scheduledMs: number): Promise<void> {
  if (!isHourly(deps, scheduledMs) || !hasRetention(deps.settings)) return;
  const message: IngestMessage = { type: 'maintain' };
  await deps.queue.send(message);
}

/**
 * Where there is work on gaps or history, and calls to spare for it: one message a source, which begets the next. One
 * that cannot be sent now is sent by the next tick.
 */
async function askForSpareWork(
  deps: Deps,
  facts: UpstreamFacts,
  works: ReadonlyMap<string, SpareWorkRow>,
): Promise<void> {
  for (const source of sourcesOn(deps.settings)) {
    const work = works.get(source.id);
    if (work === undefined || !hasWork(work, spareCallsOf(deps, source, facts))) continue;
    const message: IngestMessage = { type: 'spare', source: source.id };
    await sendMessage(deps, message, { delaySeconds: HISTORY_DELAY_S }).catch((error: unknown) =>
      deps.log.warn('message.unsent', { ...message, reason: String(error) }),
    );
  }
}

/** What a tick goes by. `spare` is the work on gaps and history of each source. */
interface Found {
  facts: UpstreamFacts;
  stalled: OpenWork;
  spare: ReadonlyMap<string, SpareWorkRow>;
}

/** Reads how the upstreams stand, and in the same round trip finds what lost its message and what is left to do. */
async function sweep(deps: Deps): Promise<Found> {
  const { db } = deps;
  const works = sourcesOn(deps.settings).flatMap((source) => spareWork(deps, source) ?? []);
  const [upstreams, work, , counts] = await db.batch([
    upstreamQueries(deps),
    openWorkQueries(deps, 'stalled'),
    failLostRuns(db),
    spareQueries(deps, works),
  ]);
  return {
    facts: upstreamFacts(upstreams),
    stalled: openWorkIn(work),
    spare: new Map(works.map(({ source }, index) => [source, rowIn(counts[index] ?? [])])),
  };
}

/** Keeps what the plans show to be missing now; no round trip when all is well. */
async function note(deps: Deps, plans: PollPlan[], nowMs: number): Promise<void> {
  const [first, ...more] = plans.flatMap((plan) => noteQueries(deps, plan, nowMs));
  if (first !== undefined) await deps.db.batch([first, ...more]);
}
