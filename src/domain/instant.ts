/**
 * A UTC instant as RFC 3339 text with `Z` and at most six fraction digits, without trailing zeros in the
 * fraction: `2025-01-10T10:00:00Z`, `2025-01-10T10:00:00.5Z`. Two equal instants are equal texts, but the
 * texts do not sort: compare with microsOf.
 */
export type Instant = string;

export type InstantReading =
  | { instant: Instant; fault?: never }
  | { instant?: never; fault: 'invalid_instant' | 'instant_out_of_range' };

/** Years 1970 to 9999. */
export const INSTANT_MICROS_MAX = 253_402_300_799_999_999n;
const INSTANT_MS_MAX = Number(INSTANT_MICROS_MAX / 1000n);

/**
 * Reads a written instant: RFC 3339 with `Z` or an offset, a plain date (its midnight in UTC), or `YYYY-MM-DD
 * HH:MM[:SS]` as exports write it, which is UTC with or without a trailing ` UTC`. A text with `T` must have a
 * zone. Up to nine fraction digits; digits beyond the microsecond are cut off. Refused: days that a month does not
 * have, hour 24, and leap seconds, which no clock here can represent.
 */
export function readInstant(text: string): InstantReading {
  const plain = plainForm(text);
  if (plain !== null) return { instant: plain };
  const match = WRITTEN.exec(text);
  if (match === null) return { fault: 'invalid_instant' };
  const [, date = '', separator, time = '00:00', seconds = '00', fraction = '', zone] = match;
  if (separator?.toUpperCase() === 'T' && zone === undefined) return { fault: 'invalid_instant' };
  const utc = `${date}T${time}:${seconds}Z`;
  const ms = Date.parse(utc);
  const offset = offsetMinutes(zone);
  // Date.parse turns 30 February and 24:00 into the next day; a date that changes in this way never existed.
  if (offset === undefined || Number.isNaN(ms) || `${new Date(ms).toISOString().slice(0, 19)}Z` !== utc)
    return { fault: 'invalid_instant' };
  // In UTC to the second, the text is returned unchanged.
  if (fraction === '' && offset === 0 && ms >= 0) return { instant: utc };
  return inRange(BigInt(ms - offset * 60_000) * 1000n + microsOfFraction(fraction));
}

/** The instant, or undefined if readInstant does not accept the text. */
export function parseInstant(text: string): Instant | undefined {
  return readInstant(text).instant;
}

/**
 * Reads a unix time: 9 or 10 digits are seconds, 12 or 13 are milliseconds (both 1973 to 2286), each with up to
 * nine decimals. Other lengths are refused: `2024` or `20240115` is a mistyped date, not a moment of 1970.
 */
export function readUnixInstant(text: string): InstantReading {
  const match = /^(\d{9,10}|\d{12,13})(?:\.(\d{1,9}))?$/.exec(text);
  if (match === null) return { fault: 'invalid_instant' };
  const [, whole = '', fraction = ''] = match;
  const decimals = whole.length > 10 ? 3 : 6; // digits of the unit, down to the microsecond
  return inRange(BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0')));
}

/** The instant, or undefined if readUnixInstant does not accept the text. */
export function instantFromUnix(text: string): Instant | undefined {
  return readUnixInstant(text).instant;
}

/** The instant of a clock reading, to the millisecond. Throws RangeError for an invalid Date, and outside 1970 to 9999. */
export function instantOfDate(date: Date): Instant {
  const ms = date.getTime();
  if (!(ms >= 0 && ms <= INSTANT_MS_MAX)) throw new RangeError(`No instant at ${ms} ms.`);
  const text = date.toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, 19)}Z` : text.replace(/0+Z$/, 'Z');
}

/** Microseconds since 1970. Accepts only results of these functions. */
export function microsOf(instant: Instant): bigint {
  return BigInt(Date.parse(`${instant.slice(0, 19)}Z`)) * 1000n + microsOfFraction(instant.slice(20, -1));
}

/** The same as digits, without a bigint: every row of a page has one in its id. */
export function microsText(instant: Instant): string {
  const seconds = Date.parse(`${instant.slice(0, 19)}Z`) / 1000;
  const fraction = instant.slice(20, -1).padEnd(6, '0');
  return seconds === 0 ? String(Number(fraction)) : `${seconds}${fraction}`;
}

/** The instant that many microseconds after 1970. Throws RangeError outside the years 1970 to 9999. */
export function instantOfMicros(micros: bigint): Instant {
  if (micros < 0n || micros > INSTANT_MICROS_MAX) throw new RangeError(`No instant at ${micros} µs.`);
  const seconds = new Date(Number(micros / 1000n)).toISOString().slice(0, 19);
  const fraction = (micros % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '');
  return `${seconds}${fraction && `.${fraction}`}Z`;
}

/** An instant this many seconds after another; the last possible instant if it would be later than that. */
export function instantAfter(instant: Instant, seconds: number): Instant {
  const micros = microsOf(instant) + BigInt(seconds) * 1_000_000n;
  return instantOfMicros(micros < INSTANT_MICROS_MAX ? micros : INSTANT_MICROS_MAX);
}

/** The earliest of some instants; null if there are none. */
export function earliestOf(instants: Iterable<Instant | null>): Instant | null {
  let earliest: { instant: Instant; micros: bigint } | null = null;
  for (const instant of instants) {
    if (instant === null) continue;
    const micros = microsOf(instant);
    if (earliest === null || micros < earliest.micros) earliest = { instant, micros };
  }
  return earliest?.instant ?? null;
}

/** Reads a timestamptz as Postgres prints it: `2024-05-06 07:08:09.123+00`. Throws RangeError for others. */
export function instantFromPostgres(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined) throw new RangeError(`Not a timestamptz of the years 1970 to 9999: ${text}`);
  return instant;
}

/**
 * The instant of a text in the plain form of date and time, as in most rows of most files; null if it needs the
 * full parser. No pattern and no calendar, which take ten times as long.
 */
function plainForm(text: string): Instant | null {
  let instant = text;
  if (text.length === 10) instant = `${text}T00:00:00Z`;
  else if (text[10] === ' ' && (text.length === 19 || (text.length === 23 && text.endsWith(' UTC'))))
    instant = `${text.slice(0, 10)}T${text.slice(11, 19)}Z`;
  return isPlain(instant) ? instant : null;
}

function isPlain(text: string): boolean {
  if (text.length !== 20 || text[4] !== '-' || text[7] !== '-' || text[10] !== 'T') return false;
  if (text[13] !== ':' || text[16] !== ':' || text[19] !== 'Z') return false;
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  return (
    twoDigits(text, 0) * 100 + twoDigits(text, 2) >= 1970 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 28 && // the calendar decides the ends of months
    twoDigits(text, 11) <= 23 &&
    twoDigits(text, 14) <= 59 &&
    twoDigits(text, 17) <= 59
  );
}

/** The number of two digits; NaN, which compares with nothing, for other characters. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

const WRITTEN =
  /^(\d{4}-\d\d-\d\d)(?:([Tt ])(\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?: ?(Z|z|UTC|[+-]\d\d(?::?\d\d)?))?)?$/;

/** Minutes east of UTC, or undefined if there is no such offset. */
function offsetMinutes(zone = 'Z'): number | undefined {
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (match === null) return 0;
  const [hours, minutes] = [Number(match[2]), Number(match[3] ?? 0)];
  if (hours > 23 || minutes > 59) return undefined;
  return (match[1] === '-' ? -1 : 1) * (hours * 60 + minutes);
}

const microsOfFraction = (digits: string): bigint => BigInt(digits.slice(0, 6).padEnd(6, '0'));

function inRange(micros: bigint): InstantReading {
  const outside = micros < 0n || micros > INSTANT_MICROS_MAX;
  return outside ? { fault: 'instant_out_of_range' } : { instant: instantOfMicros(micros) };
}
