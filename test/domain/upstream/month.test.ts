import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Day, type Ledger, type Plan, simulate } from '../../../scripts/month/simulate.ts';
import { type CallsByPurpose, PURPOSES } from '../../../src/domain/upstream/purpose.ts';

const calls = (endpoint: string, every_minutes: number, purpose: 'live' | 'lists' = 'live') => ({
  endpoint,
  every_minutes,
  purpose,
});

/** CoinGecko's demo plan. */
const DEMO: Plan = {
  planned: [
    calls('page 1', 10),
    calls('page 2', 60),
    calls('page 3', 60),
    calls('page 4', 60),
    calls('global', 60),
    calls('list', 1_440, 'lists'),
  ],
  limits: [
    { period: 'minute', calls_max: 100 },
    { period: 'month', calls_max: 10_000 },
  ],
  coins: 1_000,
  poll_minutes: 5,
  spare_a_tick: 60,
};
/** 240 for markets and totals, one for the list. */
const POLLS_A_DAY = 241;
const QUIET = { lateMs: () => 0, isRefused: () => false, manual: () => 0, gapCoins: () => 0 };

/** A ledger in memory that has only its own sums; it throws if one exceeds its limit. */
function memory(): Ledger {
  const counts = new Map<string, { calls: number; spare_calls: number }>();
  const at = (period: { period: string; starts_at: Date }) =>
    `${period.period} ${period.starts_at.getTime()}`;
  const of = (period: { period: string; starts_at: Date }) =>
    counts.get(at(period)) ?? { calls: 0, spare_calls: 0 };
  return {
    async reserve(periods, wanted) {
      const granted: CallsByPurpose = {};
      for (const purpose of PURPOSES)
        for (let left = wanted[purpose] ?? 0; left > 0; left -= 1) {
          if (periods.some((one) => one.calls_max !== null && of(one).calls >= one.calls_max - one.kept))
            break;
          for (const one of periods) {
            const { calls, spare_calls } = of(one);
            const spare = purpose === 'gap' || purpose === 'history' ? 1 : 0;
            counts.set(at(one), { calls: calls + 1, spare_calls: spare_calls + spare });
            if (one.calls_max !== null && calls + 1 > one.calls_max) throw new Error('over the limit');
          }
          granted[purpose] = (granted[purpose] ?? 0) + 1;
        }
      return granted;
    },
    counted: async (month) => of(month),
  };
}

const days = async (run: AsyncGenerator<Day>) => {
  const found: Day[] = [];
  for await (const day of run) found.push(day);
  return found;
};
const sum = (found: Day[], read: (day: Day) => number) => found.reduce((total, day) => total + read(day), 0);

describe('a first month on the demo plan', () => {
  it.each([
    ['of 31 days', '2026-01-01T00:00:00Z', 31, 14],
    ['of 28 days', '2026-02-01T00:00:00Z', 28, 9],
    ['that is half over', '2026-01-16T00:00:00Z', 16, 1],
  ])('%s gives 1,000 coins their history, and polls lose nothing', async (_name, from, length, coins_day) => {
    const found = await days(
      simulate(DEMO, { from: new Date(from), days: length, ledger: memory(), happenings: QUIET }),
    );
    expect(sum(found, ({ calls }) => calls.live)).toBe(length * 240);
    expect(sum(found, ({ calls }) => calls.lists)).toBe(length);
    expect(sum(found, ({ refused_polls }) => refused_polls)).toBe(0);
    expect(found.at(-1)?.coins_with_history).toBe(1_000);
    expect(found.findIndex(({ coins_with_history }) => coins_with_history === 1_000) + 1).toBe(coins_day);
  });

  it('fills gaps of the largest coins before it continues with history, which fills the others', async () => {
    const outage = 3 * 1_440;
    const happenings = {
      ...QUIET,
      lateMs: (minute: number) => (minute >= outage && minute < outage + 360 ? null : 0),
      gapCoins: (minute: number) => (minute === outage + 425 ? 1_000 : 0),
    };
    const found = await days(
      simulate(DEMO, { from: new Date('2026-01-01Z'), days: 31, ledger: memory(), happenings }),
    );
    expect(found[3]?.calls.gap).toBe(250);
    expect(found.at(-1)).toMatchObject({ coins_with_history: 1_000, gap_coins_left: 0 });
    expect(sum(found, ({ refused_polls }) => refused_polls)).toBe(0);
  });
});

it('never makes a call too many, and history never takes one from a poll', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        from: fc.integer({ min: 0, max: 40 }),
        limit: fc.constantFrom(150, 600, 8_000, 10_000, 20_000),
        lost: fc.constantFrom(0, 0.02, 0.3),
        refused: fc.constantFrom(0, 0.005),
        manual: fc.constantFrom(0, 0.002, 0.02),
        gap: fc.constantFrom(0, 0.001),
      }),
      async ({ seed, from, limit, lost, refused, manual, gap }) => {
        const chance = (minute: number, salt: number) =>
          (((Math.imul(seed ^ salt, 2_654_435_761) ^ Math.imul(minute + 1, 40_503)) >>> 0) % 10_007) / 10_007;
        const found = await days(
          simulate(
            {
              ...DEMO,
              limits: [
                { period: 'minute', calls_max: 100 },
                { period: 'month', calls_max: limit },
              ],
            },
            {
              from: new Date(Date.UTC(2026, 0, 1 + from)),
              days: 12,
              ledger: memory(),
              happenings: {
                lateMs: (minute) =>
                  chance(minute, 1) < lost ? null : Math.floor(chance(minute, 2) * 200_000),
                isRefused: (minute) => chance(minute, 3) < refused,
                manual: (minute) => (chance(minute, 4) < manual ? 40 : 0),
                gapCoins: (minute) => (chance(minute, 5) < gap ? 300 : 0),
              },
            },
          ),
        );
        for (const { month_calls } of found) expect(month_calls).toBeLessThanOrEqual(limit);
        // If the plan has room for every poll, only manual requests can take it from them.
        if (limit >= 10_000 && manual === 0) expect(sum(found, (day) => day.refused_polls)).toBe(0);
        // If the polls of the rest of the month need all of it, history takes nothing.
        const days_left = from < 31 ? 31 - from : 59 - from;
        if (limit < days_left * POLLS_A_DAY * (1 - lost))
          expect(sum(found, ({ calls: { gap: g, history } }) => g + history)).toBe(0);
      },
    ),
    { numRuns: 20 },
  );
});
