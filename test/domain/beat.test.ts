import { describe, expect, it } from 'vitest';
import { type BeatFacts, beatOf, onTimeSeconds, periodSeconds } from '../../src/domain/beat.ts';
import { addPeriod } from '../../src/sources/csv/time.ts';

const polled: BeatFacts = {
  kind: 'spot',
  external_id: 'bitcoin',
  is_file: false,
  flags: [],
  kept_seconds: 600,
  endpoint_seconds: 1_800,
  thinned_to: null,
};

describe('the beat of a row', () => {
  it.each<[string, Partial<BeatFacts>, number | null]>([
    ['is what its payload kept', {}, 600],
    ['is the pace of its endpoint where the payload kept none', { kept_seconds: null }, 1_800],
    ['is an hour where nothing is known', { kept_seconds: null, endpoint_seconds: null }, 3_600],
    ['is an hour for history that kept none', { kept_seconds: null, flags: ['backfill'] }, 3_600],
    ['is an hour where hours are left', { thinned_to: 'hour' }, 3_600],
    ['is a day where days are left', { thinned_to: 'day', kept_seconds: 3_600 }, 86_400],
    ['is its own where that is longer', { thinned_to: 'hour', kept_seconds: 86_400 }, 86_400],
    ['is what the plan of a file found', { is_file: true, kept_seconds: 60 }, 60],
    ['is a day for a file that does not tell', { is_file: true, kept_seconds: null }, 86_400],
    [
      'is the period of bars',
      { kind: 'bar_close', is_file: true, external_id: 'yahoo:btc:-:usd:4h' },
      14_400,
    ],
    ['is unknown for bars of unknown period', { kind: 'bar_close', external_id: 'yahoo:btc:-:usd:-' }, null],
  ])('%s', (_, facts, expected) => {
    expect(beatOf({ ...polled, ...facts })).toBe(expected);
  });
});

it('is on time for three beats, and for two days at most', () => {
  expect([300, 3_600, 57_600, 57_601, 86_400, 2_678_400].map(onTimeSeconds)).toEqual([
    900, 10_800, 172_800, 172_800, 172_800, 172_800,
  ]);
});

it.each(['1m', '15m', '1h', '4h', '1d', '3d', '1w', '1mo'])('reads a period like files do: %s', (period) => {
  expect(periodSeconds(period)).toBe(Number(addPeriod(0n, period) / 1_000_000n));
});

it('gives no length for a text that is not a period', () => {
  expect([null, '-', '1y', 'd', '1000d', '1D'].map(periodSeconds)).toEqual([
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
});
