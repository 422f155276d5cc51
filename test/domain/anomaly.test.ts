import { expect, test } from 'vitest';
import { findAnomalies, type Profile } from '../../src/domain/anomaly.ts';

const profile = (minute: number, more: Partial<Profile> = {}): Profile => {
  const at = new Date(Date.UTC(2025, 0, 10, 10, minute)).toISOString();
  return { fetched_at: at, records: 1000, newest_observed_at: at, unknowns: { rank: 50 }, ...more };
};
/** Ten replies, five minutes apart, newest first; the judged reply comes at minute 50. */
const usual = (more: Partial<Profile> = {}) =>
  Array.from({ length: 10 }, (_, n) => profile(45 - 5 * n, more));
const codes = (now: Profile, before: Profile[]) =>
  findAnomalies({ endpoint: 'tickers', beat_seconds: 300 }, now, before).map(
    ({ code, message }) => `${code}: ${message}`,
  );

test.for([
  ['as usual', {}, []],
  ['nine tenths of the rows', { records: 900 }, []],
  ['a row less', { records: 899 }, ['row_count: 899 records, where 1000 are usual.']],
  ['none', { records: 0, unknowns: {} }, ['row_count: 0 records, where 1000 are usual.']],
  ['more rows', { records: 2000, unknowns: { rank: 100 } }, []],
] as const)('%s', ([, now, expected]) => {
  expect(codes(profile(50, now), usual())).toEqual(expected);
});

test('four replies show nothing usual', () => {
  expect(codes(profile(50, { records: 1 }), usual().slice(0, 4))).toEqual([]);
});

test.for([
  [29, []],
  [30, ['time_stands_still: Its newest record is of 2025-01-10T09:00:00Z, as it was 30 minutes ago.']],
] as const)('times that are unchanged for %i minutes', ([minutes, expected]) => {
  const newest_observed_at = '2025-01-10T09:00:00Z';
  const before = [profile(20, { newest_observed_at }), profile(0, { newest_observed_at }), profile(-5)];
  expect(codes(profile(minutes, { newest_observed_at }), before)).toEqual(expected);
});

test('unknown times are never reported as unchanged', () => {
  const none = { newest_observed_at: null };
  expect(codes(profile(50, none), usual(none))).toEqual([]);
});
