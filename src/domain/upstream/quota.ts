export const PERIODS = ['minute', 'day', 'month'] as const;
/** Calendar periods in UTC: plans are counted by them, or by something that does not differ much. */
export type Period = (typeof PERIODS)[number];

/** What a plan allows. Null: no figure is published, or nobody counts; the calls are counted all the same. */
export interface CallLimit {
  period: Period;
  calls_max: number | null;
}

/** A period of a ledger at some instant. */
export interface LedgerPeriod extends CallLimit {
  starts_at: Date;
  /** Exclusive. */
  ends_at: Date;
}

/** The period that holds `now`. */
export function periodAt(limit: CallLimit, now: Date): LedgerPeriod {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const starts = {
    month: (ahead: number) => Date.UTC(year, month + ahead),
    day: (ahead: number) => Date.UTC(year, month, day + ahead),
    minute: (ahead: number) => (Math.floor(now.getTime() / MINUTE_MS) + ahead) * MINUTE_MS,
  }[limit.period];
  return { ...limit, starts_at: new Date(starts(0)), ends_at: new Date(starts(1)) };
}

/**
 * How many times slower than planned to ask so that the calls last until the period ends: 1 when they do
 * anyway, null when none is left.
 */
export function slowdown(
  { calls, calls_max, ends_at }: Pick<LedgerPeriod, 'calls_max' | 'ends_at'> & { calls: number },
  plannedCallsPerMinute: number,
  now: Date,
): number | null {
  if (calls_max === null) return 1;
  const left = calls_max - calls;
  if (left <= 0) return null;
  const minutesLeft = (ends_at.getTime() - now.getTime()) / MINUTE_MS;
  return Math.max(1, (plannedCallsPerMinute * minutesLeft) / left);
}

/** Calls by the end of the period if it goes on as it went so far; null when it is too young to tell. */
export function projectedCalls({
  calls,
  starts_at,
  ends_at,
  now,
}: {
  calls: number;
  starts_at: Date;
  ends_at: Date;
  now: Date;
}): number | null {
  const [past, whole] = [now.getTime() - starts_at.getTime(), ends_at.getTime() - starts_at.getTime()];
  return past < whole * YOUNG_PART ? null : Math.round((calls * whole) / Math.min(past, whole));
}

const MINUTE_MS = 60_000;
/** Of the first part of a period nothing is concluded: one run would foretell thousands. */
const YOUNG_PART = 0.02;
