import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  INSTANT_MICROS_MAX,
  instantFromPostgres,
  instantFromUnix,
  instantOfDate,
  instantOfMicros,
  microsOf,
  microsText,
  parseInstant,
  readInstant,
  readUnixInstant,
} from '../../src/domain/instant.ts';

describe('parseInstant', () => {
  it.each([
    ['2025-01-10T10:00:00Z', '2025-01-10T10:00:00Z'],
    ['2025-01-10t10:00:00z', '2025-01-10T10:00:00Z'],
    ['2025-01-10T10:00:00.000Z', '2025-01-10T10:00:00Z'],
    ['2025-01-10T10:00:00.500Z', '2025-01-10T10:00:00.5Z'],
    ['2025-01-10T10:00:00.123456Z', '2025-01-10T10:00:00.123456Z'],
    ['2025-01-10T10:00:00.123456789Z', '2025-01-10T10:00:00.123456Z'],
    ['2025-01-10T10:00:00.999999999Z', '2025-01-10T10:00:00.999999Z'],
    ['2025-01-10T10:00Z', '2025-01-10T10:00:00Z'],
    ['2025-01-10T10:00:00+00:00', '2025-01-10T10:00:00Z'],
    ['2025-01-10T10:00:00-00:00', '2025-01-10T10:00:00Z'],
    ['2025-01-10T01:30:00.25+05:30', '2025-01-09T20:00:00.25Z'],
    ['2025-12-31T23:30:00-01:00', '2026-01-01T00:30:00Z'],
    ['2025-01-10T10:00:00+0200', '2025-01-10T08:00:00Z'],
    ['2025-01-10', '2025-01-10T00:00:00Z'],
    ['2025-01-10 10:00:00', '2025-01-10T10:00:00Z'],
    ['2025-01-10 10:00', '2025-01-10T10:00:00Z'],
    ['2025-01-10 10:00:00.123', '2025-01-10T10:00:00.123Z'],
    ['2025-01-10 10:00:00 UTC', '2025-01-10T10:00:00Z'],
    ['2025-01-10 10:00:00+02:00', '2025-01-10T08:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2000-02-29', '2000-02-29T00:00:00Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
    ['1969-12-31T23:00:00-01:00', '1970-01-01T00:00:00Z'],
  ])('%s is %s', (text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    '2025',
    '2025-01',
    '2025-1-10',
    '20250110',
    '10-01-2025',
    '2025-13-01',
    '2025-00-10',
    '2025-01-00',
    '2025-01-32',
    '2025-02-29',
    '2100-02-29',
    '2025-04-31',
    '2025-01-10T24:00:00Z',
    '2025-01-10T10:60:00Z',
    '2016-12-31T23:59:60Z',
    '2025-01-10T10:00:00',
    '2025-01-10T10:00:00.Z',
    '2025-01-10T10:00:00.1234567890Z',
    '2025-01-10T10:00:00+24:00',
    '2025-01-10T10:00:00+01:60',
    '2025-01-10T10:00:00 CET',
    '2025-01-10  10:00:00',
    '2025-01-10Z',
    ' 2025-01-10',
    '2025-01-10\n',
    '２０２５-01-10',
    '12025-01-10',
    '-2025-01-10',
  ])('%j is not an instant', (text) => {
    expect(readInstant(text)).toEqual({ fault: 'invalid_instant' });
    expect(parseInstant(text)).toBeUndefined();
  });

  it.each([
    '1969-12-31T23:59:59.999999Z',
    '0001-01-01T00:00:00Z',
    '0000-01-01',
    '1970-01-01T00:30:00+01:00',
    '9999-12-31T23:30:00-01:00',
  ])('%s is out of range', (text) => {
    expect(readInstant(text)).toEqual({ fault: 'instant_out_of_range' });
  });
});

describe('instantFromUnix', () => {
  it.each([
    ['1736503200', '2025-01-10T10:00:00Z'],
    ['1736503200000', '2025-01-10T10:00:00Z'],
    ['1736503200123', '2025-01-10T10:00:00.123Z'],
    ['1736503200.5', '2025-01-10T10:00:00.5Z'],
    ['1736503200.123456789', '2025-01-10T10:00:00.123456Z'],
    ['1736503200123.4569', '2025-01-10T10:00:00.123456Z'],
    ['100000000', '1973-03-03T09:46:40Z'],
    ['100000000000', '1973-03-03T09:46:40Z'],
    ['9999999999', '2286-11-20T17:46:39Z'],
    ['9999999999999', '2286-11-20T17:46:39.999Z'],
  ])('%s is %s', (text, expected) => {
    expect(instantFromUnix(text)).toBe(expected);
  });

  it.each([
    '',
    '0',
    '2024',
    '20240115',
    '12345678901',
    '12345678901234',
    '1736503200000000',
    '-1736503200',
    '1.7e9',
    '1736503200.',
    ' 1736503200',
    '0x67810',
  ])('%j is not a unix time', (text) => {
    expect(readUnixInstant(text)).toEqual({ fault: 'invalid_instant' });
    expect(instantFromUnix(text)).toBeUndefined();
  });
});

describe('instantFromPostgres', () => {
  it.each([
    ['2024-05-06 07:08:09.123+00', '2024-05-06T07:08:09.123Z'],
    ['2024-05-06 07:08:09+00', '2024-05-06T07:08:09Z'],
    ['2024-05-06 07:08:09.123456+02', '2024-05-06T05:08:09.123456Z'],
    ['2024-05-06 07:08:09-03:30', '2024-05-06T10:38:09Z'],
  ])('%s is %s', (text, expected) => {
    expect(instantFromPostgres(text)).toBe(expected);
  });

  it.each(['infinity', '0044-03-15 00:00:00+00 BC', '10000-01-01 00:00:00+00'])('refuses %s', (text) => {
    expect(() => instantFromPostgres(text)).toThrow(RangeError);
  });
});

const micros = fc.bigInt({ min: 0n, max: INSTANT_MICROS_MAX });

describe('any microsecond', () => {
  it('comes back from its text', () => {
    fc.assert(
      fc.property(micros, (at) => {
        const instant = instantOfMicros(at);
        expect(microsOf(instant)).toBe(at);
        expect(parseInstant(instant)).toBe(instant);
        expect(instant).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,5}[1-9])?Z$/);
      }),
    );
  });

  it('is the same in every zone', () => {
    fc.assert(
      fc.property(micros, fc.integer({ min: -1_439, max: 1_439 }), (at, minutes) => {
        const local = at + BigInt(minutes) * 60_000_000n;
        fc.pre(local >= 0n && local <= INSTANT_MICROS_MAX);
        const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
        const offset = `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
        expect(parseInstant(instantOfMicros(local).replace('Z', offset))).toBe(instantOfMicros(at));
      }),
    );
  });

  it('agrees with Date to the millisecond', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
        (date) => {
          expect(Date.parse(instantOfDate(date))).toBe(date.getTime());
          expect(parseInstant(date.toISOString())).toBe(instantOfDate(date));
        },
      ),
    );
  });

  it('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-:.TZ+ ') }), (text) => {
        for (const reading of [readInstant(text), readUnixInstant(text)])
          expect(Object.keys(reading)).toHaveLength(1);
      }),
    );
  });
});

it.each([-1n, INSTANT_MICROS_MAX + 1n])('has no instant at %s µs', (at) => {
  expect(() => instantOfMicros(at)).toThrow(RangeError);
});

test('microsText is microsOf as digits', () => {
  expect(microsText('1970-01-01T00:00:00Z')).toBe('0');
  expect(microsText('1970-01-01T00:00:00.000012Z')).toBe('12');
  expect(microsText('2025-01-10T10:00:00.5Z')).toBe('1736503200500000');
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: INSTANT_MICROS_MAX }), (micros) => {
      expect(microsText(instantOfMicros(micros))).toBe(String(micros));
    }),
  );
});

describe('texts that only surround a date and a time', () => {
  const digits = fc.integer({ min: 0, max: 99 }).map((number) => String(number).padStart(2, '0'));
  const year = fc.integer({ min: 1965, max: 2105 }).map(String);

  it('are read as the calendar reads them', () => {
    fc.assert(
      fc.property(fc.tuple(year, digits, digits, digits, digits, digits), ([y, mo, d, h, mi, s]) => {
        // A fraction, even of zero, needs the full parser.
        const general = parseInstant(`${y}-${mo}-${d}T${h}:${mi}:${s}.0Z`);
        for (const text of [`${y}-${mo}-${d}T${h}:${mi}:${s}Z`, `${y}-${mo}-${d} ${h}:${mi}:${s}`])
          expect(parseInstant(text)).toBe(general);
        expect(parseInstant(`${y}-${mo}-${d} ${h}:${mi}:${s} UTC`)).toBe(general);
        expect(parseInstant(`${y}-${mo}-${d}`)).toBe(parseInstant(`${y}-${mo}-${d}T00:00:00.0Z`));
      }),
      {
        numRuns: 2_000,
        examples: [[['2024', '02', '29', '23', '59', '59']], [['2023', '02', '29', '00', '00', '00']]],
      },
    );
  });

  it.each(['2025-01-1oT10:00:00Z', '2025-01-10T1/:00:00Z', '20:5-01-10T10:00:00Z', '2025-01-10X10:00:00Z'])(
    'are digits and nothing else: %s',
    (text) => {
      expect(readInstant(text)).toEqual({ fault: 'invalid_instant' });
    },
  );
});
