import { PERIOD_SECONDS } from '../beat.ts';

type Unit = keyof typeof PERIOD_SECONDS;

const WORDS: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  m: '1m',
  minute: '1m',
  minutely: '1m',
  h: '1h',
  hour: '1h',
  hourly: '1h',
  d: '1d',
  day: '1d',
  daily: '1d',
  w: '1w',
  week: '1w',
  weekly: '1w',
  mo: '1mo',
  month: '1mo',
  monthly: '1mo',
});

const COUNTED =
  /^(\d{1,6})[ -]?(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|mo|mths?|months?)$/;

/**
 * A period in the contract's form, one for each length: `24h` is `1d`, `60min` is `1h`, `7d` is `1w`. A capital `M`
 * is a month and a small one a minute; other letters ignore case. Null for a text that is not a period, or is
 * shorter than a minute.
 */
export function canonicalPeriod(text: string): string | null {
  const trimmed = text.trim();
  if (/^\d{0,3}M$/.test(trimmed)) return inUnits(Number(trimmed.slice(0, -1) || '1'), 'mo');
  const low = trimmed.toLowerCase();
  const word = WORDS[low];
  if (word !== undefined) return word;
  const [, count = '', name = ''] = COUNTED.exec(low) ?? [];
  if (name === '') return null;
  if (name.startsWith('s')) return Number(count) % 60 === 0 ? inUnits(Number(count) / 60, 'm') : null;
  return inUnits(Number(count), /^(?:mo|mt)/.test(name) ? 'mo' : (name.slice(0, 1) as Unit));
}

/** A period of minutes, as Kraken and TradingView number them: `60` is `1h`, `1440` is `1d`. */
export const periodOfMinutes = (text: string): string | null =>
  /^[1-9]\d{0,5}$/.test(text) ? inUnits(Number(text), 'm') : null;

/** The next larger unit, if it is a whole number of this one. */
const LARGER: Partial<Record<Unit, { unit: Unit; of: number }>> = {
  m: { unit: 'h', of: 60 },
  h: { unit: 'd', of: 24 },
  d: { unit: 'w', of: 7 },
};
/** The forms of the last part of a series' id. */
const COUNT_MAX = 999;

function inUnits(count: number, unit: Unit): string | null {
  const larger = LARGER[unit];
  if (count > 0 && larger !== undefined && count % larger.of === 0)
    return inUnits(count / larger.of, larger.unit);
  return count > 0 && count <= COUNT_MAX ? `${count}${unit}` : null;
}

const DAY_MS = PERIOD_SECONDS.d * 1000;

/**
 * A wall time (see zone.ts) one period later, in milliseconds; earlier if below zero. A month keeps its day if the
 * day exists in it.
 */
export function afterPeriods(wallMs: number, period: string, count = 1): number {
  const [, size = '', unit = ''] = /^(\d+)(m|h|d|w|mo)$/.exec(period) ?? [];
  const steps = Number(size) * count;
  if (unit !== 'mo') return wallMs + steps * PERIOD_SECONDS[unit as Unit] * 1000;
  const date = new Date(wallMs);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + steps);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.setUTCDate(Math.min(day, last));
}

/** How the distances between adjacent rows relate to a period. */
export interface Spacing {
  /**
   * The numbers of distances: one period; several whole periods, which is a gap; less than one; not a whole number.
   */
  equal: number;
  gaps: number;
  shorter: number;
  uneven: number;
  /**
   * `agrees`: some rows are one period apart, and none are closer or off its steps. `contradicts`: some are.
   * `wider`: all are several periods apart. `silent`: there are no two rows.
   */
  verdict: 'agrees' | 'contradicts' | 'wider' | 'silent';
}

/** Compares the wall times of one series, in any order, with a period. */
export function spacingOf(walls: Iterable<number>, period: string): Spacing {
  const sorted = [...new Set(walls)].sort((a, b) => a - b);
  const counts = { equal: 0, gaps: 0, shorter: 0, uneven: 0 };
  for (const [at, wall] of sorted.slice(1).entries()) counts[stepOf(sorted[at] ?? wall, wall, period)] += 1;
  const { equal, gaps, shorter, uneven } = counts;
  if (shorter + uneven > 0) return { ...counts, verdict: 'contradicts' };
  return { ...counts, verdict: equal > 0 ? 'agrees' : gaps > 0 ? 'wider' : 'silent' };
}

function stepOf(from: number, to: number, period: string): 'equal' | 'gaps' | 'shorter' | 'uneven' {
  const next = afterPeriods(from, period);
  if (to === next) return 'equal';
  if (to < next) return 'shorter';
  if (!period.endsWith('mo')) return (to - from) % (next - from) === 0 ? 'gaps' : 'uneven';
  const months = Math.round((to - from) / (30.4375 * DAY_MS));
  return afterPeriods(from, period, Math.round(months / Number.parseInt(period, 10))) === to
    ? 'gaps'
    : 'uneven';
}

/**
 * The most frequent distance of adjacent rows as a period; null if no distance occurs twice, or the distance has no
 * name.
 */
export function periodOfSpacing(walls: Iterable<number>): string | null {
  const sorted = [...new Set(walls)].sort((a, b) => a - b);
  const counts = new Map<string, number>();
  for (const [at, wall] of sorted.slice(1).entries()) {
    const period = periodBetween(sorted[at] ?? wall, wall);
    if (period !== null) counts.set(period, (counts.get(period) ?? 0) + 1);
  }
  const [commonest] = [...counts].sort(([, a], [, b]) => b - a);
  return commonest !== undefined && commonest[1] > 1 ? commonest[0] : null;
}

function periodBetween(from: number, to: number): string | null {
  for (const months of [1, 3]) if (afterPeriods(from, `${months}mo`) === to) return `${months}mo`;
  const minutes = (to - from) / 60_000;
  return Number.isInteger(minutes) ? inUnits(minutes, 'm') : null;
}
