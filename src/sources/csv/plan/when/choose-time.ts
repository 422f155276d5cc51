import type { BarEnd, DateOrder } from '../../../../domain/files/parameters.ts';
import { readZone, UTC, type Zone } from '../../../../domain/files/zone.ts';
import { microsOf } from '../../../../domain/instant.ts';
import { excerpt } from '../../../../domain/text.ts';
import type { Cells, Dialect } from '../../dialect.ts';
import { CsvFault } from '../../fault.ts';
import { TIME_FAULTS, type TimeFault } from '../../forms/time-faults.ts';
import { orderOf, timeReader } from '../../forms/times.ts';
import { joinedTime } from '../../row-time.ts';
import type { Questions } from '../questions.ts';
import type { CsvHints, PlanTime } from '../types.ts';
import { readLoosely } from './read-loosely.ts';

/** The evidence of the samples about the times of their rows. */
export interface TimeEvidence {
  /** The texts of instants: dates joined with their clock times. */
  texts: string[];
  /** Their column. */
  column: string;
}

export function timeEvidence(rows: Cells[], column: string): TimeEvidence {
  const texts = rows.flatMap(({ instant, clock, unix }) =>
    clock
      ? [joinedTime(instant, clock)]
      : [instant, unix].filter((text) => text !== null && text !== undefined),
  );
  return { texts: [...new Set(texts)], column };
}

/** The stated order of dates. */
export interface SaidOrder {
  /** By the sender: refused if the rows disprove it. */
  told: DateOrder | null;
  /** By the vendor: then ignored. */
  documented: DateOrder | null;
}

/** Settles the order of day, month and year; null if no date needs it. Asks, or throws CsvFault. */
export function chooseOrder(
  evidence: TimeEvidence,
  { told, documented }: SaidOrder,
  questions: Questions,
): DateOrder | null {
  const { verdict, orders, examples } = orderOf(evidence.texts);
  const shown = examples.map((example) => `“${excerpt(example, 40)}”`);
  if (verdict === 'contradictory')
    throw new CsvFault(
      'ambiguous_dates',
      `Some dates of ${evidence.column} are day first and some month first: ${shown.join(' and ')}. Write them all as 2025-10-07.`,
    );
  if (verdict === 'none') return null;
  if (told !== null && !orders.includes(told))
    throw new CsvFault(
      'contradicted',
      `The dates of ${evidence.column} are not ${told}: ${shown.join(' and ')} is none in that order. The rows prove ${orders.join(' or ')}.`,
    );
  if (told !== null) return told;
  const [only, ...more] = orders;
  if (only !== undefined && more.length === 0) return only;
  if (documented !== null && orders.includes(documented)) return documented;
  questions.ask(
    'ambiguous_dates',
    `No date of ${evidence.column} tells day from month: ${shown.join('')} may be ${orders.join(' or ')}. Say date_order=${orders.join(' or date_order=')}.`,
  );
  return null;
}

/** Settles the zone of clock times that state none; null if each states its own. */
export function chooseZone(
  evidence: TimeEvidence,
  dialect: Dialect,
  told: string | null,
  questions: Questions,
): string | null {
  if (told !== null) return told;
  const readings = evidence.texts.map(readLoosely);
  const open = evidence.texts[readings.findIndex(({ fault }) => fault === 'no_zone')];
  const hasDates = readings.some((time) => time.fault === undefined && time.precision === 'day');
  if (open === undefined) return dialect.zone ?? (hasDates ? UTC.name : null);
  if (dialect.zone !== null) return dialect.zone;
  questions.ask(
    'unknown_zone',
    `The clock times of ${evidence.column}, such as “${excerpt(open, 40)}”, do not say their time zone. Say zone=UTC, or zone=Europe/Berlin or zone=+01:00.`,
  );
  return null;
}

/** The instants of rows, as written in their column. */
export interface ReadTimes {
  /** Milliseconds on the clocks of the zone, for readable texts, and the precision of each. */
  walls: { wall: number; is_day: boolean; seconds: number | null }[];
  faults: Map<TimeFault, string>;
}

export function readTimes(
  texts: Iterable<string>,
  { order, zone }: { order: DateOrder | null; zone: string | null },
): ReadTimes {
  const known = zone === null ? null : readZone(zone);
  const read = timeReader({ date_order: order, zone: known });
  const walls: ReadTimes['walls'] = [];
  const faults: ReadTimes['faults'] = new Map();
  for (const text of texts) {
    const time = read(text);
    if (time.fault !== undefined) faults.set(time.fault, text);
    else {
      const wall = wallOf(time.instant, known ?? UTC);
      const seconds = time.precision === 'second' ? Math.floor(wall / 1000) % 60 : null;
      walls.push({ wall, is_day: time.precision === 'day', seconds });
    }
  }
  return { walls, faults };
}

export const wallOf = (instant: string, zone: Zone): number => zone.wallOf(Number(microsOf(instant) / 1000n));

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The moments of the rows within their hours and days. */
export type Moments = 'days' | 'midnights' | 'last_seconds' | 'last_minutes' | 'others';

export function momentsOf({ walls }: ReadTimes): Moments {
  if (walls.every(({ is_day }) => is_day)) return 'days';
  if (walls.every(({ wall, is_day }) => is_day || wall % DAY_MS === 0)) return 'midnights';
  const secondOfHour = (wall: number) => Math.floor((wall % HOUR_MS) / 1000);
  if (walls.every(({ wall }) => secondOfHour(wall) === 3599)) return 'last_seconds';
  const isLastMinute = walls.every(
    ({ wall, seconds }) => secondOfHour(wall) === 3540 && (seconds ?? 0) === 0,
  );
  return isLastMinute ? 'last_minutes' : 'others';
}

/** Refuses a file without a readable instant, and explains it. */
export function demandReadable({ walls, faults }: ReadTimes, { column, texts }: TimeEvidence): void {
  if (walls.length > 0 || texts.length === 0) return;
  const [first] = faults;
  if (first === undefined) return;
  const [fault, text] = first;
  // These two are asked for.
  if (fault === 'no_zone' || fault === 'unordered_date') return;
  throw new CsvFault(
    'unreadable_instants',
    `${column} holds “${excerpt(text, 40)}”: ${TIME_FAULTS[fault].meaning}. No row has an instant that can be read.`,
  );
}

const OF_TIME = '(?:time|date|timestamp|at|utc)';
const OPENS = new RegExp(
  `^(?:bar|candle|period)?_?(?:open|start|begin)(?:_${OF_TIME})+$|^${OF_TIME}(?:_period)?_(?:open|start|begin)$`,
);
const CLOSES = new RegExp(
  `^(?:bar|candle|period)?_?(?:close|end)(?:_${OF_TIME})+$|^${OF_TIME}(?:_period)?_(?:close|end)$`,
);

/** The end of a bar that a column of instants names itself (see columnName): `open_time`, `time_close`. */
export function endInName(name: string): BarEnd | null {
  if (OPENS.test(name)) return 'open';
  return CLOSES.test(name) ? 'close' : null;
}

/** Settles which end of its bar, or of its day, the instant of a row names. Asks, or throws CsvFault. */
export function chooseEnd(
  { dialect, said }: { dialect: Dialect; said: BarEnd | null },
  hints: CsvHints,
  times: ReadTimes,
  questions: Questions,
): Pick<PlanTime, 'names' | 'is_days' | 'is_last_minute'> {
  const moments = times.walls.length === 0 ? 'others' : momentsOf(times);
  const is_days = moments === 'days';
  const is_last_minute = moments === 'last_minutes';
  if (dialect.bars === null) {
    const end = hints.bar ?? dialect.day ?? 'open';
    const isMidnight = moments === 'midnights' && dialect.day === 'close' && hints.bar === null;
    const isEnd = (is_days || isMidnight) && end === 'close';
    return {
      names: isEnd ? 'close' : 'instant',
      is_days: is_days || (isEnd && isMidnight),
      is_last_minute: false,
    };
  }
  const isAtEnd = moments === 'last_seconds' || is_last_minute;
  if (hints.bar !== null && said !== null && said !== hints.bar) throw endSaid(hints.bar, said);
  const names = hints.bar ?? dialect.bars.names ?? said ?? (isAtEnd ? 'close' : null);
  if (names === null) {
    questions.ask(
      'unknown_bar',
      'Nothing says which end of its bar the instant of a row is. Say bar=open or bar=close.',
    );
    return { names: 'close', is_days, is_last_minute };
  }
  if (names === 'open' && isAtEnd) throw endsNotOpen(hints.bar);
  // A program that keeps only dates turned the vendor's last moment of a day into a midnight.
  const isDated = moments === 'midnights' && hints.bar === null && dialect.bars.names === 'close';
  return { names, is_days: is_days || isDated, is_last_minute };
}

const endSaid = (told: BarEnd, said: BarEnd) =>
  new CsvFault(
    'contradicted',
    `The name of the column of instants says ${said}, the parameter bar=${told}. Leave out the parameter, or say in columns= which column is the instant.`,
  );

const endsNotOpen = (told: BarEnd | null) =>
  new CsvFault(
    told === null ? 'unknown_bar' : 'contradicted',
    told === null
      ? 'Every row names the last moment of an hour or a day, so the bars seem to be named by their end, unlike other files of this reader. Say bar=close if that is so.'
      : 'Every row names the last moment of an hour or a day, where no bar opens.',
  );
