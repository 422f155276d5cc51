import type { ListingFacts, PriceComparison } from './evidence.ts';

/** The comparison of two listings' prices, in either order; undefined if no readings of the two are close. */
export type ComparisonOf = (a: ListingFacts, b: ListingFacts) => PriceComparison | undefined;

/** The number of readings that must agree before similar names count as one coin. */
const AGREED_MIN = 3;
/** How many readings must disagree before two listings of one asset are split or flagged. */
export const PARTED_MIN = 6;

export function comparisonLookup(comparisons: readonly PriceComparison[]): ComparisonOf {
  const byPair = new Map(
    comparisons.map((comparison) => [`${comparison.anchor_id}|${comparison.listing_id}`, comparison]),
  );
  return (a, b) => byPair.get(`${a.id}|${b.id}`) ?? byPair.get(`${b.id}|${a.id}`);
}

/** Whether every reading says that the two are not one coin. */
export const doubts = (comparison: PriceComparison | undefined): boolean =>
  comparison !== undefined && comparison.aligned > 0 && comparison.disagreed === comparison.aligned;

/** Whether the prices of two listings that counted as one coin have parted permanently. */
export const parted = (comparison: PriceComparison | undefined): boolean =>
  comparison !== undefined &&
  comparison.disagreed >= PARTED_MIN &&
  comparison.disagreed === comparison.aligned;

/** Whether the prices prove that two similar names are one coin. */
export const confirms = (comparison: PriceComparison | undefined): boolean =>
  comparison !== undefined &&
  comparison.agreed >= AGREED_MIN &&
  comparison.agreed === comparison.aligned &&
  !comparison.is_pegged;

/** Whether the prices leave no question. */
export const refutes = (comparison: PriceComparison | undefined): boolean =>
  comparison !== undefined &&
  comparison.disagreed >= AGREED_MIN &&
  comparison.disagreed === comparison.aligned;

/**
 * The listings of one name that, by their prices, no more of the others doubt than confirm. The most doubted leave
 * first, so one wrong listing does not cast doubt on those that agree; if two doubt each other, neither stays.
 */
export function agreeing(group: readonly ListingFacts[], comparisonOf: ComparisonOf): ListingFacts[] {
  const scores = group.map((listing) =>
    group.reduce((sum, other) => sum + (other === listing ? 0 : vote(comparisonOf(listing, other))), 0),
  );
  const worst = Math.min(...scores);
  return worst < 0
    ? agreeing(
        group.filter((_, at) => scores[at] !== worst),
        comparisonOf,
      )
    : [...group];
}

function vote(comparison: PriceComparison | undefined): number {
  if (comparison === undefined || comparison.aligned === 0) return 0;
  return doubts(comparison) ? -1 : 1;
}
