import type { Settings } from '../env.ts';

// How often a source can give something new at best: its own pace, or ours when that is slower.
const OWN_PACE_MINUTES: Record<string, number> = { coinpaprika: 5, coingecko: 10 };
/** Missed beats before a source or a price counts as stale. */
const BEATS = 3;
/** Files come when somebody uploads one; their daily values get old after so many days. */
const FILE_STALE_SECONDS = 3 * 86_400;

export const isPolled = (source: string): boolean => source in OWN_PACE_MINUTES;

/** Minutes between two successes of a polled source when all is well. */
export const paceMinutes = (settings: Settings, source: string): number =>
  Math.max(settings.POLL_MINUTES, OWN_PACE_MINUTES[source] ?? 0);

/** Age, in seconds, from which a source's value is stale. */
export const staleAfterSeconds = (settings: Settings, source: string): number =>
  isPolled(source) ? paceMinutes(settings, source) * BEATS * 60 : FILE_STALE_SECONDS;
