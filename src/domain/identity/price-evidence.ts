import type { ListingFacts, PriceTally } from './evidence.ts';

/** What the prices of two listings say, in either order; undefined when no readings of the two are close. */
export type TallyOf = (a: ListingFacts, b: ListingFacts) => PriceTally | undefined;

/** Readings that have to agree before similar names are taken for one coin. */
const AGREED_MIN = 3;

export function tallyLookup(tallies: readonly PriceTally[]): TallyOf {
  const byPair = new Map(tallies.map((tally) => [`${tally.anchor_id}|${tally.listing_id}`, tally]));
  return (a, b) => byPair.get(`${a.id}|${b.id}`) ?? byPair.get(`${b.id}|${a.id}`);
}

/** Whether every reading says that the two are not one coin. */
export const doubts = (tally: PriceTally | undefined): boolean =>
  tally !== undefined && tally.aligned > 0 && tally.disagreed === tally.aligned;

/** Whether the prices make one coin of two with similar names. */
export const confirms = (tally: PriceTally | undefined): boolean =>
  tally !== undefined && tally.agreed >= AGREED_MIN && tally.agreed === tally.aligned && !tally.is_pegged;

/** Whether the prices leave nothing to ask. */
export const refutes = (tally: PriceTally | undefined): boolean =>
  tally !== undefined && tally.disagreed >= AGREED_MIN && tally.disagreed === tally.aligned;

/**
 * Of listings with one name those whose prices are not doubted by more of the others than speak for them. The
 * most doubted leave first, so one that is off does not cast doubt on those that agree; of two that doubt each
 * other, neither stays.
 */
export function agreeing(group: readonly ListingFacts[], tallyOf: TallyOf): ListingFacts[] {
  const scores = group.map((listing) =>
    group.reduce((sum, other) => sum + (other === listing ? 0 : vote(tallyOf(listing, other))), 0),
  );
  const worst = Math.min(...scores);
  return worst < 0
    ? agreeing(
        group.filter((_, at) => scores[at] !== worst),
        tallyOf,
      )
    : [...group];
}

function vote(tally: PriceTally | undefined): number {
  if (tally === undefined || tally.aligned === 0) return 0;
  return doubts(tally) ? -1 : 1;
}
