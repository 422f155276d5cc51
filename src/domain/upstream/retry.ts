export const ATTEMPTS_MAX = 4;
const FIRST_WAIT_MS = 1_000;
/** A source that replies "too many" without a time is left alone for about a minute. */
const RATE_LIMITED_WAIT_MS = 60_000;
const WAIT_MS_MAX = 60_000;

export interface FailedAttempt {
  /** 1 for the first attempt. */
  attempt: number;
  retryable: boolean;
  rate_limited: boolean;
  retry_after_ms: number | null;
  /** Time left for the whole run. */
  budget_ms: number;
}

/**
 * How long to wait before the next try, or null to give up: after the last attempt, for a fault that would occur
 * again, and if the wait would exceed the run's time. `jitter` is from 0 to 1.
 */
export function retryWaitMs(failed: FailedAttempt, jitter: number): number | null {
  if (!failed.retryable || failed.attempt >= ATTEMPTS_MAX) return null;
  const backoff = Math.min(FIRST_WAIT_MS * 2 ** (failed.attempt - 1), WAIT_MS_MAX) * (0.5 + jitter / 2);
  const limited = RATE_LIMITED_WAIT_MS * (1 + jitter / 4);
  const wait = failed.retry_after_ms ?? (failed.rate_limited ? limited : backoff);
  return wait < failed.budget_ms ? Math.ceil(wait) : null;
}

/** `Retry-After` as seconds or as an HTTP date, in ms from `now`; null if absent or unreadable. */
export function retryAfterMs(header: string | null, now: Date): number | null {
  if (header === null) return null;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1_000;
  const at = /^\s*[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
