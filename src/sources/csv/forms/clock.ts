import { offsetOf } from '../../../domain/files/zone.ts';
import type { TimeFault } from './time-faults.ts';

/** The precision of a written time. */
export type Precision = 'day' | 'hour' | 'minute' | 'second';

/** A text taken apart: the rest for the date, and its clock time. */
export interface TakenApart {
  date: string;
  /** Milliseconds since midnight, and microseconds beyond them. */
  clock_ms: number;
  micros: number;
  precision: Precision;
  /** Minutes east of UTC that the text states; null if it states none. */
  offset_minutes: number | null;
}

const ZONE = String.raw`Z|(?:UTC|GMT)?(?: ?[+-]\d{1,2}(?::?\d\d)?)?|[A-Z]{2,5}`;
const HALF = String.raw`(?:[ -]?([AP])\.?M\.?)?`;
const TAIL = String.raw` ?(${ZONE})(?: \([^)]*\))?$`;
const CLOCK = new RegExp(
  String.raw`^(?:(.*?)(?:(?<=\d)T|[, ] ?))?(\d{1,2})(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?${HALF}${TAIL}`,
  'i',
);
const COMPACT = new RegExp(String.raw`^(\d{8})[T ](\d\d)(\d\d)(\d\d)?()()${TAIL}`, 'i');
/** A date that states its zone although it has no clock time. */
const ZONED_DATE = /^(.*\d) ?(?:Z|UTC|GMT)$/i;

/**
 * Removes the clock time and the zone from a text: `2019-10-17 09-AM`, `3/1/2024, 10:30 PM`, `…T00:00:00+02:00`.
 */
export function takeApart(text: string): TakenApart | { fault: TimeFault } {
  const match = COMPACT.exec(text) ?? CLOCK.exec(text);
  const [, date = '', hour = '', minute, second, fraction = '', half, zone = ''] = match ?? [];
  if (match === null || (minute === undefined && half === undefined)) return dateAlone(text);
  const offset_minutes = offsetOf(zone);
  if (offset_minutes === undefined) return { fault: 'unknown_zone' };
  const hours = hoursOf(Number(hour), half?.toUpperCase() ?? '');
  if (hours > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59)
    return { fault: 'nonexistent_time' };
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0'));
  return {
    date: date.trim().replace(/,$/, ''),
    clock_ms:
      ((hours * 60 + Number(minute ?? 0)) * 60 + Number(second ?? 0)) * 1000 + Math.floor(micros / 1000),
    micros: micros % 1000,
    precision: second !== undefined ? 'second' : minute !== undefined ? 'minute' : 'hour',
    offset_minutes,
  };
}

function dateAlone(text: string): TakenApart {
  const [, zoned] = ZONED_DATE.exec(text) ?? [];
  const offset_minutes = zoned === undefined ? null : 0;
  return { date: zoned ?? text, clock_ms: 0, micros: 0, precision: 'day', offset_minutes };
}

/** Hours out of 24; a larger number if the text has no valid hour. */
function hoursOf(hour: number, half: string): number {
  if (half === '') return hour;
  return hour < 1 || hour > 12 ? 24 : (hour % 12) + (half === 'P' ? 12 : 0);
}
