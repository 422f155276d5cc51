import type { LedgerPeriod } from './quota.ts';

/** Of the calls still planned, the part that is also kept back, for retries and manual requests. */
const RESERVE_PART = 0.03;
/** Spare work leaves this part of a minute to polls. */
const MINUTE_PART_KEPT = 0.5;
/** History takes its share of a month slowly at first, so that what goes missing meanwhile can still be filled. */
const HISTORY_CURVE = 3;
const MINUTE_MS = 60_000;

/** A call that is made again and again, and how far apart. */
export interface PlannedCall {
  every_minutes: number;
}

/** Calls that these make until the end of a period, at their planned pace. */
export function plannedCalls(
  planned: readonly PlannedCall[],
  { ends_at }: { ends_at: Date },
  now: Date,
): number {
  const minutes = Math.max(0, ends_at.getTime() - now.getTime()) / MINUTE_MS;
  return planned.reduce((sum, { every_minutes }) => sum + Math.ceil(minutes / every_minutes), 0);
}

/** Calls of a period that spare work must leave: those that polls will want, and a reserve. */
export function keptCalls(planned: readonly PlannedCall[], period: LedgerPeriod, now: Date): number {
  if (period.period === 'minute') return Math.ceil((period.calls_max ?? 0) * MINUTE_PART_KEPT);
  const wanted = plannedCalls(planned, period, now);
  return wanted + Math.ceil(wanted * RESERVE_PART);
}

/** What is counted in a period so far. */
export interface SpentCalls {
  calls: number;
  /** Of them, for gaps and history. */
  spare_calls: number;
}

/**
 * Of so many coins, those whose gaps go before all history; gaps of the others follow when no history is left to
 * fetch, which brings their hours of the last 90 days anyway.
 */
export const coinsFirst = (coins: number): number => Math.max(10, Math.ceil(coins / 4));

/** How many calls may be made now for gaps, and how many for history. */
export interface SpareCalls {
  gap: number;
  history: number;
  /** Whether the plan has no limit of the period to go by: then one call a tick is as careful as polls are. */
  is_careful: boolean;
}

/**
 * What a period has left for gaps and history when all that polls will want is kept back. Gaps may take all of
 * it. Of history's share so much stays for later gaps as the cube of the time that is left: of a month's a
 * half is taken after six days, seven eighths after fifteen.
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
