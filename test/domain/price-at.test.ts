import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOfDate } from '../../src/domain/instant.ts';
import { newestOf, priceAt, type Series } from '../../src/domain/price-at.ts';
import { answerByTheLetter, anySeries, T } from '../support/price-rule.ts';

const ago = (seconds: number) => instantOfDate(new Date(Date.parse(T) - seconds * 1_000));
const gecko = (age: number, more: Partial<Series> = {}): Series => ({
  rank: 1,
  is_file: false,
  external_id: 'bitcoin',
  kind: 'spot',
  observed_at: ago(age),
  price_usd: '1',
  flags: [],
  beat_seconds: 600,
  ...more,
});
const paprika = (age: number, more: Partial<Series> = {}): Series =>
  gecko(age, { rank: 2, external_id: 'btc-bitcoin', beat_seconds: 300, ...more });
const file = (age: number, more: Partial<Series> = {}): Series =>
  gecko(age, { rank: 4, is_file: true, external_id: 'coingecko:btc', beat_seconds: 86_400, ...more });
const bar = (age: number, more: Partial<Series> = {}): Series =>
  file(age, { kind: 'bar_close', external_id: 'yahoo:btc:-:usd:1d', ...more });

/** The answer, whether it is stale, the deciding step, and the outcome of each series. */
function told(series: Series[]) {
  const { answer, is_stale, step, judged } = priceAt(series, T);
  return [answer?.external_id ?? null, is_stale, step, judged.map(({ outcome }) => outcome)];
}

describe('the price at T', () => {
  it.each<[string, Series[], unknown[]]>([
    [
      'is the first in order while both are on time',
      [paprika(10), gecko(1_800)],
      ['bitcoin', false, 2, ['kept', 'answers']],
    ],
    [
      'is the other when the first is late',
      [paprika(10), gecko(1_801)],
      ['btc-bitcoin', false, 2, ['answers', 'late']],
    ],
    [
      'is the finer one, on time or not',
      [file(46_800), gecko(1_801)],
      ['bitcoin', true, 3, ['older_than_finer', 'answers']],
    ],
    [
      'is one left by step 1',
      [file(46_800), gecko(1_800)],
      ['bitcoin', false, 1, ['older_than_finer', 'answers']],
    ],
    [
      'is the file where it is newer than a late poll',
      [file(3_600), gecko(7_200)],
      ['coingecko:btc', false, 2, ['answers', 'late']],
    ],
    [
      'is no value of a much coarser series',
      [gecko(60, { beat_seconds: 1_800 }), paprika(120)],
      ['btc-bitcoin', false, 2, ['coarser', 'answers']],
    ],
    [
      'is the newest when none is on time',
      [gecko(8_640_000), paprika(1_260)],
      ['btc-bitcoin', true, 3, ['older', 'answers']],
    ],
    ['is on time for two days at most', [bar(172_801)], ['yahoo:btc:-:usd:1d', true, 3, ['answers']]],
    [
      'is the close of a bar where nothing is newer',
      [bar(86_400)],
      ['yahoo:btc:-:usd:1d', false, 2, ['answers']],
    ],
    [
      'is no bar of unknown period',
      [bar(60, { beat_seconds: null })],
      [null, false, null, ['takes_no_part']],
    ],
    [
      'is no value without a price',
      [gecko(60, { price_usd: null }), paprika(60, { price_usd: '0.0' })],
      [null, false, null, ['takes_no_part', 'takes_no_part']],
    ],
    [
      'is of a source that has one',
      [gecko(60, { price_usd: null }), paprika(2_000)],
      ['btc-bitcoin', true, 3, ['takes_no_part', 'answers']],
    ],
    [
      'is no file for being finer than a poll',
      [file(60, { beat_seconds: 60 }), gecko(1_500)],
      ['bitcoin', false, 2, ['kept', 'answers']],
    ],
    [
      'is a finer file beside history',
      [file(60, { beat_seconds: 60 }), gecko(1_500, { flags: ['backfill'], beat_seconds: 3_600 })],
      ['coingecko:btc', false, 1, ['answers', 'older_than_finer']],
    ],
    [
      'is no anomaly while another is on time',
      [gecko(60, { flags: ['anomaly'] }), paprika(900)],
      ['btc-bitcoin', false, 2, ['anomaly', 'answers']],
    ],
    [
      'is an anomaly when no other is on time',
      [gecko(60, { flags: ['anomaly'] }), paprika(901)],
      ['bitcoin', false, 2, ['answers', 'late']],
    ],
    [
      'is an aggregator before a venue',
      [bar(60, { external_id: 'binance:btc:binance:usd:1d' }), bar(60)],
      ['yahoo:btc:-:usd:1d', false, 2, ['kept', 'answers']],
    ],
    [
      'is the first by external id of one source',
      [gecko(60, { external_id: 'b' }), gecko(90, { external_id: 'a' })],
      ['a', false, 2, ['kept', 'answers']],
    ],
  ])('%s', (_, series, expected) => {
    expect(told(series)).toEqual(expected);
  });

  it('agrees with the text of the rule', () => {
    fc.assert(
      fc.property(fc.array(anySeries, { maxLength: 6 }), (series) => {
        const { answer, is_stale, judged } = priceAt(series, T);
        const kept = judged.filter(
          ({ outcome }) => outcome === 'kept' || (outcome === 'answers' && !is_stale),
        );
        expect([answer, is_stale, kept.map((one) => one.series)]).toEqual(answerByTheLetter(series, T));
      }),
      { numRuns: 3_000 },
    );
  });

  it('never changes its source while all sources are on time', () => {
    const beats = fc.array(fc.constantFrom(60, 300, 600, 1_200, 1_800, 3_600, 86_400), {
      minLength: 1,
      maxLength: 4,
    });
    const ages = fc.array(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
      {
        minLength: 2,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(
        beats,
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        ages,
        (own, files, moments) => {
          const answers = moments.map((parts) => {
            const series = own.map((beat_seconds, i) => {
              const make = files[i] ? file : gecko;
              const limit = Math.min(beat_seconds * 3, 172_800);
              return make(Math.floor((parts[i] ?? 0) * limit), {
                beat_seconds,
                rank: i + 1,
                external_id: `s${i}`,
              });
            });
            return priceAt(series, T).answer?.external_id;
          });
          expect(new Set(answers).size).toBe(1);
        },
      ),
    );
  });
});

it('turns when the first of the series on time is late, whether it answers or not', () => {
  const { turns_at } = priceAt([gecko(60), paprika(200, { flags: ['anomaly'] }), paprika(10_000)], T);
  expect(turns_at).toBe('2026-01-10T12:11:40Z');
  expect(priceAt([gecko(1_801)], T).turns_at).toBeNull();
});

it('the newest of all series need not take part; of several the order of sources decides', () => {
  expect(newestOf([gecko(60), paprika(10, { price_usd: null }), file(10)])?.external_id).toBe('btc-bitcoin');
  expect(newestOf([])).toBeNull();
});
