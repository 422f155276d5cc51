import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATE_ORDERS, type DateOrder } from '../../../../src/domain/files/parameters.ts';
import { readZone, UTC, type Zone } from '../../../../src/domain/files/zone.ts';
import { TIME_FAULTS } from '../../../../src/sources/csv/forms/time-faults.ts';
import { orderOf, timeReader } from '../../../../src/sources/csv/forms/times.ts';

const zone = (name: string): Zone => {
  const found = readZone(name);
  if (found === null) throw new Error(`no zone ${name}`);
  return found;
};
const inUtc = timeReader({ date_order: null, zone: UTC });
const read = (text: string, date_order: DateOrder | null = null, name: string | null = 'UTC') => {
  const { instant, fault, ...rest } = timeReader({ date_order, zone: name === null ? null : zone(name) })(
    text,
  );
  return fault ?? (rest as { precision: string }).precision.concat(' ', instant ?? '');
};

describe('a text that needs no parameter', () => {
  it.each([
    ['2024-03-01', 'day 2024-03-01T00:00:00Z'],
    ['2024/03/01', 'day 2024-03-01T00:00:00Z'],
    ['2024.3.1', 'day 2024-03-01T00:00:00Z'],
    ['2024. 3. 1.', 'day 2024-03-01T00:00:00Z'],
    ['2024年3月6日', 'day 2024-03-06T00:00:00Z'],
    ['2024년 03월 06일', 'day 2024-03-06T00:00:00Z'],
    ['20240301', 'day 2024-03-01T00:00:00Z'],
    ['31.03.2024', 'day 2024-03-31T00:00:00Z'],
    ['3/17/2024', 'day 2024-03-17T00:00:00Z'],
    ['Mar 6, 2024', 'day 2024-03-06T00:00:00Z'],
    ['Mar 06, 2024', 'day 2024-03-06T00:00:00Z'],
    ['March 6th, 2024', 'day 2024-03-06T00:00:00Z'],
    ['Sept 6, 2024', 'day 2024-09-06T00:00:00Z'],
    ['06-Mar-2024', 'day 2024-03-06T00:00:00Z'],
    ['2024-Mar-06', 'day 2024-03-06T00:00:00Z'],
    ['6 mars 2024', 'day 2024-03-06T00:00:00Z'],
    ['6. März 2024', 'day 2024-03-06T00:00:00Z'],
    ['6 de março de 2024', 'day 2024-03-06T00:00:00Z'],
    ['06 мая 2024', 'day 2024-05-06T00:00:00Z'],
    ['6 Ağu 2024', 'day 2024-08-06T00:00:00Z'],
    ['06 aug. 2024', 'day 2024-08-06T00:00:00Z'],
    ['Fri, 01 Mar 2024 00:00:00 GMT', 'second 2024-03-01T00:00:00Z'],
    ['Fri Mar 01 2024 02:00:00 GMT+0200 (Central European Time)', 'second 2024-03-01T00:00:00Z'],
    ['2024-03-01 00:00', 'minute 2024-03-01T00:00:00Z'],
    ['2024-03-01T00:00Z', 'minute 2024-03-01T00:00:00Z'],
    ['2024-03-01 23:59:59', 'second 2024-03-01T23:59:59Z'],
    ['2024-03-01T23:59:59', 'second 2024-03-01T23:59:59Z'],
    ['2024-03-01 00:00:00 UTC', 'second 2024-03-01T00:00:00Z'],
    ['2024-03-01 00:00:00+00:00', 'second 2024-03-01T00:00:00Z'],
    ['2024-03-01T01:30:00.123456789+01:30', 'second 2024-03-01T00:00:00.123456Z'],
    ['2024-03-01 00:00:00,250', 'second 2024-03-01T00:00:00.25Z'],
    ['2019-10-17 09-AM', 'hour 2019-10-17T09:00:00Z'],
    ['2019-10-17 12-AM', 'hour 2019-10-17T00:00:00Z'],
    ['2019-10-17 12-PM', 'hour 2019-10-17T12:00:00Z'],
    ['3/17/2024, 10:30 PM', 'minute 2024-03-17T22:30:00Z'],
    ['11/17/24 0:00', 'minute 2024-11-17T00:00:00Z'],
    ['20240301 153000', 'second 2024-03-01T15:30:00Z'],
    ['20240301T153000Z', 'second 2024-03-01T15:30:00Z'],
    ['20240301153000', 'second 2024-03-01T15:30:00Z'],
    ['1709251200', 'second 2024-03-01T00:00:00Z'],
    ['1709251200.5', 'second 2024-03-01T00:00:00.5Z'],
    ['1709251200.0', 'second 2024-03-01T00:00:00Z'],
    ['1709251200123', 'second 2024-03-01T00:00:00.123Z'],
    ['1709251200123456', 'second 2024-03-01T00:00:00.123456Z'],
    ['1709251200123456789', 'second 2024-03-01T00:00:00.123456Z'],
    ['  2024-03-01   00:00 ', 'minute 2024-03-01T00:00:00Z'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected));
});

describe('a text that depends on facts about the file', () => {
  it.each([
    ['3/1/2024', 'mdy', 'UTC', 'day 2024-03-01T00:00:00Z'],
    ['3/1/2024', 'dmy', 'UTC', 'day 2024-01-03T00:00:00Z'],
    ['01.03.2024 00:30', 'dmy', 'UTC', 'minute 2024-03-01T00:30:00Z'],
    ['3/6/24', 'mdy', 'UTC', 'day 2024-03-06T00:00:00Z'],
    ['03/6/24', 'ymd', 'UTC', 'day 2003-06-24T00:00:00Z'],
    ['24/3/1', 'ymd', 'UTC', 'day 2024-03-01T00:00:00Z'],
    ['06-Mar-24', 'dmy', 'UTC', 'day 2024-03-06T00:00:00Z'],
    ['2024-03-01', 'dmy', 'UTC', 'day 2024-03-01T00:00:00Z'],
    ['2024-03-01', null, 'Europe/Berlin', 'day 2024-02-29T23:00:00Z'],
    ['2024-03-01 12:00', null, 'America/New_York', 'minute 2024-03-01T17:00:00Z'],
    ['2024-07-01 12:00', null, 'America/New_York', 'minute 2024-07-01T16:00:00Z'],
    ['2024-03-01 12:00', null, '+05:45', 'minute 2024-03-01T06:15:00Z'],
    ['2024-03-01T12:00:00Z', null, 'America/New_York', 'second 2024-03-01T12:00:00Z'],
    ['1709251200', null, 'America/New_York', 'second 2024-03-01T00:00:00Z'],
    ['2024-03-01', null, null, 'day 2024-03-01T00:00:00Z'],
    ['31.03.2024 03:30', 'dmy', 'Europe/Berlin', 'minute 2024-03-31T01:30:00Z'],
  ] as const)('%s, %s, %s', (text, order, name, expected) => {
    expect(read(text, order, name)).toBe(expected);
  });
});

/** One text for every fault of the table. */
const FAULTY: Record<
  keyof typeof TIME_FAULTS,
  [text: string, order?: DateOrder | null, zone?: string | null][]
> = {
  no_zone: [
    ['2024-03-01T00:00:00', null, null],
    ['2024-03-01 10:00', null, null],
    ['20240301153000', null, null],
  ],
  unordered_date: [['3/1/2024'], ['01.03.2024 00:00'], ['3/6/24'], ['06-Mar-24'], ['1 2 2024']],
  other_order: [
    ['13/1/2024', 'mdy'],
    ['1/13/24', 'dmy'],
  ],
  two_digit_year: [['1/1/99'], ['3/17/70', 'mdy']],
  day_number: [['45352'], ['45352.5'], ['45352,5']],
  exponent: [['1.78019E+12'], ['1,7E+09'], ['17e8']],
  year_only: [['2024'], ['202403'], ['Mar 2024'], ['Mar-24']],
  clock_only: [['10:30 PM'], ['23:59:59'], ['00:00Z']],
  nonexistent_day: [
    ['2024-02-30'],
    ['2023-02-29 00:00:00'],
    ['31/04/2024'],
    ['Feb 30, 2024'],
    ['2024-13-01'],
  ],
  nonexistent_time: [
    ['2024-03-01 24:00'],
    ['2024-03-01T12:60:00Z'],
    ['2024-03-01 13:00 PM'],
    ['2016-12-31T23:59:60Z'],
  ],
  skipped_time: [['2024-03-31 02:30', null, 'Europe/Berlin']],
  doubled_time: [['2024-10-27 02:30', null, 'Europe/Berlin']],
  unknown_month: [['Foo 6, 2024'], ['6 listopad 2024']],
  unknown_zone: [['2024-03-01 10:30 EST'], ['2024-03-01 10:30:00 CET']],
  unknown_number: [['7'], ['123456'], ['12345678901'], ['-1709251200'], ['1709251200,5']],
  number_or_date: [['202403011530']],
  out_of_range: [['1960-01-01'], ['1/31/1969']],
  unreadable: [
    ['Average'],
    [''],
    ['n/a'],
    ['2024-03/01'],
    ['12/2024/01'],
    ['٢٠٢٤-٠٣-٠١'],
    ['x'.repeat(2000)],
  ],
};

describe('a text that is not an instant, or has no certain instant', () => {
  const cases = Object.entries(FAULTY).flatMap(([fault, texts]) =>
    texts.map(([text, order = null, name = 'UTC']) => ({ fault, text, order, name })),
  );
  it.each(cases)('$fault: $text', ({ fault, text, order, name }) =>
    expect(read(text, order, name)).toBe(fault),
  );
});

describe('the order of day, month and year', () => {
  it.each([
    [['2024-03-01', '1709251200', 'Mar 6, 2024', 'Total', ''], 'none', ['dmy', 'mdy', 'ymd'], []],
    [['3/1/2024', '3/2/2024'], 'ambiguous', ['dmy', 'mdy'], ['3/1/2024']],
    [['3/1/2024', '3/13/2024'], 'proven', ['mdy'], ['3/1/2024']],
    [['01.03.2024 10:00', '13.03.2024 10:00'], 'proven', ['dmy'], ['01.03.2024 10:00']],
    [['3/6/24', '3/7/24'], 'ambiguous', ['dmy', 'mdy'], ['3/6/24']],
    [['03/06/24', '03/07/24'], 'ambiguous', ['dmy', 'mdy', 'ymd'], ['03/06/24']],
    [['24/3/1', '24/3/2'], 'proven', ['ymd'], ['24/3/1']],
    [['11/17/24 0:00'], 'proven', ['mdy'], ['11/17/24 0:00']],
    [['17/11/24'], 'ambiguous', ['dmy', 'ymd'], ['17/11/24']],
    [['1/2/2024', '13/2/2024', '1/13/2024'], 'contradictory', [], ['13/2/2024', '1/13/2024']],
    [['31/02/2024'], 'none', ['dmy', 'mdy', 'ymd'], []],
  ] as const)('%j: %s', (texts, verdict, orders, examples) =>
    expect(orderOf(texts)).toEqual({ verdict, orders, examples }),
  );
});

// An instant as text, using only the calendar of toISOString.
const instants = fc.date({ min: new Date(0), max: new Date('2069-12-31T23:59:59Z'), noInvalidDate: true });
const ORDERED: Record<DateOrder, (y: string, m: string, d: string, mark: string) => string> = {
  ymd: (y, m, d, mark) => [y, m, d].join(mark),
  dmy: (y, m, d, mark) => [d, m, y].join(mark),
  mdy: (y, m, d, mark) => [m, d, y].join(mark),
};
const written = fc.record({
  date: instants,
  order: fc.constantFrom(...DATE_ORDERS),
  mark: fc.constantFrom('/', '-', '.'),
  isPadded: fc.boolean(),
  isShort: fc.boolean(),
  clock: fc.constantFrom('none', '24', '12', 'seconds'),
});
type Written = typeof written extends fc.Arbitrary<infer T> ? T : never;

function textOf({ date, order, mark, isPadded, isShort, clock }: Written): { text: string; instant: string } {
  const iso = date.toISOString();
  const [year, month, day] = [iso.slice(0, 4), iso.slice(5, 7), iso.slice(8, 10)];
  const bare = (digits: string) => (isPadded ? digits : String(Number(digits)));
  const text = ORDERED[order](isShort && year >= '2000' ? year.slice(2) : year, bare(month), bare(day), mark);
  const [hour, minute, second] = [iso.slice(11, 13), iso.slice(14, 16), iso.slice(17, 19)];
  const half = `${((Number(hour) + 11) % 12) + 1}:${minute} ${hour < '12' ? 'AM' : 'PM'}`;
  const clocks = {
    none: '',
    '24': ` ${hour}:${minute}`,
    '12': ` ${half}`,
    seconds: ` ${hour}:${minute}:${second}`,
  };
  const rest = {
    none: '00:00:00',
    '24': `${hour}:${minute}:00`,
    '12': `${hour}:${minute}:00`,
    seconds: iso.slice(11, 19),
  };
  return { text: text + clocks[clock as 'none'], instant: `${iso.slice(0, 10)}T${rest[clock as 'none']}Z` };
}

it('reads back any date that is written in a known order', () => {
  fc.assert(
    fc.property(written, (one) => {
      const { text, instant } = textOf(one);
      expect(timeReader({ date_order: one.order, zone: UTC })(text).instant).toBe(instant);
    }),
    { numRuns: 2_000 },
  );
});

it('never reads a date in another order than it was written, unless a parameter says so', () => {
  fc.assert(
    fc.property(written, (one) => {
      const { text, instant } = textOf(one);
      const reading = inUtc(text);
      if (reading.fault === undefined) expect(reading.instant).toBe(instant);
      else expect(reading.fault).toBe('unordered_date');
    }),
    { numRuns: 2_000 },
  );
});

it('never treats an order as proven that the writer did not use', () => {
  fc.assert(
    fc.property(fc.array(instants, { minLength: 1, maxLength: 12 }), written, (dates, like) => {
      const texts = dates.map((date) => textOf({ ...like, date }).text);
      const { verdict, orders } = orderOf(texts);
      expect(orders).toContain(like.order);
      expect(verdict).not.toBe('contradictory');
    }),
    { numRuns: 1_000 },
  );
});

it('reads names of months as Intl writes them, in the languages of Investing.com', () => {
  const languages = [
    'en',
    'de',
    'fr',
    'es',
    'it',
    'pt',
    'nl',
    'pl',
    'ru',
    'tr',
    'sv',
    'fi',
    'da',
    'hu',
    'id',
    'el',
    'he',
    'ar',
  ];
  for (const language of languages)
    for (let month = 0; month < 12; month += 1) {
      const name = new Intl.DateTimeFormat(`${language}-u-nu-latn-ca-gregory`, {
        month: 'long',
        day: 'numeric',
        timeZone: 'UTC',
      })
        .formatToParts(Date.UTC(2024, month, 6))
        .find(({ type }) => type === 'month')?.value;
      // Another month in Croatian.
      if (name === 'listopada') continue;
      expect([language, name, read(`6 ${name} 2024`)]).toEqual([
        language,
        name,
        `day 2024-${String(month + 1).padStart(2, '0')}-06T00:00:00Z`,
      ]);
    }
});

it('accepts any text, and classifies it', () => {
  const parts = fc.constantFrom(
    '2024',
    '03',
    '1',
    '31',
    '-',
    '/',
    '.',
    ' ',
    ':',
    'T',
    'Z',
    'Mar',
    'PM',
    '+02:00',
    'UTC',
    ',',
    'x',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 12 }), (list) => {
      const reading = inUtc(list.join(''));
      expect(reading.fault === undefined || reading.fault in TIME_FAULTS).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});
