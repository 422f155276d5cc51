/** Missed beats before a source or a price counts as stale, and a silence as a gap. */
export const BEATS = 3;

/** Minutes between two successes of a source when all is well: its own pace, or ours when that is slower. */
export const beatMinutes = (pollMinutes: number, { beat_minutes }: { beat_minutes: number }): number =>
  Math.max(pollMinutes, beat_minutes);

/** Age, in seconds, from which what a polled source said is stale. */
export const staleBeatSeconds = (pollMinutes: number, source: { beat_minutes: number }): number =>
  beatMinutes(pollMinutes, source) * BEATS * 60;
