import type { SourceStatsRow } from '../../db/runs/stats.ts';
import { type Instant, instantOfDate, microsOf } from '../../domain/instant.ts';
import { periodAt, projectedCalls } from '../../domain/upstream/quota.ts';

/** The calls of a source's plan as the API shows them. */
export function quotaObject(quota: SourceStatsRow['quota'], now: Date) {
  if (quota === null) return null;
  return {
    ...quota,
    periods: quota.periods.map(({ period, starts_at, calls, calls_max }) => {
      const { ends_at } = periodAt({ period, calls_max }, dateOf(starts_at));
      return {
        period,
        starts_at,
        ends_at: instantOfDate(ends_at),
        calls,
        calls_max,
        projected_calls: projectedCalls({ calls, starts_at: dateOf(starts_at), ends_at, now }),
      };
    }),
  };
}

const dateOf = (instant: Instant): Date => new Date(Number(microsOf(instant) / 1000n));
