import { DATE_ORDERS, type DateOrder } from '../../../domain/files/parameters.ts';
import { UTC, type Zone } from '../../../domain/files/zone.ts';
import {
  INSTANT_MICROS_MAX,
  type Instant,
  instantFromUnix,
  instantOfMicros,
  parseInstant,
} from '../../../domain/instant.ts';
import { type Precision, type TakenApart, takeApart } from './clock.ts';
import { readDate, type WrittenDate } from './dates.ts';
import type { TimeFault } from './time-faults.ts';
import { readNumber } from './unix.ts';

/** How the times of a file are written, settled for all of its rows. */
export interface TimeForm {
  /** Null if no date needed it. */
  date_order: DateOrder | null;
  /** For texts without a zone. Null if it is unknown: clock times are then a fault, and dates are UTC's. */
  zone: Zone | null;
}

export interface Time {
  /** For a plain date, the beginning of its day. */
  instant: Instant;
  precision: Precision;
  /** Whether the text itself states its zone; unix times do. */
  is_zoned: boolean;
}
export type TimeReading = (Time & { fault?: never }) | { fault: TimeFault; instant?: never };

/** Makes the function that reads a text as an instant, for many texts: the most frequent forms cost the least. */
export function timeReader(form: TimeForm): (text: string) => TimeReading {
  const isUtc = form.zone?.is_utc === true;
  return (text) => plainTime(text, isUtc, form.zone === null) ?? readTime(text, form);
}

/** The most frequent forms, whose zone is stated or settled as UTC. */
function plainTime(text: string, isUtc: boolean, isOpen: boolean): Time | null {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return plainUnix(text);
  const isDay = text.length === 10;
  const is_zoned = text.endsWith('Z') || text.endsWith(' UTC');
  const isPlain = isUtc ? hasNoOffset(text) : isDay && isOpen;
  if (!is_zoned && !isPlain) return null;
  const instant = parseInstant(text);
  if (instant === undefined) return null;
  const precision = isDay ? 'day' : text.charCodeAt(16) === COLON ? 'second' : 'minute';
  return { instant, precision, is_zoned };
}

const DASH = 45;
const COLON = 58;
const hasNoOffset = (text: string): boolean => /\d$/.test(text) && !/[+-]/.test(text.slice(10));

function plainUnix(text: string): Time | null {
  if (text.length !== 10 && text.length !== 13) return null;
  const instant = instantFromUnix(text);
  return instant === undefined ? null : { instant, precision: 'second', is_zoned: true };
}

function readTime(written: string, form: TimeForm): TimeReading {
  const taken = takeText(written);
  if ('fault' in taken) return taken;
  if ('micros_utc' in taken) return timeAt(taken.micros_utc, 'second', true);
  const date = readDate(taken.date);
  if ('fault' in date) return date;
  const day = dayIn(date, form.date_order);
  if (typeof day !== 'number') return { fault: day };
  return placed(day, taken, form.zone);
}

/** A text as a unix time, or as a date and a clock time. */
function takeText(written: string): { micros_utc: bigint } | TakenApart | { fault: TimeFault } {
  const text = written.trim().replace(/\s+/gu, ' ');
  if (text.length > CHARS_MAX) return { fault: 'unreadable' };
  const number = readNumber(text);
  if (number?.fault !== undefined) return { fault: number.fault };
  if (number?.micros !== undefined) return { micros_utc: number.micros };
  const taken = takeApart(number?.written ?? text);
  return 'date' in taken && taken.date === '' ? { fault: text === '' ? 'unreadable' : 'clock_only' } : taken;
}

/** The longest form, JavaScript's Date with the full name of a zone, is shorter. */
const CHARS_MAX = 100;

function dayIn({ days }: WrittenDate, order: DateOrder | null): number | TimeFault {
  const orders = DATE_ORDERS.filter((one) => days[one] !== undefined);
  const [only, ...more] = orders;
  if (only === undefined) return 'nonexistent_day';
  if (order !== null) return days[order] ?? 'other_order';
  return more.length === 0 ? (days[only] ?? 'nonexistent_day') : 'unordered_date';
}

function placed(
  day: number,
  { clock_ms, micros, precision, offset_minutes }: TakenApart,
  zone: Zone | null,
): TimeReading {
  const wall = day + clock_ms;
  const ms =
    offset_minutes !== null
      ? wall - offset_minutes * 60_000
      : precision === 'day'
        ? (zone ?? UTC).startOfDay(wall)
        : (zone?.instantOf(wall) ?? 'no_zone');
  if (typeof ms !== 'number') return { fault: ms };
  return timeAt(BigInt(ms) * 1000n + BigInt(micros), precision, offset_minutes !== null);
}

function timeAt(micros: bigint, precision: Precision, is_zoned: boolean): TimeReading {
  if (micros < 0n || micros > INSTANT_MICROS_MAX) return { fault: 'out_of_range' };
  return { instant: instantOfMicros(micros), precision, is_zoned };
}

/** The evidence about the order in the dates of several texts. */
export interface OrderEvidence {
  /** `none`: no text needs it. `proven`: one order is left. `contradictory`: no order fits all of them. */
  verdict: 'none' | 'proven' | 'ambiguous' | 'contradictory';
  /** The orders that fit every text. */
  orders: DateOrder[];
  /** A text that needs the order, or the two that contradict each other. */
  examples: string[];
}

/** The orders of year, month and day that fit all texts of a column. Texts that are not dates do not count. */
export function orderOf(texts: Iterable<string>): OrderEvidence {
  let orders: DateOrder[] = [...DATE_ORDERS];
  const examples = new Map<string, string>();
  for (const text of texts) {
    const fitting = ordersOf(text);
    if (fitting === null) continue;
    const left = orders.filter((order) => fitting.includes(order));
    if (left.length === 0 && examples.size > 0)
      return { verdict: 'contradictory', orders: [], examples: contradiction(examples, fitting, text) };
    orders = left;
    if (!examples.has(fitting.join())) examples.set(fitting.join(), text);
  }
  const verdict = examples.size === 0 ? 'none' : orders.length === 1 ? 'proven' : 'ambiguous';
  return { verdict, orders, examples: [...examples.values()].slice(0, 1) };
}

/**
 * An earlier text that fits no order of the later one; if several are needed for the contradiction, the narrowest.
 */
function contradiction(examples: Map<string, string>, fitting: DateOrder[], text: string): string[] {
  const earlier = [...examples].sort(([a], [b]) => a.length - b.length);
  const opposite = earlier.find(([key]) => !fitting.some((order) => key.split(',').includes(order)));
  return [(opposite ?? earlier[0])?.[1] ?? '', text];
}

/** The orders in which a text is a date; null if its order is clear, or it is not a date. */
function ordersOf(text: string): DateOrder[] | null {
  const taken = takeText(text);
  if (!('date' in taken)) return null;
  const date = readDate(taken.date);
  return 'fault' in date || !date.is_ordered
    ? null
    : DATE_ORDERS.filter((order) => date.days[order] !== undefined);
}
