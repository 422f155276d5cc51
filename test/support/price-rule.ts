import fc from 'fast-check';
import { instantOfDate } from '../../src/domain/instant.ts';
import type { Series } from '../../src/domain/price-at.ts';

// The rule of a price, implemented a second time from its text, for comparison with the product.

export const T = '2026-01-10T12:00:00Z';

export const SERIES_BEATS = [60, 300, 600, 1_200, 1_800, 3_600, 86_400, 2_678_400] as const;

/** A possible series at T; ages are near the limits of the rule. */
export const anySeries: fc.Arbitrary<Series> = fc
  .record({
    rank: fc.constantFrom(1, 2, 4),
    external_id: fc.constantFrom('a', 'b', 'x:a', 'x:a:-:usd:1d', 'x:a:venue:usd:1h', 'z:a:-:usd:1d'),
    age: fc.oneof(
      fc
        .tuple(fc.constantFrom(...SERIES_BEATS), fc.constantFrom(-1, 0, 1))
        .map(([beat, more]) => beat * 3 + more),
      fc.constantFrom(0, 60, 120, 172_799, 172_800, 172_801, 8_640_000),
      fc.integer({ min: 0, max: 20_000 }),
    ),
    price_usd: fc.constantFrom('1', '2.5', '0.10', '0', null),
    flags: fc.constantFrom([], [], ['anomaly'], ['backfill'], ['backfill', 'anomaly']),
    beat_seconds: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...SERIES_BEATS) },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
  })
  .map(({ age, ...series }) => ({
    ...series,
    is_file: series.rank === 4,
    kind: series.rank === 4 && series.external_id.split(':').length > 2 ? 'bar_close' : 'spot',
    observed_at: instantOfDate(new Date(Date.parse(T) - age * 1_000)),
  }));

/** The series that answers, whether it is stale, and the values of the spread. */
export function answerByTheLetter<Of extends Series>(
  all: readonly Of[],
  at: string,
): [Of | null, boolean, Of[]] {
  const takesPart = all.filter(
    ({ price_usd, beat_seconds }) => Number(price_usd) > 0 && beat_seconds !== null,
  );
  const beat = (one: Of): number => {
    const polled = takesPart.filter(({ is_file, flags }) => !is_file && !flags.includes('backfill'));
    const own = one.beat_seconds ?? 0;
    return one.is_file ? Math.max(own, ...polled.map((other) => other.beat_seconds ?? 0)) : own;
  };
  const ms = ({ observed_at }: Of) => Date.parse(observed_at);
  const isOnTime = (one: Of) => Date.parse(at) - ms(one) <= Math.min(3 * beat(one), 172_800) * 1_000;
  const isFlagged = ({ flags }: Of) => flags.includes('anomaly');
  const heard = takesPart.some((one) => isOnTime(one) && !isFlagged(one))
    ? takesPart.filter((one) => !isFlagged(one))
    : takesPart;
  const left = heard.filter((one) => !heard.some((f) => beat(f) < beat(one) / 2 && ms(one) < ms(f)));
  const onTime = left.filter(isOnTime);
  const kept = onTime.filter((one) => onTime.every((other) => beat(one) <= 2 * beat(other)));
  const venue = ({ kind, external_id }: Of) =>
    kind === 'bar_close' && external_id.includes(':venue:') ? 1 : 0;
  const key = (one: Of) => `${one.rank}${venue(one)}${one.external_id}`;
  const byOrder = (a: Of, b: Of) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
  if (kept.length > 0) return [kept.toSorted(byOrder)[0] ?? null, false, kept];
  const newest = Math.max(...left.map(ms));
  const first = left.filter((one) => ms(one) === newest).toSorted(byOrder)[0] ?? null;
  return [first, first !== null, []];
}
