import type { SourceStats } from '../../db/runs/stats.ts';
import { type Instant, instantOfDate, microsOf } from '../../domain/instant.ts';
import { PURPOSES } from '../../domain/upstream/purpose.ts';
import { periodAt } from '../../domain/upstream/quota.ts';
import type { ForecastObject } from './forecast.ts';

/** The calls of a source's plan as the API shows them; `forecast` is null for a source that is not polled now. */
export function quotaObject(quota: SourceStats['quota'], forecast: ForecastObject | null) {
  if (quota === null) return null;
  return {
    plan: quota.plan,
    slow_factor: quota.slow_factor,
    periods: quota.periods.map(({ period, starts_at, calls, calls_max, by_purpose }) => {
      const isMonth = period === 'month';
      return {
        period,
        starts_at,
        ends_at: instantOfDate(periodAt({ period, calls_max }, dateOf(starts_at)).ends_at),
        calls,
        calls_max,
        by_purpose: isMonth
          ? Object.fromEntries(PURPOSES.map((purpose) => [purpose, by_purpose[purpose] ?? 0]))
          : null,
        projected_calls: isMonth ? (forecast?.projected_calls ?? null) : null,
      };
    }),
    forecast,
  };
}

const dateOf = (instant: Instant): Date => new Date(Number(microsOf(instant) / 1000n));
