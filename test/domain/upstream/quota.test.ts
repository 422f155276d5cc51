import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PERIODS, periodAt, slowdown } from '../../../src/domain/upstream/quota.ts';

const at = (text: string) => new Date(text);

describe('the period of an instant', () => {
  it.each([
    ['minute', '2026-02-28T23:59:59.999Z', '2026-02-28T23:59:00.000Z', '2026-03-01T00:00:00.000Z'],
    ['day', '2026-02-28T23:59:59.999Z', '2026-02-28T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
    ['month', '2026-02-28T23:59:59.999Z', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
    ['month', '2026-12-31T12:00:00Z', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['minute', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:01:00.000Z'],
  ] as const)('%s of %s', (period, now, starts, ends) => {
    const found = periodAt({ period, calls_max: 7 }, at(now));
    expect([found.starts_at.toISOString(), found.ends_at.toISOString(), found.calls_max]).toEqual([
      starts,
      ends,
      7,
    ]);
  });

  it('contains it, and begins where the previous one ends', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PERIODS),
        fc.date({ min: at('1971-01-01'), max: at('9000-01-01'), noInvalidDate: true }),
        (period, now) => {
          const { starts_at, ends_at } = periodAt({ period, calls_max: null }, now);
          expect(starts_at <= now && now < ends_at).toBe(true);
          const before = periodAt({ period, calls_max: null }, new Date(starts_at.getTime() - 1));
          expect(before.ends_at).toEqual(starts_at);
        },
      ),
    );
  });
});

describe('slowdown', () => {
  const ends_at = at('2026-01-31T00:00:00Z');
  it.each([
    // 10 days are 14,400 minutes: at 0.1 per minute, 1,440 calls are still planned.
    ['without a limit', null, 50, 1],
    ['with room', 5_000, 50, 1],
    ['with just enough', 1_490, 50, 1],
    ['with half of it', 770, 50, 2],
    ['with one call left', 51, 50, 1_440],
    ['with none left', 50, 50, null],
    ['overspent', 50, 80, null],
  ])('%s', (_name, calls_max, calls, expected) => {
    expect(slowdown({ calls, calls_max, ends_at }, 0.1, at('2026-01-21T00:00:00Z'))).toBe(expected);
  });
});
