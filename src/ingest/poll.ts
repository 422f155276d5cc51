import { advanceCheckpoint, type Checkpoint } from '../db/checkpoints.ts';
import { databaseError, rowIn } from '../db/client.ts';
import { releaseLease } from '../db/leases.ts';
import { finishRun, type RunEnd, type StartedRow, startQueuedRun, startScheduledRun } from '../db/runs.ts';
import { claimMode } from '../db/tape-version.ts';
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import type { PolledSource, SourceRequest } from '../sources/source.ts';
import { type Answer, pollRequest, type RunningPoll, waitHolding } from './poll-request.ts';
import { sourceSettings } from './source-settings.ts';

/** Waits for another try may not reach beyond this; the platform ends an event after 15 minutes. */
const RUN_MS_MAX = 120_000;

export type PollOutcome =
  | { outcome: 'ended'; run_id: number; status: RunEnd['status'] }
  | { outcome: 'skipped' | 'gone' }
  /** Somebody else holds the source's lease for about this long. */
  | { outcome: 'busy'; seconds: number };

/**
 * One run of one source: takes its lease, asks the given endpoints one after another, commits each reply
 * alone, and ends the run `succeeded`, `partial` or `failed`. `run_id` names an accepted run to start;
 * without it a scheduled one is made. Upstream faults end the run; only database faults are thrown.
 */
export async function poll(
  deps: Deps,
  { source, requests, run_id }: { source: PolledSource; requests: SourceRequest[]; run_id?: number },
): Promise<PollOutcome> {
  const row = await start(deps, source.id, run_id);
  if (row.outcome === 'busy') return { outcome: 'busy', seconds: Number(row.busy_seconds ?? 1) };
  if (row.outcome !== 'started') return { outcome: row.outcome };
  const running: RunningPoll = {
    source,
    run_id: Number(row.run_id),
    lease: { name: source.id, token: Number(row.token) },
    deadline_ms: deps.now().getTime() + RUN_MS_MAX,
  };
  const log = deps.log.with({ run_id: running.run_id, source: source.id });
  log.info('run.started', { requests: requests.length });
  const started = deps.now().getTime();
  const asked = await askAll({ ...deps, log }, running, requests).catch((error) =>
    giveUp(deps, running, error),
  );
  const end = endOf(asked);
  await finish(deps, running, end, asked.past_the_end);
  log[end.status === 'succeeded' ? 'info' : 'warn']('run.finished', {
    status: end.status,
    duration_ms: deps.now().getTime() - started,
    error: end.error ?? undefined,
  });
  return { outcome: 'ended', run_id: running.run_id, status: end.status };
}

async function start(deps: Deps, source: string, runId: number | undefined): Promise<StartedRow> {
  const { db, settings } = deps;
  const query =
    runId === undefined ? startScheduledRun(db, source) : startQueuedRun(db, { id: runId, source });
  try {
    const results = await db.batch([...claimMode(db, settings.UPSTREAMS), query]);
    return rowIn<StartedRow>(results[2]);
  } catch (error) {
    throw databaseError(error);
  }
}

/** What became of the requests: the faults, and the checkpoints of what is not there, as pages past the end. */
interface Asked {
  faults: AppError[];
  /** How many brought something, or could have: a 404 for what may be absent is no sign of life. */
  answered: number;
  past_the_end: Checkpoint[];
}

/** Asks one endpoint after another; a failed page never takes another page with it. */
async function askAll(deps: Deps, poll: RunningPoll, requests: SourceRequest[]): Promise<Asked> {
  const asked: Asked = { faults: [], answered: 0, past_the_end: [] };
  const ends = new Map<string, Answer>();
  const pace = poll.source.paceMs(sourceSettings(deps.settings, poll.source.id));
  let calls = 0;
  for (const request of requests) {
    const group = request.page_group ?? request.endpoint;
    const end = ends.get(group);
    if (end !== undefined) {
      asked.past_the_end.push(pastTheEnd(poll, request, end));
      continue;
    }
    if (calls > 0) await waitHolding(deps, poll.lease, pace);
    calls += 1;
    try {
      const answer = await pollRequest(deps, poll, request);
      if (answer.read === 0) ends.set(group, answer);
      if (!answer.is_absent) asked.answered += 1;
      else asked.past_the_end.push(pastTheEnd(poll, request, answer));
    } catch (thrown) {
      const error = databaseError(thrown);
      if (!(error instanceof AppError) || !isUpstreamFault(error)) throw error;
      asked.faults.push(error);
    }
  }
  return asked;
}

/** An empty page answers for the pages behind it: they are not due again before it is. */
const pastTheEnd = (poll: RunningPoll, request: SourceRequest, end: Answer): Checkpoint => ({
  source: poll.source.id,
  endpoint: request.endpoint,
  fetched_at: end.fetched_at,
  watermark: null,
  raw_payload_id: end.raw_payload_id,
  run_id: poll.run_id,
});

const isUpstreamFault = (error: AppError) =>
  error.code.startsWith('upstream_') || error.code === 'contract_broken';

function endOf({ faults, answered }: Asked): RunEnd {
  const [first] = faults;
  if (first === undefined) return { status: 'succeeded', error: null };
  const message = faults.map((fault) => fault.message).join(' | ');
  return { status: answered > 0 ? 'partial' : 'failed', error: { code: first.code, message } };
}

/** A fault of ours ends the run too, as far as the database can still be told; then it is thrown on. */
async function giveUp(deps: Deps, running: RunningPoll, error: unknown): Promise<never> {
  const code = error instanceof AppError ? error.code : 'internal';
  const message = error instanceof AppError ? error.message : 'The run met a fault of ours; see the logs.';
  await finish(deps, running, { status: 'failed', error: { code, message } }, []).catch(() => {});
  throw error;
}

async function finish(
  { db }: Deps,
  { lease, run_id }: RunningPoll,
  end: RunEnd,
  checkpoints: Checkpoint[],
): Promise<void> {
  try {
    await db.batch([
      finishRun(db, lease, run_id, end),
      ...checkpoints.map((checkpoint) => advanceCheckpoint(db, checkpoint)),
      releaseLease(db, lease),
    ]);
  } catch (error) {
    throw databaseError(error);
  }
}
