import { describe, expect, it } from 'vitest';
import {
  type Circuit,
  circuitAfter,
  probeDelayMinutes,
  triesAfter,
} from '../../../src/domain/upstream/circuit.ts';

const MINUTE = 60_000;
/** A run that ends in the minute of its tick. */
const at = (now_ms: number) => ({ now_ms, planned_ms: now_ms });
const closed: Circuit = { failures: 0, failing_since_ms: null, ask_after_ms: null, slow_factor: 1 };
const fine = { is_failed: false, is_rate_limited: false, hold_ms: null };
const dead = { ...fine, is_failed: true };

describe('a failing endpoint', () => {
  it.each([
    [5, 0, [5, 10, 20, 40, 60, 60, 60]],
    [1, 0, [1, 2, 4, 8, 16, 32, 60]],
    [120, 0, [120, 120, 120]],
    // A daily list is not requested every hour.
    [5, 1_440, [5, 10, 20, 40, 80, 160, 320, 360, 360]],
  ])('with a tick each %s minutes and a pace of %s', (poll, every, delays) => {
    expect(delays.map((_, index) => probeDelayMinutes(index + 1, poll, every))).toEqual(delays);
    expect(probeDelayMinutes(1_000_000, poll, every)).toBe(delays.at(-1));
  });

  it('is tried several times at first, then once', () => {
    expect([1, 2, 3, 100].map((failures) => triesAfter(failures, 4))).toEqual([4, 1, 1, 1]);
  });
});

describe('a circuit', () => {
  it('opens longer with each failure, remembers since when, and closes at once', () => {
    const first = circuitAfter(closed, dead, at(1_000), 5);
    expect(first).toEqual({
      failures: 1,
      failing_since_ms: 1_000,
      ask_after_ms: 1_000 + 5 * MINUTE,
      slow_factor: 1,
    });
    const second = circuitAfter(first, dead, at(9_000), 5);
    expect(second).toMatchObject({
      failures: 2,
      failing_since_ms: 1_000,
      ask_after_ms: 9_000 + 10 * MINUTE,
    });
    expect(circuitAfter(second, fine, at(20_000), 5)).toEqual(closed);
  });

  it('respects Retry-After, up to a day', () => {
    const askAfter = (hold_ms: number, found = fine) =>
      circuitAfter(closed, { ...found, hold_ms }, at(0), 5).ask_after_ms;
    expect(askAfter(90 * MINUTE)).toBe(90 * MINUTE);
    expect(askAfter(1_000, dead)).toBe(5 * MINUTE);
    expect(askAfter(1e15)).toBe(24 * 60 * MINUTE);
  });

  it('halves the pace with each "too many", to an eighth, and doubles it with each run without', () => {
    const limited = { ...fine, is_rate_limited: true };
    let state = closed;
    const factors = [limited, limited, limited, limited, fine, limited, fine, fine, fine, fine].map(
      (found) => {
        state = circuitAfter(state, found, at(0), 5);
        return state.slow_factor;
      },
    );
    expect(factors).toEqual([2, 4, 8, 8, 4, 8, 4, 2, 1, 1]);
  });
});
