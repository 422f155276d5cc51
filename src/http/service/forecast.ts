import type { QuotaPeriod, SourceStats } from '../../db/runs/stats.ts';
import type { SpareWork } from '../../db/upstreams/spare-work.ts';
import type { Deps } from '../../deps.ts';
import { type Instant, instantOfDate, microsOf } from '../../domain/instant.ts';
import { type Forecast, forecast, type LedgerCount } from '../../domain/upstream/forecast.ts';
import { isSpareWork, PURPOSES } from '../../domain/upstream/purpose.ts';
import {
  type PolledSource,
  plannedRequests,
  sourceSettings,
  sourcesOn,
  spareReach,
} from '../../sources/registry.ts';

/** The planned calls of a source, as the API shows them. */
export interface ForecastObject extends Omit<Forecast, 'next_call_ms'> {
  next_call_at: Instant;
  wanted: { gap: number; history: number };
}

/** The work on gaps and history that a forecast counts, of each source that is given any. */
export const worksOf = (settings: Deps['settings'], now: Date): SpareWork[] =>
  sourcesOn(settings).flatMap((source) => {
    const reach = spareReach(source, settings);
    return reach === null ? [] : { ...reach, now: instantOfDate(now) };
  });

/** The forecast of each source that is polled, from its statistics. */
export function forecastsOf(
  settings: Deps['settings'],
  rows: readonly SourceStats[],
  now: Date,
): ReadonlyMap<string, ForecastObject> {
  return new Map(
    sourcesOn(settings).map((source) => {
      const row = rows.find((one) => one.source === source.id);
      return [source.id, forecastOf(settings, source, row, now)] as const;
    }),
  );
}

function forecastOf(
  settings: Deps['settings'],
  source: PolledSource,
  row: SourceStats | undefined,
  now: Date,
): ForecastObject {
  const given = sourceSettings(settings, source.id);
  const wanted = row?.wanted ?? { gap: 0, history: 0 };
  const { next_call_ms, ...told } = forecast(
    {
      planned: plannedRequests(source, given),
      limits: source.limits(given),
      ledger: (row?.quota?.periods ?? []).map(countOf),
      answered: new Map(
        (row?.checkpoints ?? []).map(({ endpoint, fetched_at }) => [endpoint, msOf(fetched_at)]),
      ),
      failed: new Map(
        (row?.failures ?? []).map(({ endpoint, failures, failed_at }) => [
          endpoint,
          { failures, failed_ms: msOf(failed_at) },
        ]),
      ),
      slow_factor: row?.quota?.slow_factor ?? 1,
      ask_after_ms: row?.quota?.ask_after ? msOf(row.quota.ask_after) : null,
      poll_minutes: settings.POLL_MINUTES,
      work: wanted,
    },
    now,
  );
  return { ...told, next_call_at: instantOfDate(new Date(next_call_ms)), wanted };
}

/** What a forecast takes from a period that is not over. */
const countOf = ({ period, starts_at, calls, by_purpose }: QuotaPeriod): LedgerCount => ({
  period,
  starts_ms: msOf(starts_at),
  calls,
  spare_calls: PURPOSES.filter(isSpareWork).reduce((sum, purpose) => sum + (by_purpose[purpose] ?? 0), 0),
});

const msOf = (at: Instant): number => Number(microsOf(at) / 1000n);
