import { describe, expect, it } from 'vitest';
import { type FailedAttempt, retryAfterMs, retryWaitMs } from '../../../src/domain/upstream/retry.ts';

const failed = (change: Partial<FailedAttempt>): FailedAttempt => ({
  attempt: 1,
  retryable: true,
  rate_limited: false,
  retry_after_ms: null,
  budget_ms: 100_000,
  ...change,
});

describe('retryWaitMs', () => {
  it.each<[string, Partial<FailedAttempt>, number, number | null]>([
    ['the first wait is half a second to a second', {}, 0, 500],
    ['with full jitter', {}, 1, 1000],
    ['and doubles', { attempt: 3 }, 1, 4000],
    ['the last attempt is the last', { attempt: 4 }, 0, null],
    ['what would fail again is not tried', { retryable: false }, 0, null],
    ['Retry-After is obeyed', { retry_after_ms: 7000, rate_limited: true }, 0.9, 7000],
    ['Retry-After beyond the budget gives up', { retry_after_ms: 119_000 }, 0, null],
    ['too many without a time waits about a minute', { rate_limited: true }, 0, 60_000],
    ['with jitter on top', { rate_limited: true }, 1, 75_000],
    ['no wait outlasts the budget', { budget_ms: 500 }, 0, null],
  ])('%s', (_name, change, jitter, wait) => {
    expect(retryWaitMs(failed(change), jitter)).toBe(wait);
  });
});

describe('retryAfterMs', () => {
  const now = new Date('2026-01-10T10:00:00Z');
  it.each<[string | null, number | null]>([
    [null, null],
    ['119', 119_000],
    [' 5 ', 5000],
    ['0', 0],
    ['Sat, 10 Jan 2026 10:00:30 GMT', 30_000],
    ['Sat, 10 Jan 2026 09:00:00 GMT', 0],
    ['soon', null],
    ['-3', null],
  ])('%s is %s', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});
