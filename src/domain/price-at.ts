import { onTimeSeconds, onTimeUntil } from './beat.ts';
import { type Decimal, isNegative, isZero } from './decimal.ts';
import { type Instant, microsOf } from './instant.ts';
import type { Kind } from './observation.ts';

// Which of several series answers for an asset at an instant. db/prices/price-at.ts says the same in SQL, for lists of
// assets; a test holds both to the letter.

/** One listing and kind, with its last row at or before the instant. */
export interface Series {
  /** The position of its source among those that answer, starting at 1. */
  rank: number;
  is_file: boolean;
  external_id: string;
  kind: Kind;
  observed_at: Instant;
  price_usd: Decimal | null;
  flags: readonly string[];
  /** The beat of the row (domain/beat.ts). */
  beat_seconds: number | null;
}

/** The outcomes of a series. The number is the step. */
export const OUTCOMES = [
  /** Its last row has no price above zero, or is a bar of unknown period. */
  'takes_no_part',
  /** Flagged as an anomaly, while another series is on time. */
  'anomaly',
  /** 1: older than the value of a finer series. */
  'older_than_finer',
  /** 2: not on time, while another series is. */
  'late',
  /** 2: its beat is more than twice the finest beat of those on time. */
  'coarser',
  /** 2: kept, but after the one that answers. */
  'kept',
  /** 3: none is on time, and another value is newer. */
  'older',
  'answers',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface JudgedSeries<Of extends Series> {
  series: Of;
  /**
   * Its beat for the rule: a file never counts as finer than a polled series beside it. Null for a series that does
   * not take part.
   */
  beat_seconds: number | null;
  on_time: boolean;
  outcome: Outcome;
}

export interface PriceAt<Of extends Series> {
  /** Null if no series takes part. */
  answer: Of | null;
  /** Not on time. */
  is_stale: boolean;
  /** The step that decided: 1 if it left one of several, otherwise 2, or 3 if none is on time. */
  step: 1 | 2 | 3 | null;
  /** The last instant at which all series that are on time still are; null when none is. */
  turns_at: Instant | null;
  judged: JudgedSeries<Of>[];
}

/**
 * The price at an instant. Step 1 excludes each participating series whose value is older than that of a finer one
 * (less than half its beat). Step 2 keeps the series on time whose beat is at most twice the finest, and the first
 * by the order of sources answers. Step 3, if none is on time, takes the newest. A value flagged as an anomaly
 * takes part only if no other is on time.
 */
export function priceAt<Of extends Series>(all: readonly Of[], at: Instant): PriceAt<Of> {
  const parts = timed(all, at);
  const trusted = parts.some((part) => part.on_time && !part.is_anomaly)
    ? parts.filter((part) => !part.is_anomaly)
    : parts;
  const left = trusted.filter((part) => !trusted.some((other) => isFinerAndNewer(other, part)));
  const due = left.filter(({ on_time }) => on_time);
  const finest = Math.min(...due.map(({ beat }) => beat));
  const kept = due.filter(({ beat }) => beat <= 2 * finest);
  const [first] = (kept.length > 0 ? kept : left).toSorted(kept.length > 0 ? inOrder : newestFirst);
  const outcomeOf = (part: Part<Of>): Outcome => {
    if (part === first) return 'answers';
    if (!trusted.includes(part)) return 'anomaly';
    if (!left.includes(part)) return 'older_than_finer';
    if (kept.length === 0) return 'older';
    if (!part.on_time) return 'late';
    return kept.includes(part) ? 'kept' : 'coarser';
  };
  return {
    answer: first?.series ?? null,
    is_stale: first !== undefined && !first.on_time,
    step:
      first === undefined ? null : kept.length === 0 ? 3 : left.length === 1 && trusted.length > 1 ? 1 : 2,
    turns_at: turnsAt(parts),
    judged: all.map((series) => {
      const part = parts.find((one) => one.series === series);
      if (part === undefined)
        return { series, beat_seconds: series.beat_seconds, on_time: false, outcome: 'takes_no_part' };
      return { series, beat_seconds: part.beat, on_time: part.on_time, outcome: outcomeOf(part) };
    }),
  };
}

/** The newest of all series, whether it takes part or not; null when there is none. */
export function newestOf<Of extends Series>(all: readonly Of[]): Of | null {
  const dated = all.map((series) => ({ series, micros: microsOf(series.observed_at) }));
  return dated.toSorted(newestFirst)[0]?.series ?? null;
}

/** A series that takes part. */
interface Part<Of extends Series> {
  series: Of;
  beat: number;
  micros: bigint;
  /** The last moment at which it is on time. */
  late_after: bigint;
  on_time: boolean;
  is_anomaly: boolean;
}

function timed<Of extends Series>(all: readonly Of[], at: Instant): Part<Of>[] {
  const parts = all.flatMap((series) =>
    isPrice(series.price_usd) && series.beat_seconds !== null ? [{ series, own: series.beat_seconds }] : [],
  );
  const now = microsOf(at);
  const polled = Math.max(0, ...parts.filter(({ series }) => isPolled(series)).map(({ own }) => own));
  return parts.map(({ series, own }) => {
    const beat = series.is_file ? Math.max(own, polled) : own;
    const micros = microsOf(series.observed_at);
    const late_after = micros + BigInt(onTimeSeconds(beat)) * 1_000_000n;
    return {
      series,
      beat,
      micros,
      late_after,
      on_time: now <= late_after,
      is_anomaly: series.flags.includes('anomaly'),
    };
  });
}

function turnsAt(parts: readonly Part<Series>[]): Instant | null {
  const due = parts.filter(({ on_time }) => on_time);
  const first = due.reduce<Part<Series> | null>(
    (one, part) => (one && one.late_after <= part.late_after ? one : part),
    null,
  );
  return first && onTimeUntil({ observed_at: first.series.observed_at, beat_seconds: first.beat });
}

const isPrice = (price: Decimal | null): boolean => price !== null && !isZero(price) && !isNegative(price);

/** Fetched history was not polled. */
const isPolled = ({ is_file, flags }: Series): boolean => !is_file && !flags.includes('backfill');

const isFinerAndNewer = <Of extends Series>(one: Part<Of>, other: Part<Of>): boolean =>
  one.beat * 2 < other.beat && one.micros > other.micros;

type Dated = Pick<Part<Series>, 'series' | 'micros'>;

const newestFirst = (a: Dated, b: Dated): number =>
  a.micros === b.micros ? inOrder(a, b) : a.micros > b.micros ? -1 : 1;

/** The stated order: by source; for files, an aggregator before a venue; then by external id. */
function inOrder({ series: a }: Pick<Dated, 'series'>, { series: b }: Pick<Dated, 'series'>): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (isOfVenue(a) !== isOfVenue(b)) return isOfVenue(a) ? 1 : -1;
  if (a.external_id !== b.external_id) return a.external_id < b.external_id ? -1 : 1;
  return a.kind === b.kind ? 0 : a.kind === 'spot' ? -1 : 1;
}

/**
 * The external id of bars has their venue in its third part from the end. The order of series in
 * db/observations/prefer-source.ts has the same rule in SQL.
 */
export const isOfVenue = ({ kind, external_id }: Pick<Series, 'kind' | 'external_id'>): boolean =>
  kind === 'bar_close' && !['', '-'].includes(external_id.split(':').at(-3) ?? '');
