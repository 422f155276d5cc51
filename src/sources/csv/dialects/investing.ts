import { type InstantReading, readInstant } from '../../../domain/instant.ts';
import type { Dialect } from '../dialect.ts';
import { UNORDERED_DATE } from '../plan/choose-date-order.ts';

/** Investing.com's historical data. Its `Vol.` counts coins, so it is no volume in USD. */
export const investing: Dialect = {
  id: 'investing',
  title: 'Investing.com',
  convention:
    'Date is the day (UTC) on which a bar opens; Price, its close, is stored at the instant the bar ends, for daily bars the midnight after. Dates with slashes are month first, as investing.com writes them, unless the rows prove otherwise.',
  kind: 'bar_close',
  bars: { written: 'open', period: null, period_fallback: '1d', venue: 'one' },
  columns: {
    instant: ['date'],
    price: ['price'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    percent_change: ['change', 'change_percent'],
  },
  required: ['instant', 'price', 'open', 'high', 'low'],
  recognises: (names) =>
    ['date', 'price', 'open', 'high', 'low'].every((name) => names.has(name)) &&
    (names.has('vol') || names.has('change')),
  zero_volume: 'zero',
  plainFigure,
  instant: ({ instant }, isDayFirst) =>
    instant === null || instant === undefined ? null : readDate(instant, isDayFirst),
};

const EXPONENT = { K: 'e3', M: 'e6', B: 'e9' };

/** `90,098.90`, `67.69K` and `-0.49%` without separators and signs; `-` is no figure. */
function plainFigure(text: string): string {
  if (text === '-') return '';
  const [, figure, suffix] = /^([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)([KMB%]?)$/.exec(text) ?? [];
  if (figure === undefined) return text;
  return figure.replaceAll(',', '') + (EXPONENT[suffix as keyof typeof EXPONENT] ?? '');
}

/** `Oct 07, 2025`, `10/07/2025` (or day first, also with dashes), `2025-10-07`. */
function readDate(text: string, isDayFirst: boolean): InstantReading {
  const [, name, namedDay = '', namedYear = ''] = /^([A-Z][a-z]{2}) (\d\d?), (\d{4})$/.exec(text) ?? [];
  if (name !== undefined) {
    const month = MONTHS.indexOf(name) + 1;
    return month === 0 ? { fault: 'invalid_instant' } : dayOf(namedYear, String(month), namedDay);
  }
  const [, first, second = '', year = ''] = UNORDERED_DATE.exec(text) ?? [];
  if (first === undefined) return readInstant(text);
  return isDayFirst ? dayOf(year, second, first) : dayOf(year, first, second);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const dayOf = (year: string, month: string, day: string): InstantReading =>
  readInstant(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
