import { failRun, finishRun, type RunEnd } from '../../db/runs/lifecycle.ts';
import { releaseLease, restLease } from '../../db/tape/leases.ts';
import { claimMode } from '../../db/tape/version.ts';
import {
  backfillLease,
  postponeBackfill,
  type StartedBackfill,
  skipBackfill,
  startBackfill,
} from '../../db/upstreams/backfills.ts';
import { slowUpstream } from '../../db/upstreams/circuits.ts';
import { markFilled } from '../../db/upstreams/gaps.ts';
import { markAsked } from '../../db/upstreams/spare-work.ts';
import type { Deps } from '../../deps.ts';
import { type Instant, instantOfDate } from '../../domain/instant.ts';
import { heldMs } from '../../domain/upstream/circuit.ts';
import { isSpareWork } from '../../domain/upstream/purpose.ts';
import { AppError } from '../../errors.ts';
import { sourceSettings, sourcesOn } from '../../sources/registry.ts';
import { type Answer, pollRequest } from './request.ts';
import { endWithout } from './run-end.ts';
import type { RunningPoll } from './running.ts';

/** Waits before a retry must end within this. */
const RUN_MS_MAX = 120_000;
/** The longest wait for the plan's next period for which a message is held. */
const POSTPONED_S_MAX = 60;

export type BackfillOutcome = 'done' | 'failed' | { busy_seconds: number };

/**
 * Fetches the requested history of one coin with one call, and loads the rows that are not known yet: polled rows
 * stay. One backfill of a source runs at a time. Ends the run as `failed` if the history did not arrive; throws
 * only database faults.
 */
export async function backfill(deps: Deps, { run_id }: { run_id: number }): Promise<BackfillOutcome> {
  const row = await start(deps, run_id);
  if (row === undefined) return 'done';
  if (row.outcome === 'busy') return { busy_seconds: Number(row.busy_seconds ?? 1) };
  return await fetchHistory(deps, run_id, row);
}

async function start({ db, settings }: Deps, runId: number): Promise<StartedBackfill | undefined> {
  const [, [started]] = await db.batch([claimMode(db, settings.UPSTREAMS), startBackfill(db, runId)]);
  return started;
}

async function fetchHistory(deps: Deps, run_id: number, row: StartedBackfill): Promise<BackfillOutcome> {
  const { db } = deps;
  const source = sourcesOn(deps.settings).find(({ id }) => id === row.source);
  if (source?.history === undefined) {
    await failRun(db, run_id, { code: 'upstream_plan_limit', message: `${row.source} gives no history.` });
    return 'done';
  }
  const running: RunningPoll = {
    source,
    run_id,
    lease: { name: backfillLease(source.id), token: Number(row.token) },
    scheduled_ms: null,
    deadline_ms: deps.now().getTime() + RUN_MS_MAX,
    budget: { source, periods: [], left: {} },
    quota_wait_ms_max: 0, // the message waits instead
  };
  const asked_at = instantOfDate(deps.now());
  const { result, was_rate_limited } = await pollRequest(deps, running, {
    ...source.history.request(sourceSettings(deps.settings, source.id), row.external_id, row.days),
    purpose: row.purpose,
    // Nobody waits for it: a later message tries again.
    ...(isSpareWork(row.purpose) && { tries_max: 1 }),
  });
  const { hourly_days_max } = source.history;
  return settle(deps, running, row, { end: endOf(result), was_rate_limited, asked_at, hourly_days_max });
}

/** The result of the call. */
interface Called {
  end: Ended | { wait_s: number };
  was_rate_limited: boolean;
  asked_at: Instant;
  hourly_days_max: number;
}

/** Ends the run and stores its findings, or returns it to the queue. */
async function settle(
  deps: Deps,
  { source, run_id, lease }: RunningPoll,
  row: StartedBackfill,
  { end, was_rate_limited, ...called }: Called,
): Promise<BackfillOutcome> {
  const { db, settings, log, now } = deps;
  if ('wait_s' in end) {
    await db.batch([postponeBackfill(db, run_id), releaseLease(db, lease)]);
    return { busy_seconds: end.wait_s };
  }
  if (end.error?.code === 'upstream_quota_spent' && isSpareWork(row.purpose)) {
    await db.batch([skipBackfill(db, run_id), releaseLease(db, lease)]);
    return 'failed';
  }
  const hold_ms = heldMs(end.hold_ms);
  const ask_after_ms = hold_ms > 0 ? now().getTime() + hold_ms : null;
  const pause_ms = source.paceMs(sourceSettings(settings, source.id));
  await db.batch([
    finishRun(db, lease, run_id, end),
    ...(end.status === 'succeeded' ? filled(deps, row, { run_id, ...called }) : []),
    ...(was_rate_limited ? [slowUpstream(db, source.id, ask_after_ms)] : []),
    // The next backfill keeps the pause between two calls.
    restLease(db, lease, Math.max(pause_ms * row.slow_factor * (was_rate_limited ? 2 : 1), hold_ms)),
  ]);
  log[end.error === null ? 'info' : 'warn']('backfill.finished', {
    external_id: row.external_id,
    days: row.days,
    error: end.error ?? undefined,
  });
  return end.error === null ? 'done' : 'failed';
}

/** Its effect on gaps, for a batch; longer charts have no hourly points. */
function filled(
  { db }: Deps,
  { source, external_id, days }: StartedBackfill,
  { run_id, asked_at, hourly_days_max }: Pick<Called, 'asked_at' | 'hourly_days_max'> & { run_id: number },
) {
  const one = { run_id, source, external_id };
  return [
    markFilled(db, one),
    ...(days > hourly_days_max ? [] : [markAsked(db, { ...one, days, asked_at })]),
  ];
}

/** How it ended, and how long its source asked for a pause. */
type Ended = RunEnd & { hold_ms: number };

/** How it ended, or how long to wait for a period in which the plan has calls again. */
function endOf(result: Answer | AppError): Ended | { wait_s: number } {
  if (!(result instanceof AppError)) return { ...endWithout(result.lost), hold_ms: 0 };
  const { code, message, retry_after_s: wait_s = 0 } = result;
  if (code === 'upstream_quota_spent' && wait_s <= POSTPONED_S_MAX) return { wait_s };
  const hold_ms = code === 'upstream_quota_spent' ? 0 : wait_s * 1_000;
  return { status: 'failed', error: { code, message }, hold_ms };
}
