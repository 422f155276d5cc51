export const PERIODS = ['minute', 'day', 'month'] as const;
/** Calendar periods in UTC: plans count by them, or by something similar. */
export type Period = (typeof PERIODS)[number];

/**
 * The limit of a plan. Null: no number is published, or the vendor does not count; our ledger counts the calls
 * anyway.
 */
export interface CallLimit {
  period: Period;
  calls_max: number | null;
}

/** A period of a ledger at an instant. */
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
 * The factor by which to slow down, so the calls last until the period ends: 1 if they do anyway, null if none is
 * left.
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

/** Calls of the newest period of a kind, from a ledger. */
export interface CountedCalls {
  period: Period;
  starts_ms: number;
  calls: number;
}

/** The count of exactly this period. */
export const callsIn = <Counted extends CountedCalls>(
  { period, starts_at }: LedgerPeriod,
  ledger: readonly Counted[],
): Counted | undefined =>
  ledger.find((row) => row.period === period && row.starts_ms === starts_at.getTime());

/**
 * The largest slowdown that any limit of a plan requires for its calls to last; null if one has no calls left. The
 * limit of a minute requires none, because a run waits for the next minute.
 */
export function quotaFactor(
  limits: readonly CallLimit[],
  planned: readonly { every_minutes: number }[],
  ledger: readonly CountedCalls[],
  now: Date,
): number | null {
  const perMinute = planned.reduce((sum, { every_minutes }) => sum + 1 / every_minutes, 0);
  const factors = limits
    .filter(({ period }) => period !== 'minute')
    .map((limit) => {
      const period = periodAt(limit, now);
      return slowdown({ ...period, calls: callsIn(period, ledger)?.calls ?? 0 }, perMinute, now);
    });
  const known = factors.filter((factor) => factor !== null);
  return known.length < factors.length ? null : Math.max(1, ...known);
}

const MINUTE_MS = 60_000;
