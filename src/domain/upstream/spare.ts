import type { LedgerPeriod } from './quota.ts';

/** The part of the planned calls that is also reserved, for retries and manual requests. */
const RESERVE_PART = 0.03;
/** Spare work leaves this part of a minute to polls. */
const MINUTE_PART_KEPT = 0.5;
/** History uses its share of a month slowly at first, so hours that go missing later can still be filled. */
const HISTORY_CURVE = 3;
const MINUTE_MS = 60_000;

/** A repeated call, and its distance in time. */
export interface PlannedCall {
  every_minutes: number;
}

/** The number of these calls until the end of a period, at their planned pace. */
export function plannedCalls(
  planned: readonly PlannedCall[],
  { ends_at }: { ends_at: Date },
  now: Date,
): number {
  const minutes = Math.max(0, ends_at.getTime() - now.getTime()) / MINUTE_MS;
  return planned.reduce((sum, { every_minutes }) => sum + Math.ceil(minutes / every_minutes), 0);
}

/** Calls of a period that spare work must leave: those that polls will need, and a reserve. */
export function keptCalls(planned: readonly PlannedCall[], period: LedgerPeriod, now: Date): number {
  if (period.period === 'minute') return Math.ceil((period.calls_max ?? 0) * MINUTE_PART_KEPT);
  const wanted = plannedCalls(planned, period, now);
  return wanted + Math.ceil(wanted * RESERVE_PART);
}

/** The counted calls of a period so far. */
export interface SpentCalls {
  calls: number;
  /** Calls among them for gaps and history. */
  spare_calls: number;
}

/**
 * The number of coins whose gaps have priority over all history. Gaps of the others follow when no history is left
 * to fetch, which includes their hours of the last 90 days anyway.
 */
export const coinsFirst = (coins: number): number => Math.max(10, Math.ceil(coins / 4));

/** The number of calls that may be made now for gaps, and for history. */
export interface SpareCalls {
  gap: number;
  history: number;
  /** Whether the plan has no limit of the period: then one call per tick is as careful as polls are. */
  is_careful: boolean;
}

/**
 * The calls that a period has left for gaps and history after all calls that polls will need are reserved. Gaps may
 * take all of them. A part of history's share stays for later gaps: the cube of the remaining time. Half of a
 * month's share is used after six days, seven eighths after fifteen.
 */
export function spareCalls(
  planned: readonly PlannedCall[],
  period: LedgerPeriod,
  { calls, spare_calls }: SpentCalls,
  now: Date,
): SpareCalls {
  if (period.calls_max === null) return { gap: 1, history: 1, is_careful: true };
  const spare = Math.max(0, period.calls_max - calls - keptCalls(planned, period, now));
  const whole = period.ends_at.getTime() - period.starts_at.getTime();
  const left = Math.min(1, Math.max(0, period.ends_at.getTime() - now.getTime()) / whole);
  const later = (spare + spare_calls) * left ** HISTORY_CURVE;
  return { gap: spare, history: Math.min(spare, Math.max(0, Math.floor(spare - later))), is_careful: false };
}
