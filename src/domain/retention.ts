import { INSTANT_MICROS_MAX, type Instant, instantOfDate, instantOfMicros } from './instant.ts';
import { dayOf, earlier } from './lake.ts';

/** What a source is thinned to: its last row of each. */
export const THINNING_UNITS = ['hour', 'day'] as const;
export type ThinningUnit = (typeof THINNING_UNITS)[number];

/** Rows are thinned to one an hour after the days that are kept whole, and to one a day after so many times that. */
const DAILY_AFTER = 4;
const DAY_MS = 86_400_000;

/**
 * The midnight (UTC) before which what is kept for so many days has grown too old. Whole days, so that what a
 * read says changes once a day and the candle of a day is complete before its rows go.
 */
export function midnightBefore(now: Date, days: number): Instant {
  return instantOfDate(new Date((Math.floor(now.getTime() / DAY_MS) - days) * DAY_MS));
}

/** Up to when rows are thinned to one per hour and to one per day, when `keepDays` are kept whole. */
export function thinningHorizons(now: Date, keepDays: number): Record<ThinningUnit, Instant> {
  return { hour: midnightBefore(now, keepDays), day: midnightBefore(now, keepDays * DAILY_AFTER) };
}

/** How far the tape is written where no lake is kept: as far as anything may go. */
export const NO_LAKE: Instant = instantOfMicros(INSTANT_MICROS_MAX);

/** The same horizons, none behind the midnight up to which all versions are written. */
export function writtenHorizons(
  horizons: Record<ThinningUnit, Instant>,
  written_through: Instant,
): Record<ThinningUnit, Instant> {
  const midnight = `${dayOf(written_through)}T00:00:00Z`;
  return { hour: earlier(horizons.hour, midnight), day: earlier(horizons.day, midnight) };
}
