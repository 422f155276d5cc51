import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfDay, isZone, readZone, type Zone } from '../../../src/domain/files/zone.ts';

const zone = (name: string): Zone => {
  const found = readZone(name);
  if (found === null) throw new Error(`no zone ${name}`);
  return found;
};
const wall = (text: string): number => Date.parse(`${text}Z`);
const shown = (ms: number | string): string =>
  typeof ms === 'number' ? new Date(ms).toISOString().slice(0, 16) : ms;

describe('which names are zones', () => {
  it.each([
    'UTC',
    'GMT',
    'Z',
    'Etc/UTC',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kolkata',
    'Japan',
    '+01:00',
    '-0530',
    '+9',
    'UTC+2',
  ])('%s is one', (name) => expect(isZone(name)).toBe(true));
  // EST and CET are in the zone database, each as one of the several zones that people mean.
  it.each(['', 'EST', 'CET', 'PST', 'Europe/Nowhere', '+25:00', 'tomorrow', '01:00'])(
    '%j is not a zone',
    (name) => expect(isZone(name)).toBe(false),
  );
});

describe('the instant of a wall time', () => {
  it.each([
    ['Europe/Berlin', '2024-01-01T00:00', '2023-12-31T23:00'],
    ['Europe/Berlin', '2024-07-01T00:00', '2024-06-30T22:00'],
    ['Europe/Berlin', '2024-03-31T01:59', '2024-03-31T00:59'],
    ['Europe/Berlin', '2024-03-31T02:00', 'skipped_time'],
    ['Europe/Berlin', '2024-03-31T02:59', 'skipped_time'],
    ['Europe/Berlin', '2024-03-31T03:00', '2024-03-31T01:00'],
    ['Europe/Berlin', '2024-10-27T01:59', '2024-10-26T23:59'],
    ['Europe/Berlin', '2024-10-27T02:00', 'doubled_time'],
    ['Europe/Berlin', '2024-10-27T03:00', '2024-10-27T02:00'],
    ['America/New_York', '2024-11-03T01:30', 'doubled_time'],
    ['Australia/Lord_Howe', '2024-10-06T02:15', 'skipped_time'],
    ['Pacific/Apia', '2011-12-30T12:00', 'skipped_time'],
    ['Asia/Kathmandu', '2024-01-01T00:00', '2023-12-31T18:15'],
    ['-03:30', '2024-01-01T00:00', '2024-01-01T03:30'],
  ])('%s %s', (name, text, expected) => expect(shown(zone(name).instantOf(wall(text)))).toBe(expected));
});

describe('the end of a day', () => {
  it.each([
    ['UTC', '2024-03-01T00:00', '2024-03-02T00:00'],
    ['Europe/Berlin', '2024-03-30T23:00', '2024-03-31T22:00'], // 23 hours
    ['Europe/Berlin', '2024-10-26T22:00', '2024-10-27T23:00'], // 25 hours
    ['Africa/Cairo', '2024-04-25T10:00', '2024-04-25T22:00'], // whose midnight is skipped
    ['America/Sao_Paulo', '2018-11-03T12:00', '2018-11-04T03:00'],
    ['America/Havana', '2024-11-02T12:00', '2024-11-03T04:00'], // whose midnight comes twice
    ['Pacific/Apia', '2011-12-29T20:00', '2011-12-30T10:00'], // the day after was left out
  ])('%s after %s', (name, text, expected) => expect(shown(endOfDay(wall(text), zone(name)))).toBe(expected));
});

it('agrees with the clocks of a zone, minute by minute', () => {
  const names = [
    'Europe/London',
    'America/New_York',
    'America/Sao_Paulo',
    'Australia/Lord_Howe',
    'Asia/Tehran',
    'Africa/Cairo',
  ];
  const clocks = new Map(
    names.map((name) => [
      name,
      new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' }),
    ]),
  );
  const quarters = fc.integer({ min: Date.UTC(2010, 0, 1) / 900_000, max: Date.UTC(2026, 0, 1) / 900_000 });
  fc.assert(
    fc.property(fc.constantFrom(...names), quarters, (name, quarter) => {
      const wallMs = quarter * 900_000;
      const text = new Date(wallMs).toISOString().replace('T', ' ').slice(0, 19);
      const showing = [];
      for (let ms = wallMs - 15 * 3_600_000; ms <= wallMs + 15 * 3_600_000; ms += 900_000)
        if (clocks.get(name)?.format(ms) === text) showing.push(ms);
      const expected =
        showing.length === 1 ? showing[0] : showing.length === 0 ? 'skipped_time' : 'doubled_time';
      expect(zone(name).instantOf(wallMs)).toBe(expected);
    }),
    { numRuns: 300 },
  );
});
