import { type Instant, instantAfter } from './instant.ts';
import type { Kind } from './observation.ts';
import type { ThinningUnit } from './retention.ts';

// A beat is the planned distance between the readings of a series, or their spacing. It decides when data is late
// or stale and when there is a gap.

/** The number of missed beats after which a source or a value is late, and a silence is a gap. */
export const BEATS = 3;

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
/** No value is on time for longer than two days, even in a very slow series. */
export const ON_TIME_SECONDS_MAX = 2 * DAY;

/** The age up to which the last value of a series is on time. */
export const onTimeSeconds = (beatSeconds: number): number =>
  Math.min(beatSeconds * BEATS, ON_TIME_SECONDS_MAX);

/** The last instant at which a value is on time. */
export const onTimeUntil = (value: { observed_at: Instant; beat_seconds: number }): Instant =>
  instantAfter(value.observed_at, onTimeSeconds(value.beat_seconds));

/** The known facts about the beat of a row. `beatOf` in db/observations/beat.ts has the same rule in SQL. */
export interface BeatFacts {
  kind: Kind;
  /** The external id of the listing; for bars it ends with their period. */
  external_id: string;
  is_file: boolean;
  flags: readonly string[];
  /** The beat stored with the payload of the row, or with the plan of its file; null if none was stored. */
  kept_seconds: number | null;
  /** The effective pace of the payload's endpoint when it was last due; null if that is unknown too. */
  endpoint_seconds: number | null;
  /** The unit to which the source was thinned at that instant; null if it was not thinned. */
  thinned_to: ThinningUnit | null;
}

/** A file with too few rows to show their distance counts as daily. */
export const FILE_BEAT_SECONDS = DAY;
/** Rows of polled sources without a stored beat: history, or rows of a release that stored none. */
export const UNKNOWN_BEAT_SECONDS = HOUR;
export const THINNED_SECONDS: Record<ThinningUnit, number> = { hour: HOUR, day: DAY };

/**
 * The beat of a row in seconds; null for bars of unknown period, because nobody knows when the next one is due.
 * Bars have their period. Rows of a file have the distance that its plan found. Rows of a polled source have the
 * planned pace of their endpoint, or the spacing of their history; if thinning left one row per hour or day, at
 * least that.
 */
export function beatOf(row: BeatFacts): number | null {
  if (row.kind === 'bar_close') return periodSeconds(periodOf(row.external_id));
  if (row.is_file) return fileBeatSeconds(row.kept_seconds);
  const asked = row.flags.includes('backfill') ? null : row.endpoint_seconds;
  const own = row.kept_seconds ?? asked ?? UNKNOWN_BEAT_SECONDS;
  return row.thinned_to === null ? own : Math.max(own, THINNED_SECONDS[row.thinned_to]);
}

/** The largest value of a column of the tape. */
export const BEAT_SECONDS_MAX = 2_147_483_647;

/** The beat of the spot rows of a file, from its plan. */
export const fileBeatSeconds = (kept_seconds: number | null): number =>
  Math.min(kept_seconds ?? FILE_BEAT_SECONDS, BEAT_SECONDS_MAX);

/** The last part of the external id of bars, unless it means that the period is unknown. */
const PERIOD = /:(\d{1,3}(?:mo|m|h|d|w))$/;
const periodOf = (external_id: string): string | null => PERIOD.exec(external_id)?.[1] ?? null;

/** The lengths of the units of a period; a month counts as the longest month. */
export const PERIOD_SECONDS = { m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY, mo: 31 * DAY } as const;

/** The length of a period such as `15m`, `1d` or `1mo`; null for an unknown one. */
export function periodSeconds(period: string | null): number | null {
  const [, count, unit] = /^(\d{1,3})(mo|m|h|d|w)$/.exec(period ?? '') ?? [];
  if (count === undefined || unit === undefined) return null;
  return Number(count) * PERIOD_SECONDS[unit as keyof typeof PERIOD_SECONDS];
}

/** The beat of the rows of a request: the spacing of history, or the planned pace of its endpoint. */
export const requestBeatSeconds = (request: { beat_seconds?: number; every_minutes: number }): number =>
  request.beat_seconds ?? request.every_minutes * MINUTE;

/** Minutes between two successes of a healthy source: its own pace, or ours if that is slower. */
export const beatMinutes = (pollMinutes: number, { beat_minutes }: { beat_minutes: number }): number =>
  Math.max(pollMinutes, beat_minutes);
