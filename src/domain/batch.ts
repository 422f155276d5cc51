import { compareDecimals, type Decimal, isRounded, mayBeRoundedFromOne } from './decimal.ts';
import { FIGURES, type Figures } from './figures.ts';
import type { Instant } from './instant.ts';
import type { Observation } from './observation.ts';

/**
 * An observation to load, and whether an earlier one of its batch has the same key. `sighted`, in a dry run: one of
 * an earlier batch had the key and repeated a value of the tape.
 */
export interface BatchRow extends Observation {
  repeat?: 'agrees' | 'differs' | 'sighted';
}

/** Two prices of one series and instant that differ by more than this factor are not from one coin and currency. */
export const SERIES_RATIO_MAX = 5;

/** A row that is far from the stored one of its series and instant. */
export interface FarRow {
  pointer: string;
  external_id: string;
  observed_at: Instant;
  said: Decimal;
  stored: Decimal;
}

/** The number of keys of a file that a dry run remembers; for other keys it sees only repeats within a batch. */
export const DRY_KEYS_MAX = 100_000;

export interface Conflict {
  observation: Observation;
  /** The first one, which is kept. */
  kept: Observation;
}

/**
 * Settles observations of one payload that share a key (external id, kind, instant): the first is kept, a later
 * equal one is a duplicate, and a later different one a conflict. The result does not depend on where a batch ends
 * or a run resumes.
 */
export function settleBatch(observations: Iterable<Observation>): {
  kept: Observation[];
  duplicates: number;
  conflicts: Conflict[];
} {
  const marked = markRepeats(observations);
  const kept = marked.flatMap(({ observation, first }) => (first === null ? observation : []));
  const conflicts = marked.flatMap(({ observation, first, agrees }) =>
    first === null || agrees ? [] : { observation, kept: first },
  );
  return { kept, duplicates: marked.length - kept.length - conflicts.length, conflicts };
}

export interface Marked {
  observation: Observation;
  /** The earlier one with the same key; null for the first of its key. */
  first: Observation | null;
  /** Whether it has the same numbers as the first. */
  agrees: boolean;
}

/** Marks each observation: whether an earlier one has its key, and the same numbers. */
export function markRepeats(observations: Iterable<Observation>): Marked[] {
  const firsts = new Map<string, Observation>();
  const marked: Marked[] = [];
  for (const observation of observations) {
    const key = keyOf(observation);
    const first = firsts.get(key) ?? null;
    if (first === null) firsts.set(key, observation);
    marked.push({ observation, first, agrees: first === null || sayTheSame(first, observation) });
  }
  return marked;
}

/**
 * Whether each observation certainly has its own key: all are of one kind, and the instants of each series all rise
 * or all fall, as in most files. This check is cheap; if it fails, markRepeats decides.
 */
export function areDistinct(observations: readonly Observation[]): boolean {
  const lasts = new Map<string, { observed_at: Instant; rises: boolean | null }>();
  const kind = observations[0]?.kind;
  for (const { external_id, kind: own, observed_at } of observations) {
    if (own !== kind) return false;
    const last = lasts.get(external_id);
    if (last === undefined) {
      lasts.set(external_id, { observed_at, rises: null });
      continue;
    }
    // The order of texts is not the order of time, but it is an order: a text that has risen never returns.
    const rises = observed_at > last.observed_at;
    if (observed_at === last.observed_at || (last.rises ?? rises) !== rises) return false;
    last.observed_at = observed_at;
    last.rises = rises;
  }
  return true;
}

/** The series of an observation: an external id may contain anything but NUL. */
export const keyOf = ({ external_id, kind, observed_at }: Observation) =>
  `${kind}\0${observed_at}\0${external_id}`;

/**
 * The observations that need a separate batch after an earlier one of their key, because both may repeat a known
 * value, rounded. Only the load of the earlier one shows which of the two does.
 */
export function apartOnes(observations: Iterable<Observation>): Observation[] {
  const apart: Observation[] = [];
  let firsts = new Map<string, Observation>();
  for (const observation of observations) {
    const key = keyOf(observation);
    const first = firsts.get(key);
    if (first !== undefined && mayBothRepeat(observation, first)) {
      apart.push(observation);
      firsts = new Map();
    }
    if (!firsts.has(key)) firsts.set(key, observation);
  }
  return apart;
}

/** Whether both have the same numbers: `1.0` equals `1.00`, and unknown equals only unknown. */
export const sayTheSame = (a: Figures, b: Figures): boolean =>
  alike(a, b, (one, other) => (one === null || other === null ? one === other : isEqual(one, other)));

/**
 * Whether a row of a file repeats the stored one: each number, or that number rounded to the digits of the file. What
 * it leaves open says nothing against a stored number.
 */
export const repeats = (said: Figures, known: Figures): boolean =>
  alike(
    said,
    known,
    (one, other) => one === null || (other !== null && (isEqual(one, other) || isRounded(one, other))),
  );

/**
 * Whether two different records may both repeat the stored row: their numbers may be rounded from the same numbers.
 */
const mayBothRepeat = (a: Figures, b: Figures): boolean =>
  !sayTheSame(a, b) &&
  alike(a, b, (one, other) => one === null || other === null || mayBeRoundedFromOne(one, other));

type AreAlike = (one: Decimal | null, other: Decimal | null) => boolean;

const alike = (a: Figures, b: Figures, areAlike: AreAlike): boolean =>
  FIGURES.every((figure) => areAlike(a[figure], b[figure]));

const isEqual = (a: Decimal, b: Decimal) => compareDecimals(a, b) === 0;
