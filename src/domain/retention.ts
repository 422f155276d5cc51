import { INSTANT_MICROS_MAX, type Instant, instantOfDate, instantOfMicros } from './instant.ts';
import { dayOf, earlier } from './lake.ts';

/** The units of thinning: the last row of each stays. */
export const THINNING_UNITS = ['hour', 'day'] as const;
export type ThinningUnit = (typeof THINNING_UNITS)[number];

/**
 * Rows are thinned to one per hour after the days that are kept in full, and to one per day after this multiple of
 * them.
 */
const DAILY_AFTER = 4;
const DAY_MS = 86_400_000;

/**
 * The midnight (UTC) before which data that is kept for this many days has become too old. Whole days: the answers
 * of reads change once a day, and the candle of a day is complete before its rows are removed.
 */
export function midnightBefore(now: Date, days: number): Instant {
  return instantOfDate(new Date((Math.floor(now.getTime() / DAY_MS) - days) * DAY_MS));
}

/**
 * The instants before which rows are thinned to one per hour and to one per day, if `keepDays` are kept in full.
 */
export function thinningHorizons(now: Date, keepDays: number): Record<ThinningUnit, Instant> {
  return { hour: midnightBefore(now, keepDays), day: midnightBefore(now, keepDays * DAILY_AFTER) };
}

/** The written end of the tape without a lake: retention has no limit from it. */
export const NO_LAKE: Instant = instantOfMicros(INSTANT_MICROS_MAX);

/** The same horizons, but not after the midnight up to which all versions are written. */
export function writtenHorizons(
  horizons: Record<ThinningUnit, Instant>,
  written_through: Instant,
): Record<ThinningUnit, Instant> {
  const midnight = `${dayOf(written_through)}T00:00:00Z`;
  return { hour: earlier(horizons.hour, midnight), day: earlier(horizons.day, midnight) };
}
