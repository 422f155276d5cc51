import { probeDelayMinutes } from './circuit.ts';
import { type CallLimit, type CountedCalls, callsIn, periodAt, quotaFactor } from './quota.ts';
import { type PlannedCall, plannedCalls, type SpareCalls, spareCalls } from './spare.ts';

const MINUTE_MS = 60_000;

/** A ledger's newest count of a period, and the part used for gaps and history. */
export interface LedgerCount extends CountedCalls {
  spare_calls: number;
}

/** The pace of a source, and the state of its endpoints. Instants are unix ms. */
export interface Outlook {
  planned: readonly (PlannedCall & { endpoint: string })[];
  limits: readonly CallLimit[];
  ledger: readonly LedgerCount[];
  /** The last good reply of each endpoint. */
  answered: ReadonlyMap<string, number>;
  failed: ReadonlyMap<string, { failures: number; failed_ms: number }>;
  slow_factor: number;
  ask_after_ms: number | null;
  poll_minutes: number;
  /** Calls that gaps and history still need. */
  work: { gap: number; history: number };
}

/** The plan from now on. */
export interface Forecast {
  /** Minutes between two calls of the fastest endpoint at the present pace; null while it is not called. */
  pace_minutes: number | null;
  /** The next tick with a call; unix ms. */
  next_call_ms: number;
  /**
   * Until the end of the month: calls of polls and lists; calls of gaps and history; and their sum with the calls
   * already made.
   */
  planned_calls: number;
  spare_calls: number;
  projected_calls: number;
  calls_max: number | null;
}

/** The calls that a month has left for gaps and history now. */
export function spareNow(
  { planned, limits, ledger }: Pick<Outlook, 'planned' | 'limits' | 'ledger'>,
  now: Date,
): SpareCalls {
  const month = monthAt(limits, now);
  const counted = callsIn(month, ledger);
  const spent = { calls: counted?.calls ?? 0, spare_calls: counted?.spare_calls ?? 0 };
  return spareCalls(planned, month, spent, now);
}

/** Forecasts the rest of the month from the planned pace and work, not from the past. */
export function forecast(outlook: Outlook, now: Date): Forecast {
  const { planned, limits, ledger, slow_factor } = outlook;
  const month = monthAt(limits, now);
  const calls = callsIn(month, ledger)?.calls ?? 0;
  const factor = quotaFactor(limits, planned, ledger, now);
  const paced = planned.map(({ endpoint, every_minutes }) => ({
    endpoint,
    every_minutes: Math.ceil(every_minutes * (factor ?? 1)),
  }));
  const left = month.calls_max === null ? Number.POSITIVE_INFINITY : Math.max(0, month.calls_max - calls);
  const planned_calls = Math.min(left, factor === null ? 0 : plannedCalls(paced, month, now));
  const spare_calls = Math.min(left - planned_calls, spareWork(outlook, now));
  return {
    pace_minutes:
      factor === null ? null : slow_factor * Math.min(...paced.map(({ every_minutes }) => every_minutes)),
    next_call_ms: nextTick(
      outlook.poll_minutes,
      factor === null ? month.ends_at.getTime() : nextDue(outlook, paced, now),
    ),
    planned_calls,
    spare_calls,
    projected_calls: calls + planned_calls + spare_calls,
    calls_max: month.calls_max,
  };
}

const monthAt = (limits: readonly CallLimit[], now: Date) =>
  periodAt(limits.find(({ period }) => period === 'month') ?? { period: 'month', calls_max: null }, now);

/** The part of the work on gaps and history for which the month will have calls. */
function spareWork({ planned, limits, ledger, poll_minutes, work }: Outlook, now: Date): number {
  const spare = spareNow({ planned, limits, ledger }, now);
  const { ends_at } = monthAt(limits, now);
  const ticks = Math.floor((ends_at.getTime() - now.getTime()) / (poll_minutes * MINUTE_MS));
  return Math.min(work.gap + work.history, spare.is_careful ? ticks : spare.gap);
}

/** When the first endpoint is due, unless something else delays it. */
function nextDue(
  { answered, failed, slow_factor, ask_after_ms, poll_minutes }: Outlook,
  paced: Outlook['planned'],
  now: Date,
): number {
  const due = paced.map(({ endpoint, every_minutes }) => {
    const failure = failed.get(endpoint);
    if (failure !== undefined)
      return failure.failed_ms + probeDelayMinutes(failure.failures, poll_minutes, every_minutes) * MINUTE_MS;
    const last = answered.get(endpoint);
    return last === undefined ? now.getTime() : last + every_minutes * slow_factor * MINUTE_MS;
  });
  return Math.max(now.getTime(), ask_after_ms ?? 0, Math.min(...due) - SLACK_MS);
}

/** A tick takes every endpoint that is due within this time. */
const SLACK_MS = 30_000;

/** The first tick at or after an instant. */
const nextTick = (pollMinutes: number, ms: number): number =>
  Math.ceil(ms / (pollMinutes * MINUTE_MS)) * pollMinutes * MINUTE_MS;
