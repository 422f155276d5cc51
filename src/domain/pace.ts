// How often a source can give something new at best: its own pace, or ours when that is slower.
const OWN_PACE_MINUTES: Record<string, number> = { coinpaprika: 5, coingecko: 10 };
/** Missed beats before a source or a price counts as stale, and a silence as a gap. */
export const BEATS = 3;

export const isPolled = (source: string): boolean => Object.hasOwn(OWN_PACE_MINUTES, source);

/** Minutes between two successes of a polled source when all is well. */
export const beatMinutes = (pollMinutes: number, source: string): number =>
  Math.max(pollMinutes, OWN_PACE_MINUTES[source] ?? 0);

/** Age, in seconds, from which what a polled source said is stale. */
export const staleBeatSeconds = (pollMinutes: number, source: string): number =>
  beatMinutes(pollMinutes, source) * BEATS * 60;
