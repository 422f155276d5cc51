import { keepAnomalies } from '../../db/anomalies/of-run.ts';
import { advanceCheckpoint, type Checkpoint } from '../../db/runs/checkpoints.ts';
import { finishRun, type RunEnd } from '../../db/runs/lifecycle.ts';
import { releaseLease, renewLease } from '../../db/tape/leases.ts';
import { type EndpointOutcomes, noteEndpoints, saveCircuit } from '../../db/upstreams/circuits.ts';
import type { Deps } from '../../deps.ts';
import type { Anomaly } from '../../domain/anomaly.ts';
import { instantOfDate } from '../../domain/instant.ts';
import { type Circuit, circuitAfter } from '../../domain/upstream/circuit.ts';
import { AppError } from '../../errors.ts';
import { sourceSettings } from '../../sources/registry.ts';
import type { SourceRequest } from '../../sources/source.ts';
import { askForHistory, firstBackfills } from './first-backfills.ts';
import { type Answer, pollRequest, waitHolding } from './request.ts';
import { endWithout } from './run-end.ts';
import { startRun, type WantedPoll } from './run-start.ts';
import type { RunningPoll } from './running.ts';
import { unspent } from './spend-calls.ts';

/** Waits before a retry must end within this; the platform ends an event after 15 minutes. */
const RUN_MS_MAX = 120_000;

export type PollOutcome =
  | { outcome: 'ended'; run_id: number; status: RunEnd['status'] }
  | { outcome: 'skipped' | 'gone' }
  /** The source's lease is held for about this long. */
  | { outcome: 'busy'; seconds: number };

/**
 * One run of one source: takes its lease, counts its calls, calls the given endpoints one after another, commits
 * each reply separately, and ends the run as `succeeded`, `partial` or `failed`. `run_id` names an accepted run to
 * start; without it, a run is made for the tick of `scheduled_ms`. Upstream faults end the run; only database
 * faults are thrown.
 */
export async function poll(deps: Deps, wanted: WantedPoll): Promise<PollOutcome> {
  const { source, requests, scheduled_ms = null } = wanted;
  const { row, budget, circuit } = await startRun(deps, wanted);
  if (row.outcome === 'busy') return { outcome: 'busy', seconds: Number(row.busy_seconds ?? 1) };
  if (row.outcome !== 'started') return { outcome: row.outcome };
  const running: RunningPoll = {
    source,
    run_id: Number(row.run_id),
    lease: { name: source.id, token: Number(row.token) },
    scheduled_ms,
    deadline_ms: deps.now().getTime() + RUN_MS_MAX,
    budget,
    quota_wait_ms_max: RUN_MS_MAX,
  };
  const log = deps.log.with({ run_id: running.run_id, source: source.id });
  log.info('run.started', { requests: requests.length });
  const started = deps.now().getTime();
  const asked = nothingAsked();
  await askAll({ ...deps, log }, running, { requests, slow_factor: circuit.slow_factor }, asked).catch(
    (error) => giveUp(deps, running, asked, error),
  );
  const end = endOf(asked);
  if (end.status !== 'failed') await settle({ ...deps, log }, running, wanted);
  await finish({ ...deps, log }, running, end, { asked, circuit });
  log[end.status === 'succeeded' ? 'info' : 'warn']('run.finished', {
    status: end.status,
    duration_ms: deps.now().getTime() - started,
    error: end.error ?? undefined,
  });
  return { outcome: 'ended', run_id: running.run_id, status: end.status };
}

/** If this fails or takes too long, the next resolution does it: the run has its data. */
async function settle(
  { db, log }: Deps,
  { lease }: RunningPoll,
  { settle: settleListings }: WantedPoll,
): Promise<void> {
  if (settleListings === undefined) return;
  try {
    await renewLease(db, lease);
    await settleListings();
  } catch (error) {
    log.warn('run.unsettled', { error: error instanceof Error ? error.message : String(error) });
  }
}

/**
 * The results of the requests: the faults, and the checkpoints of pages that do not exist, such as pages past the
 * end.
 */
interface PollFindings {
  faults: { endpoint: string; error: AppError }[];
  /**
   * Endpoints that returned something, or could have: a 404 for a page that may be absent is not a sign of life.
   */
  answered: string[];
  past_the_end: Checkpoint[];
  was_rate_limited: boolean;
  anomalies: Anomaly[];
  /** Fields that are unknown far more often than usual, in words. */
  lost: string[];
}

const nothingAsked = (): PollFindings => ({
  faults: [],
  answered: [],
  past_the_end: [],
  was_rate_limited: false,
  anomalies: [],
  lost: [],
});

/** Calls one endpoint after another and adds to `asked`; a failed page does not affect the others. */
async function askAll(
  deps: Deps,
  poll: RunningPoll,
  { requests, slow_factor }: { requests: SourceRequest[]; slow_factor: number },
  asked: PollFindings,
): Promise<void> {
  const ends = new Map<string, Answer>();
  const pace = poll.source.paceMs(sourceSettings(deps.settings, poll.source.id)) * slow_factor;
  let calls = 0;
  for (const request of requests) {
    const { endpoint } = request;
    const group = request.page_group ?? endpoint;
    const end = ends.get(group);
    if (end !== undefined) {
      asked.past_the_end.push(pastTheEnd(poll, request, end));
      continue;
    }
    if (calls > 0) await waitHolding(deps, poll.lease, pace);
    calls += 1;
    const { result, was_rate_limited, anomalies } = await pollRequest(deps, poll, request);
    asked.was_rate_limited ||= was_rate_limited;
    asked.anomalies.push(...anomalies);
    if (result instanceof AppError) {
      asked.faults.push({ endpoint, error: result });
      if (result.code === 'upstream_quota_spent') break;
      continue;
    }
    asked.lost.push(...result.lost);
    if (result.read === 0) ends.set(group, result);
    if (!result.is_absent) asked.answered.push(endpoint);
    else asked.past_the_end.push(pastTheEnd(poll, request, result));
  }
}

/** An empty page also answers for the pages after it: they are due again only when it is. */
const pastTheEnd = (poll: RunningPoll, request: SourceRequest, end: Answer): Checkpoint => ({
  source: poll.source.id,
  endpoint: request.endpoint,
  fetched_at: end.fetched_at,
  watermark: null,
  every_minutes: request.every_minutes,
  raw_payload_id: end.raw_payload_id,
  run_id: poll.run_id,
});

function endOf({ faults, answered, lost }: PollFindings): RunEnd {
  const [first] = faults;
  if (first === undefined) return endWithout(lost);
  const message = faults.map(({ error }) => error.message).join(' | ');
  return { status: answered.length > 0 ? 'partial' : 'failed', error: { code: first.error.code, message } };
}

/** A fault of ours also ends the run, if the database can still store that; then it is rethrown. */
async function giveUp(deps: Deps, running: RunningPoll, asked: PollFindings, error: unknown): Promise<never> {
  const code = error instanceof AppError ? error.code : 'internal';
  const message = error instanceof AppError ? error.message : 'The run met a fault of ours; see the logs.';
  await finish(deps, running, { status: 'failed', error: { code, message } }, { asked, circuit: null }).catch(
    () => {},
  );
  throw error;
}

/** Ends the run, and stores its findings about the source; `circuit` is null if the fault was ours. */
async function finish(
  deps: Deps,
  running: RunningPoll,
  end: RunEnd,
  { asked, circuit }: { asked: PollFindings; circuit: Circuit | null },
): Promise<void> {
  const { db } = deps;
  const { lease, run_id, source } = running;
  const [, , history] = await db.batch([
    releaseLease(db, lease),
    finishRun(db, lease, run_id, end),
    end.status === 'failed' ? [] : firstBackfills(deps, source),
    keepAnomalies(db, { id: run_id, source: source.id }, asked.anomalies),
    circuit === null ? [] : asked.past_the_end.map((checkpoint) => advanceCheckpoint(db, checkpoint)),
    circuit === null ? [] : lessons(deps, running, { asked, circuit }),
    unspent(deps, running.budget),
  ]);
  await askForHistory(deps, history.flat());
}

/** The findings of a run about its source: when and how fast to call it again, and which endpoints fail. */
function lessons(
  { db, now, settings }: Deps,
  { source, scheduled_ms }: RunningPoll,
  { asked, circuit }: { asked: PollFindings; circuit: Circuit },
) {
  // Calls that our own ledger refused say nothing about the upstream.
  const faults = asked.faults.filter(({ error }) => error.code !== 'upstream_quota_spent');
  if (faults.length === 0 && asked.answered.length === 0) return [];
  const now_ms = now().getTime();
  const planned_ms = scheduled_ms ?? now_ms;
  const finding = {
    is_failed: faults.length > 0 && asked.answered.length === 0,
    is_rate_limited: asked.was_rate_limited,
    hold_ms: Math.max(0, ...faults.map(({ error }) => (error.retry_after_s ?? 0) * 1_000)) || null,
  };
  const outcomes: EndpointOutcomes = {
    failed: faults.map(({ endpoint, error }) => ({ endpoint, error_code: error.code })),
    answered: [...asked.answered, ...asked.past_the_end.map(({ endpoint }) => endpoint)],
  };
  return [
    saveCircuit(
      db,
      source.id,
      circuitAfter(circuit, finding, { now_ms, planned_ms }, settings.POLL_MINUTES),
      circuit.slow_factor,
    ),
    noteEndpoints(db, source.id, instantOfDate(new Date(planned_ms)), outcomes),
  ];
}
