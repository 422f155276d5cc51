import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { periodAt } from '../../../src/domain/upstream/quota.ts';
import { keptCalls, plannedCalls, spareCalls } from '../../../src/domain/upstream/spare.ts';

/** CoinGecko's demo plan: a page every ten minutes, three pages and the totals every hour, a list every day. */
const DEMO = [10, 60, 60, 60, 60, 1_440].map((every_minutes) => ({ every_minutes }));
const at = (text: string) => new Date(text);
const monthOf = (now: Date, calls_max: number | null = 10_000) =>
  periodAt({ period: 'month', calls_max }, now);

it.each([
  ['2026-01-01T00:00:00Z', 7_471],
  ['2026-02-01T00:00:00Z', 6_748],
  ['2026-01-31T23:00:00Z', 11],
  ['2026-01-31T23:59:59Z', 6],
])('calls planned from %s on', (now, expected) => {
  expect(plannedCalls(DEMO, monthOf(at(now)), at(now))).toBe(expected);
});

describe('the spare calls of a month', () => {
  it.each([
    ['at its beginning', '2026-01-01T00:00:00Z', 0, 0, { gap: 2_304, history: 0 }],
    ['after a day', '2026-01-02T00:00:00Z', 241, 0, { gap: 2_312, history: 216 }],
    [
      'half way, when nothing was spent on it',
      '2026-01-16T12:00:00Z',
      3_736,
      0,
      { gap: 2_415, history: 2_113 },
    ],
    ['half way, when history had its share', '2026-01-16T12:00:00Z', 5_849, 2_113, { gap: 302, history: 0 }],
    ['when a service starts in its middle', '2026-01-16T12:00:00Z', 0, 0, { gap: 6_151, history: 5_382 }],
    ['when somebody spent the rest by hand', '2026-01-16T12:00:00Z', 6_300, 0, { gap: 0, history: 0 }],
    ['in its last minutes', '2026-01-31T23:55:00Z', 9_000, 1_500, { gap: 993, history: 992 }],
  ])('%s', (_name, now, calls, spare_calls, expected) => {
    const spent = { calls, spare_calls };
    expect(spareCalls(DEMO, monthOf(at(now)), spent, at(now))).toEqual({ ...expected, is_careful: false });
  });

  it('is one call per tick if no limit is known', () => {
    const now = at('2026-01-10T00:00:00Z');
    expect(spareCalls(DEMO, monthOf(now, null), { calls: 1e6, spare_calls: 0 }, now)).toEqual({
      gap: 1,
      history: 1,
      is_careful: true,
    });
  });

  it('leaves half of a minute to polls', () => {
    const now = at('2026-01-10T00:00:00Z');
    expect(keptCalls(DEMO, periodAt({ period: 'minute', calls_max: 100 }, now), now)).toBe(50);
    expect(keptCalls(DEMO, periodAt({ period: 'minute', calls_max: null }, now), now)).toBe(0);
  });

  const instants = fc.date({ min: at('2026-01-01'), max: at('2026-12-31'), noInvalidDate: true });
  const counts = fc.integer({ min: 0, max: 12_000 });

  it('falls with each call, and rises with the limit', () => {
    fc.assert(
      fc.property(instants, counts, counts, fc.integer({ min: 1, max: 3_000 }), (now, limit, calls, more) => {
        const spare = (max: number, made: number) =>
          spareCalls(DEMO, monthOf(now, max), { calls: made, spare_calls: 0 }, now);
        const here = spare(limit, calls);
        for (const key of ['gap', 'history'] as const) {
          expect(spare(limit, calls + more)[key]).toBeLessThanOrEqual(here[key]);
          expect(spare(limit + more, calls)[key]).toBeGreaterThanOrEqual(here[key]);
        }
        expect(here.history).toBeLessThanOrEqual(here.gap);
        expect(calls + here.gap).toBeLessThanOrEqual(Math.max(calls, limit));
      }),
    );
  });
});
