import { type CallsByPurpose, type Purpose, sumOfCalls } from '../../src/domain/upstream/purpose.ts';
import { type CallLimit, type LedgerPeriod, periodAt, quotaFactor } from '../../src/domain/upstream/quota.ts';
import {
  coinsFirst,
  keptCalls,
  type PlannedCall,
  type SpareCalls,
  spareCalls,
} from '../../src/domain/upstream/spare.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Where calls are counted: the real ledger in Postgres, or a map in memory. */
export interface Ledger {
  /** Counts the wanted calls up to the limits minus the reserve, and returns their number. */
  reserve(periods: (LedgerPeriod & { kept: number })[], wanted: CallsByPurpose): Promise<CallsByPurpose>;
  /** All calls of a month, and its calls for gaps and history. */
  counted(month: LedgerPeriod): Promise<{ calls: number; spare_calls: number }>;
}

/** Events outside the plan. All instants are minutes since the start. */
export interface Happenings {
  /** The delay of a minute's tick in ms; null if it never comes. */
  lateMs(minute: number): number | null;
  /** Whether this call is refused by a limit and must be repeated. */
  isRefused(minute: number): boolean;
  /** The number of manual calls. */
  manual(minute: number): number;
  /** The number of the largest coins that miss hours from this minute on. */
  gapCoins(minute: number): number;
}

export interface Plan {
  planned: readonly (PlannedCall & { endpoint: string; purpose: Purpose })[];
  limits: readonly CallLimit[];
  /** Coins that need history, two calls each. */
  coins: number;
  poll_minutes: number;
  /** Calls for gaps and history between two ticks. Each call takes a while. */
  spare_a_tick: number;
}

export interface Day {
  day: string;
  calls: Record<Purpose, number>;
  /** Calls since the start of the month. */
  month_calls: number;
  coins_with_history: number;
  gap_coins_left: number;
  /** Calls of due polls that the ledger refused. */
  refused_polls: number;
}

/**
 * Every tick of these days, in the Worker's order: first the calls due at the pace of the quota, then spare calls.
 */
export async function* simulate(
  plan: Plan,
  { from, days, ledger, happenings }: { from: Date; days: number; ledger: Ledger; happenings: Happenings },
): AsyncGenerator<Day> {
  const asked = new Map<string, number>();
  const coins: Coin[] = Array.from({ length: plan.coins }, () => ({ days: false, hours: false, gap: false }));
  for (let number = 0; number < days; number += 1) {
    const day = newDay(new Date(from.getTime() + number * DAY_MS));
    for (let minute = 0; minute < 1_440; minute += plan.poll_minutes) {
      const at = number * 1_440 + minute;
      const scheduled = from.getTime() + at * MINUTE_MS;
      const late = happenings.lateMs(at);
      for (const coin of coins.slice(0, happenings.gapCoins(at))) coin.gap = true;
      await spend('manual', happenings.manual(at), scheduled);
      if (late === null) continue;
      await poll(scheduled, scheduled + late, at);
      for (let spent = 0; spent < plan.spare_a_tick; spent += 1) {
        // The number of calls within one minute is what the limit of the minute leaves.
        const now = new Date(
          scheduled + late + Math.floor((spent * plan.poll_minutes * MINUTE_MS) / plan.spare_a_tick),
        );
        const month = monthAt(now);
        const spare = spareCalls(plan.planned, month, await ledger.counted(month), now);
        const next = nextCall(coins, spare);
        if (next === null || (await spend(next.purpose, 1, now.getTime())) === 0) break;
        next.take();
      }
    }
    const last = new Date(day.from + DAY_MS - 1);
    yield {
      day: last.toISOString().slice(0, 10),
      calls: day.calls,
      month_calls: (await ledger.counted(monthAt(last))).calls,
      coins_with_history: coins.filter(({ days, hours }) => days && hours).length,
      gap_coins_left: coins.filter(({ gap }) => gap).length,
      refused_polls: day.refused_polls,
    };

    async function poll(scheduled: number, now: number, at: number): Promise<void> {
      const month = monthAt(new Date(now));
      const { calls } = await ledger.counted(month);
      const count = { period: month.period, starts_ms: month.starts_at.getTime(), calls };
      const factor = quotaFactor(plan.limits, plan.planned, [count], new Date(now));
      if (factor === null) return;
      const due = plan.planned.filter(({ endpoint, every_minutes }) => {
        const last = asked.get(endpoint);
        return last === undefined || last + Math.ceil(every_minutes * factor) * MINUTE_MS <= scheduled;
      });
      const wanted: CallsByPurpose = {};
      for (const { purpose } of due)
        wanted[purpose] = (wanted[purpose] ?? 0) + (happenings.isRefused(at) ? 2 : 1);
      for (const { endpoint } of due) asked.set(endpoint, scheduled);
      const granted = await reserve(wanted, now);
      day.refused_polls += sumOfCalls(wanted) - sumOfCalls(granted);
    }

    async function spend(purpose: Purpose, calls: number, now: number): Promise<number> {
      return calls === 0 ? 0 : sumOfCalls(await reserve({ [purpose]: calls }, now));
    }

    async function reserve(wanted: CallsByPurpose, now: number): Promise<CallsByPurpose> {
      const isSpare = wanted.gap !== undefined || wanted.history !== undefined;
      const periods = plan.limits.map((limit) => {
        const period = periodAt(limit, new Date(now));
        return { ...period, kept: isSpare ? keptCalls(plan.planned, period, new Date(now)) : 0 };
      });
      const granted = sumOfCalls(wanted) === 0 ? {} : await ledger.reserve(periods, wanted);
      for (const [purpose, calls] of Object.entries(granted) as [Purpose, number][])
        day.calls[purpose] += calls;
      return granted;
    }
  }

  function monthAt(now: Date): LedgerPeriod {
    return periodAt(
      plan.limits.find(({ period }) => period === 'month') ?? { period: 'month', calls_max: null },
      now,
    );
  }
}

/** Which history a coin has, by rank, and whether it misses hours. */
interface Coin {
  days: boolean;
  hours: boolean;
  gap: boolean;
}

/** The most valuable call now, in the order of the Worker: see spare-work. */
function nextCall(coins: Coin[], spare: SpareCalls): { purpose: 'gap' | 'history'; take: () => void } | null {
  const bare = coins.find(({ days, hours }) => !days || !hours);
  const open = bare === undefined ? coins : coins.slice(0, coinsFirst(coins.length));
  const holed = open.find(({ gap }) => gap);
  if (holed !== undefined && spare.gap > 0)
    return { purpose: 'gap', take: () => Object.assign(holed, { gap: false, hours: true }) };
  if (bare === undefined || spare.history === 0) return null;
  // Its hourly history also fills its gaps.
  const told = bare.days ? { hours: true, gap: false } : { days: true };
  return { purpose: 'history', take: () => Object.assign(bare, told) };
}

const newDay = (date: Date) => ({
  from: date.getTime(),
  calls: { live: 0, lists: 0, manual: 0, gap: 0, history: 0 },
  refused_polls: 0,
});
