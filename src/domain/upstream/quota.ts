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

/** Calls of the newest period of a kind, as a ledger has them. */
export interface CountedCalls {
  period: Period;
  starts_ms: number;
  calls: number;
}

/** What is counted in this very period. */
export const callsIn = <Counted extends CountedCalls>(
  { period, starts_at }: LedgerPeriod,
  ledger: readonly Counted[],
): Counted | undefined =>
  ledger.find((row) => row.period === period && row.starts_ms === starts_at.getTime());

/**
 * The largest slowdown that a limit of a plan asks for, so that its calls last; null when one has none left. Of a
 * minute nothing is asked: a run waits for the next by itself.
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
