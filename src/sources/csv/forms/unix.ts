import type { TimeFault } from './time-faults.ts';

/** A number that represents an instant: microseconds since 1970, or the digits of a written date. */
export type NumberReading =
  | { micros: bigint; written?: never; fault?: never }
  | { written: string; micros?: never; fault?: never }
  | { fault: TimeFault; micros?: never; written?: never };

/** The number of decimals of a unix time down to the microsecond, by the length of its whole part: 1973 to 2286. */
const MICROS_BY_DIGITS: Readonly<Record<number, number>> = {
  9: 6,
  10: 6,
  12: 3,
  13: 3,
  15: 0,
  16: 0,
  18: -3,
  19: -3,
};

const NUMBER = /^[+-]?(\d+)(?:[.,](\d+))?(e[+-]?\d+)?$/i;

/** Reads a text that is a number as an instant; null for other texts. */
export function readNumber(text: string): NumberReading | null {
  const match = NUMBER.exec(text);
  if (match === null) return null;
  const [, whole = '', fraction = '', exponent] = match;
  if (exponent !== undefined) return { fault: 'exponent' };
  const written = fraction === '' && text === whole ? writtenDate(whole) : null;
  const decimals =
    text[0] === '+' || text[0] === '-' || text.includes(',') ? undefined : MICROS_BY_DIGITS[whole.length];
  if (decimals !== undefined)
    return written === null ? { micros: microsOf(whole, fraction, decimals) } : { fault: 'number_or_date' };
  return written === null ? { fault: faultOf(whole) } : { written };
}

const microsOf = (whole: string, fraction: string, decimals: number): bigint =>
  decimals < 0
    ? BigInt(whole.slice(0, decimals))
    : BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));

/** `20240301`, with a following clock time of four or six digits, as a written date; null for other digits. */
function writtenDate(digits: string): string | null {
  const [, year = '', month = '', day = '', hour, minute, second = '00'] =
    /^((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?:([01]\d|2[0-3])([0-5]\d)([0-5]\d)?)?$/.exec(digits) ??
    [];
  if (year === '') return null;
  return `${year}-${month}-${day}${hour === undefined ? '' : ` ${hour}:${minute}:${second}`}`;
}

/** 1954 to 2119 as days since 1900, the form of spreadsheets. */
const isDayNumber = (digits: string): boolean => digits.length === 5 && digits >= '20000' && digits < '80000';

function faultOf(digits: string): TimeFault {
  if (isDayNumber(digits)) return 'day_number';
  return /^(?:19|20)\d\d(?:0[1-9]|1[0-2])?$/.test(digits) ? 'year_only' : 'unknown_number';
}
