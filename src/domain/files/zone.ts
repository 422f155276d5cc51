const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Why a wall time has no instant, or more than one. */
export type ZoneFault = 'skipped_time' | 'doubled_time' | 'nonexistent_day';

/**
 * A time zone. A *wall* time is what its clocks show, as milliseconds since 1970 as if the zone were UTC; an
 * *instant* is milliseconds since 1970.
 */
export interface Zone {
  /** As the sender wrote it. */
  readonly name: string;
  /** Whether wall times are instants. */
  readonly is_utc: boolean;
  /** The wall time at an instant. */
  wallOf(instantMs: number): number;
  /** The instant of a wall time; a fault if the clocks never show it, or show it twice. */
  instantOf(wallMs: number): number | ZoneFault;
  /**
   * The first instant of the day with the given midnight: that midnight, or, if the clocks skip it, the instant
   * after.
   */
  startOfDay(midnightWallMs: number): number | ZoneFault;
}

/** An abbreviation such as CST or EST names several zones; the zone database treats some as one of them. */
const ABBREVIATION = /^[A-Za-z]{2,4}$/;
const NAMES_OF_UTC = new Set(['utc', 'gmt', 'z', 'etc/utc', 'etc/gmt']);

/** The zone of an IANA name or an offset such as `+01:00`; null for anything else. */
export function readZone(text: string): Zone | null {
  const name = text.trim();
  if (NAMES_OF_UTC.has(name.toLowerCase())) return fixedZone(name, 0);
  const offset = name === '' ? undefined : offsetOf(name);
  if (typeof offset === 'number') return fixedZone(name, offset);
  if (ABBREVIATION.test(name) || !isKnown(name)) return null;
  return namedZone(name);
}

export const UTC: Zone = fixedZone('UTC', 0);

export const isZone = (text: string): boolean => readZone(text) !== null;

function isKnown(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Minutes east of UTC of a written zone; null for none, undefined for an unknown one. */
export function offsetOf(zone: string): number | null | undefined {
  if (zone === '') return null;
  const match = /^(?:Z|(UTC|GMT)?(?: ?([+-])(\d{1,2})(?::?(\d\d))?)?)$/i.exec(zone);
  if (match === null) return undefined;
  const [, , sign = '+', hours = 0, minutes = 0] = match;
  if (Number(hours) > 14 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function fixedZone(name: string, offset_minutes: number): Zone {
  const offset = offset_minutes * MINUTE_MS;
  return {
    name,
    is_utc: offset === 0,
    wallOf: (instantMs) => instantMs + offset,
    instantOf: (wallMs) => wallMs - offset,
    startOfDay: (wallMs) => wallMs - offset,
  };
}

function namedZone(name: string): Zone {
  const offsetAt = offsetReader(name);
  const candidates = (wallMs: number): number[] => {
    // No zone is further from UTC than this, so the two ends are on different sides of a change near the time.
    const offsets = new Set([offsetAt(wallMs - 15 * HOUR_MS), offsetAt(wallMs + 15 * HOUR_MS)]);
    return [...offsets].map((offset) => wallMs - offset).filter((ms) => ms + offsetAt(ms) === wallMs);
  };
  return {
    name,
    is_utc: false,
    wallOf: (instantMs) => instantMs + offsetAt(instantMs),
    instantOf: (wallMs) => {
      const [only, ...more] = candidates(wallMs);
      if (only === undefined) return 'skipped_time';
      return more.length === 0 ? only : 'doubled_time';
    },
    startOfDay: (wallMs) => {
      const found = candidates(wallMs);
      if (found.length > 0) return Math.min(...found);
      const first = changeAround(wallMs, offsetAt);
      return first + offsetAt(first) >= wallMs + DAY_MS ? 'nonexistent_day' : first;
    },
  };
}

/** The instant at which the clocks skip a wall time. */
function changeAround(wallMs: number, offsetAt: (instantMs: number) => number): number {
  let [before, after] = [wallMs - 15 * HOUR_MS, wallMs + 15 * HOUR_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (middle + offsetAt(middle) < wallMs) before = middle;
    else after = middle;
  }
  return after;
}

/**
 * Makes the function that returns how far the clocks of a zone are ahead of UTC. A lookup in the zone database
 * takes microseconds. If a day has the same offset at its beginning and its end, with a day on both sides, it is
 * looked up only once.
 */
function offsetReader(name: string): (instantMs: number) => number {
  const format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const ask = (instantMs: number): number => {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    const whole = Math.floor(instantMs / 1000) * 1000;
    for (const { type, value } of format.formatToParts(whole)) parts[type] = Number(value);
    const { year = 0, month = 1, day, hour, minute, second } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
  };
  const days = new Map<number, number | null>();
  return (instantMs) => {
    const day = Math.floor(instantMs / DAY_MS);
    let steady = days.get(day);
    if (steady === undefined) {
      const [start, end] = [ask(day * DAY_MS), ask((day + 1) * DAY_MS)];
      steady = start === end ? start : null;
      if (days.size === DAYS_MAX) days.clear();
      days.set(day, steady);
    }
    return steady ?? ask(instantMs);
  };
}

const DAYS_MAX = 20_000;

/** The end of the day of a zone that contains an instant: its next midnight. */
export function endOfDay(instantMs: number, zone: Zone): number | ZoneFault {
  const wall = zone.wallOf(instantMs);
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  const next = zone.startOfDay(midnight + DAY_MS);
  // A day that the zone skipped ends at the instant at which it would have begun.
  return next === 'nonexistent_day' ? zone.startOfDay(midnight + 2 * DAY_MS) : next;
}
