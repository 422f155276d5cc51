/** The results of past runs that decide when a source may be called again. Instants are in unix ms. */
export interface Circuit {
  /** The number of consecutive failed runs. */
  failures: number;
  failing_since_ms: number | null;
  /** No scheduled run before this instant. */
  ask_after_ms: number | null;
  /** How many times slower than planned it is polled. */
  slow_factor: number;
}

/** The findings of a run. */
export interface RunFinding {
  /** Whether no endpoint answered. */
  is_failed: boolean;
  is_rate_limited: boolean;
  /** The longest Retry-After that was not waited for; null if there was none. */
  hold_ms: number | null;
}

/** When a run ended, and the minute of its tick: both are the same for a manual run. */
export interface RunTimes {
  now_ms: number;
  planned_ms: number;
}

/** The longest time between two probes of a failing endpoint, unless its own pace is slower. */
export const PROBE_MINUTES_MAX = 60;
/** An upstream may ask for more, but nobody means years. */
const HOLD_MS_MAX = 24 * 3_600_000;
export const SLOW_FACTOR_MAX = 8;
const MINUTE_MS = 60_000;
/** From this number of failures on, one attempt per run is enough to see whether it is back. */
const PROBE_FAILURES = 2;

/**
 * Minutes until an endpoint is called again after this many consecutive failures: the next tick, then twice as long
 * each time, up to an hour, or a quarter of its own pace if that is longer.
 */
export function probeDelayMinutes(failures: number, pollMinutes: number, everyMinutes: number): number {
  const longest = Math.max(PROBE_MINUTES_MAX, pollMinutes, everyMinutes / 4);
  return Math.min(longest, pollMinutes * 2 ** Math.min(failures - 1, 12));
}

/** Tries of a request within one run: several, but only one to probe a failing source. */
export const triesAfter = (failures: number, triesMax: number): number =>
  failures >= PROBE_FAILURES ? 1 : triesMax;

/** The longest pause that an upstream can ask for. */
export const heldMs = (hold_ms: number | null): number => Math.min(hold_ms ?? 0, HOLD_MS_MAX);

/** The state after a run: a failed run opens the circuit a little longer, a successful one closes it. */
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
