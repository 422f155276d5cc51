import { failRun, finishRun, type RunEnd } from '../../db/runs/lifecycle.ts';
import { releaseLease, restLease } from '../../db/tape/leases.ts';
import { claimMode } from '../../db/tape/version.ts';
import {
  backfillLease,
  postponeBackfill,
  type StartedBackfill,
  startBackfill,
} from '../../db/upstreams/backfills.ts';
import { slowUpstream } from '../../db/upstreams/circuits.ts';
import { markFilled } from '../../db/upstreams/gaps.ts';
import type { Deps } from '../../deps.ts';
import { heldMs } from '../../domain/upstream/circuit.ts';
import { AppError } from '../../errors.ts';
import { sourcesOn } from '../../sources/registry.ts';
import { type Answer, pollRequest } from './request.ts';
import type { RunningPoll } from './running.ts';
import { sourceSettings } from './settings.ts';

/** Waits for another try may not reach beyond this. */
const RUN_MS_MAX = 120_000;
/** A wait for the plan's next period that a message can be held for. */
const POSTPONED_S_MAX = 60;

export type BackfillOutcome = 'done' | { busy_seconds: number };

/**
 * Fetches the history of one coin that was asked for, with one call, and loads what is not known yet: rows that
 * were polled stay. One backfill of a source runs at a time. Ends the run; only database faults are thrown.
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
  const given = sourceSettings(deps.settings, source.id);
  const request = source.history.request(given, row.external_id, row.days);
  const running: RunningPoll = {
    source,
    run_id,
    lease: { name: backfillLease(source.id), token: Number(row.token) },
    scheduled_ms: null,
    deadline_ms: deps.now().getTime() + RUN_MS_MAX,
    budget: { source, periods: [], left: 0 },
    quota_wait_ms_max: 0, // the message waits instead
  };
  const { result, was_rate_limited } = await pollRequest(deps, running, request);
  const end = endOf(result);
  if ('wait_s' in end) {
    await db.batch([postponeBackfill(db, run_id), releaseLease(db, running.lease)]);
    return { busy_seconds: end.wait_s };
  }
  const hold_ms = heldMs(end.hold_ms);
  const ask_after_ms = hold_ms > 0 ? deps.now().getTime() + hold_ms : null;
  const slow = row.slow_factor * (was_rate_limited ? 2 : 1);
  await db.batch([
    finishRun(db, running.lease, run_id, end),
    ...(end.status === 'succeeded' ? [markFilled(db, { ...row, run_id })] : []),
    ...(was_rate_limited ? [slowUpstream(db, source.id, ask_after_ms)] : []),
    // The next one keeps the gap between two calls.
    restLease(db, running.lease, Math.max(source.paceMs(given) * slow, hold_ms)),
  ]);
  deps.log[end.error === null ? 'info' : 'warn']('backfill.finished', {
    external_id: row.external_id,
    days: row.days,
    error: end.error ?? undefined,
  });
  return 'done';
}

/** How it ended, and for how long its source asks to be left alone. */
type Ended = RunEnd & { hold_ms: number };

/** How it ended, or how long to wait for a period in which the plan has calls again. */
function endOf(result: Answer | AppError): Ended | { wait_s: number } {
  if (!(result instanceof AppError)) return { status: 'succeeded', error: null, hold_ms: 0 };
  const { code, message, retry_after_s: wait_s = 0 } = result;
  if (code === 'upstream_quota_spent' && wait_s <= POSTPONED_S_MAX) return { wait_s };
  const hold_ms = code === 'upstream_quota_spent' ? 0 : wait_s * 1_000;
  return { status: 'failed', error: { code, message }, hold_ms };
}
