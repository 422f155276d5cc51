/** What past runs say of when a source may be asked again. Instants are in unix ms. */
export interface Circuit {
  /** Runs that failed, one after another. */
  failures: number;
  failing_since_ms: number | null;
  /** No scheduled run before. */
  ask_after_ms: number | null;
  /** How many times slower than planned it is asked. */
  slow_factor: number;
}

/** What a run found out. */
export interface RunFinding {
  /** Whether nothing answered at all. */
  is_failed: boolean;
  is_rate_limited: boolean;
  /** The longest Retry-After that was not waited for; null when there was none. */
  hold_ms: number | null;
}

/** When a run ended, and the minute of the tick that it was made for: the same when it was asked for by hand. */
export interface RunTimes {
  now_ms: number;
  planned_ms: number;
}

/** Longest time between two probes of what keeps failing, where its own pace is not slower. */
export const PROBE_MINUTES_MAX = 60;
/** An upstream may ask for more; nobody means years. */
const HOLD_MS_MAX = 24 * 3_600_000;
export const SLOW_FACTOR_MAX = 8;
const MINUTE_MS = 60_000;
/** From this number of failures on, one attempt per run is enough to see whether it is back. */
const PROBE_FAILURES = 2;

/**
 * Minutes until what failed so many times in a row is asked again: the next tick, then twice as long each
 * time, up to an hour, or a quarter of its own pace when that is longer.
 */
export function probeDelayMinutes(failures: number, pollMinutes: number, everyMinutes: number): number {
  const longest = Math.max(PROBE_MINUTES_MAX, pollMinutes, everyMinutes / 4);
  return Math.min(longest, pollMinutes * 2 ** Math.min(failures - 1, 12));
}

/** Tries of a request within one run: several, but a single one to probe what keeps failing. */
export const triesAfter = (failures: number, triesMax: number): number =>
  failures >= PROBE_FAILURES ? 1 : triesMax;

/** The longest that an upstream's request to be left alone is respected. */
export const heldMs = (hold_ms: number | null): number => Math.min(hold_ms ?? 0, HOLD_MS_MAX);

/** The state after a run: one that failed opens the circuit a little longer, one that did not closes it. */
export function circuitAfter(
  before: Circuit,
  found: RunFinding,
  { now_ms, planned_ms }: RunTimes,
  pollMinutes: number,
): Circuit {
  const failures = found.is_failed ? before.failures + 1 : 0;
  const waits = [
    ...(failures === 0 ? [] : [planned_ms + probeDelayMinutes(failures, pollMinutes, 0) * MINUTE_MS]),
    ...(found.hold_ms === null ? [] : [now_ms + heldMs(found.hold_ms)]),
  ];
  return {
    failures,
    failing_since_ms: found.is_failed ? (before.failing_since_ms ?? now_ms) : null,
    ask_after_ms: waits.length === 0 ? null : Math.max(...waits),
    slow_factor: found.is_rate_limited
      ? Math.min(before.slow_factor * 2, SLOW_FACTOR_MAX)
      : Math.max(before.slow_factor / 2, 1),
  };
}
