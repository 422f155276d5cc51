import { DATE_ORDERS, type DateOrder } from '../../../domain/files/parameters.ts';
import { monthOf } from './months.ts';
import type { TimeFault } from './time-faults.ts';

/** A written date: every order in which it is a valid day, with that day. */
export interface WrittenDate {
  days: Partial<Record<DateOrder, Day>>;
  /** Whether the order must be known: false if a year of four digits comes first, or the month is a name. */
  is_ordered: boolean;
}

/** Milliseconds since 1970 of the day's beginning, as if its zone were UTC. */
export type Day = number;

/** Reads the text of a plain date: its day in each order. */
export function readDate(text: string): WrittenDate | { fault: TimeFault } {
  const parts = numbersOf(text) ?? compact(text) ?? namedParts(text);
  if (parts === null) return { fault: 'unreadable' };
  if ('fault' in parts) return parts;
  const days: Partial<Record<DateOrder, Day>> = {};
  let fault: TimeFault = 'nonexistent_day';
  for (const order of parts.orders) {
    const day = dayOf(...placed(parts.figures, order));
    if (typeof day === 'number') days[order] = day;
    else if (day !== 'nonexistent_day') fault = day;
  }
  return Object.keys(days).length === 0 ? { fault } : { days, is_ordered: parts.is_ordered };
}

interface Parts {
  /** The three parts from left to right; a month's name is its number. */
  figures: [string, string, string];
  orders: readonly DateOrder[];
  is_ordered: boolean;
}

const YEAR_FIRST = /^(\d{4})(?: ?([-/.年년]) ?)(\d{1,2})(?: ?[-/.月월] ?)(\d{1,2})[.日일]?$/u;
const YEAR_LAST = /^(\d{1,2})(?:([-/]| )|(\.) ?)(\d{1,2})(?:\2|\. ?)(\d{4}|\d{1,2})\.?$/;

/** The parts of a numeric date: `2024-03-01`, `2024/3/1`, `2024年3月1日`, `01.03.2024`, `3/1/24`. */
function numbersOf(text: string): Parts | null {
  const [, year, separator, month = '', day = ''] = YEAR_FIRST.exec(text) ?? [];
  if (year !== undefined)
    return hasMixedSeparators(text, separator)
      ? null
      : { figures: [year, month, day], orders: ['ymd'], is_ordered: false };
  const [, first, mark, dot, second = '', third = ''] = YEAR_LAST.exec(text) ?? [];
  if (first === undefined || hasMixedSeparators(text, mark ?? dot)) return null;
  return {
    figures: [first, second, third],
    orders: third.length === 4 ? ['dmy', 'mdy'] : DATE_ORDERS,
    is_ordered: true,
  };
}

/** `20240301` before a clock time; alone it is a number. */
function compact(text: string): Parts | null {
  const [, year, month = '', day = ''] = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? [];
  return year === undefined ? null : { figures: [year, month, day], orders: ['ymd'], is_ordered: false };
}

/** `2024-03/01` is not a date. */
const hasMixedSeparators = (text: string, separator = ''): boolean =>
  '-/.'.includes(separator) &&
  [...'-/.'].some((mark) => mark !== separator && text.slice(0, -1).includes(mark));

const WEEKDAY = /^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b[.,]? ?/i;

/** The parts of a date with the name of its month: `Mar 6, 2024`, `06-Mar-2024`, `6 de março de 2024`. */
function namedParts(text: string): Parts | { fault: TimeFault } | null {
  const words = text
    .replace(WEEKDAY, '')
    .split(/[\s,.\-/]+/u)
    .filter((word) => word !== '' && !/^(?:de|del|of)$/i.test(word));
  const names = words.filter((word) => !/^\d/.test(word));
  const [name] = names;
  // Names are looked up last, because the list of all languages takes long to make.
  if (name === undefined || names.length > 1 || words.length < 2 || words.length > 3) return null;
  const figures = words.map((word) => word.replace(/^(\d\d?)(?:st|nd|rd|th)$/, '$1'));
  const at = words.indexOf(name);
  if (!figures.every((figure, index) => index === at || /^(?:\d{1,2}|\d{4})$/.test(figure))) return null;
  const month = monthOf(name);
  if (words.length === 2) return month === null ? null : { fault: 'year_only' };
  if (month === null) return { fault: 'unknown_month' };
  figures[at] = String(month);
  const [first = '', second = '', third = ''] = figures;
  const orders = namedOrders(at, first, third);
  return orders.length === 0
    ? null
    : { figures: [first, second, third], orders, is_ordered: orders.length > 1 };
}

function namedOrders(monthAt: number, first: string, third: string): DateOrder[] {
  const isYear = (figure: string) => figure.length === 4 || figure.length === 2;
  if (monthAt === 0) return isYear(third) ? ['mdy'] : [];
  if (monthAt !== 1) return [];
  const orders: DateOrder[] = [];
  if (isYear(third) && first.length < 4) orders.push('dmy');
  if (isYear(first) && third.length < 4) orders.push('ymd');
  return orders.filter((order) => !(order === 'ymd' && third.length === 4));
}

const AT = { ymd: [0, 1, 2], dmy: [2, 1, 0], mdy: [2, 0, 1] } as const;

/** Year, month and day of three parts in an order. */
function placed(figures: [string, string, string], order: DateOrder): [string, string, string] {
  const [year, month, day] = AT[order];
  return [figures[year], figures[month], figures[day]];
}

/** Two digits below this are years of this century; higher ones may be of either century. */
const CENTURY_YEAR_MAX = 69;

function dayOf(year: string, month: string, day: string): Day | TimeFault {
  const isShort = year.length < 4;
  if (year.length === 1 || year.length === 3) return 'nonexistent_day';
  const full = isShort ? 2000 + Number(year) : Number(year);
  const ms = Date.UTC(full, Number(month) - 1, Number(day));
  const date = new Date(ms);
  // Date.UTC turns 30 February into a day of March; a date that changes in this way never existed.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return 'nonexistent_day';
  if (isShort && Number(year) > CENTURY_YEAR_MAX) return 'two_digit_year';
  return full < 1970 ? 'out_of_range' : ms;
}
