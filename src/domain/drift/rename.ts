import type { FieldShape, JsonType } from './shape.ts';

/** The known facts about a field; a field that was never seen has no shape. */
export interface NamedField {
  field: string;
  types: JsonType[];
  shape: FieldShape | null;
}

export interface Rename {
  gone: string;
  added: string;
  /** From 0 to 1, two decimals. */
  confidence: number;
  /** The evidence for it, in words. */
  because: string;
}

/** Below this value a similarity is chance. */
export const CONFIDENCE_LEAST = 0.6;
const WEIGHTS = { name: 0.55, type: 0.15, values: 0.3 };
/** For values that cannot be compared. */
const UNDECIDED = 0.5;

/**
 * The lost fields that may continue under another name: with a similar name, type and values. Each field is in at
 * most one proposal, the most likely first. A person must judge a proposal; it is never applied automatically.
 */
export function proposeRenames(gone: NamedField[], added: NamedField[]): Rename[] {
  const pairs = gone
    .flatMap((from) => added.map((to) => likeness(from, to)))
    .filter(({ confidence }) => confidence >= CONFIDENCE_LEAST)
    .toSorted((a, b) => b.confidence - a.confidence || (a.gone + a.added < b.gone + b.added ? -1 : 1));
  const taken = new Set<string>();
  return pairs.filter((pair) => {
    const isFree = !taken.has(`-${pair.gone}`) && !taken.has(`+${pair.added}`);
    if (isFree) taken.add(`-${pair.gone}`).add(`+${pair.added}`);
    return isFree;
  });
}

function likeness(from: NamedField, to: NamedField): Rename {
  const names = nameLikeness(from.field, to.field);
  const isSameType = from.types.some((type) => to.types.includes(type));
  const values = isSameType ? valueLikeness(from.shape, to.shape) : 0;
  const score =
    WEIGHTS.name * names + WEIGHTS.type * (isSameType ? 1 : 0) + WEIGHTS.values * (values ?? UNDECIDED);
  const because = [
    `names alike to ${percent(names)}`,
    isSameType ? 'same type' : 'another type',
    values === null ? 'values not compared' : `values alike to ${percent(values)}`,
  ].join(', ');
  // A field without any similarity of name is another field, whatever its values.
  const confidence = names < 0.3 || !isSameType ? 0 : Math.round(score * 100) / 100;
  return { gone: from.field, added: to.field, confidence, because };
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** The similarity of the last parts of two paths, from 0 to 1. Different parents lower it a little. */
export function nameLikeness(a: string, b: string): number {
  const [leafA, leafB] = [leafOf(a), leafOf(b)];
  const [wordsA, wordsB] = [wordsOf(leafA), wordsOf(leafB)];
  const shared = wordsA.filter((word) => wordsB.includes(word)).length;
  const longest = Math.max(wordsA.length, wordsB.length);
  const contains = shared === Math.min(wordsA.length, wordsB.length) && shared >= longest / 3 ? 0.85 : 0;
  const words = (2 * shared) / Math.max(wordsA.length + wordsB.length, 1);
  const likeness = Math.max(contains, words, pairLikeness(wordsA.join(''), wordsB.join('')));
  return parentOf(a) === parentOf(b) ? likeness : likeness * 0.9;
}

const leafOf = (field: string) => field.slice(field.lastIndexOf('.') + 1);
const parentOf = (field: string) => field.slice(0, Math.max(field.lastIndexOf('.'), 0));

/** `marketCap_usd` → market, cap, usd. */
const wordsOf = (name: string): string[] =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean);

/** Dice's coefficient of the pairs of adjacent letters. */
function pairLikeness(a: string, b: string): number {
  const [pairsA, pairsB] = [pairsOf(a), pairsOf(b)];
  const left = new Map<string, number>();
  for (const pair of pairsB) left.set(pair, (left.get(pair) ?? 0) + 1);
  let shared = 0;
  for (const pair of pairsA) {
    const count = left.get(pair) ?? 0;
    if (count > 0) shared += 1;
    left.set(pair, count - 1);
  }
  return pairsA.length + pairsB.length === 0 ? 0 : (2 * shared) / (pairsA.length + pairsB.length);
}

const pairsOf = (text: string): string[] =>
  Array.from({ length: Math.max(text.length - 1, 0) }, (_, index) => text.slice(index, index + 2));

/** From 0 to 1; null if one side has too few values. */
function valueLikeness(a: FieldShape | null, b: FieldShape | null): number | null {
  if (a?.magnitude && b?.magnitude) {
    const near = (x: number, y: number) => Math.max(0, 1 - Math.abs(x - y) / 3);
    const sizes =
      (near(a.magnitude.low, b.magnitude.low) +
        2 * near(a.magnitude.median, b.magnitude.median) +
        near(a.magnitude.high, b.magnitude.high)) /
      4;
    return a.negative === b.negative ? sizes : sizes / 2;
  }
  if (a?.format && b?.format) return a.format === b.format ? (a.format === 'text' ? 0.7 : 1) : 0;
  return null;
}
