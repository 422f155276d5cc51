import { coinKey, type ListingFacts, type PriceComparison } from './evidence.ts';
import { type ComparisonOf, parted } from './price-evidence.ts';

/** The fewest readings that clear a flag. */
const CLEARED_MIN = 3;

/**
 * Why the mapping of each listing of an asset is flagged, by listing id; null if it is not. Of two listings whose
 * prices stay apart, the later one is flagged; of several, the one that most of the others contradict. A flag is a
 * question to the operator; it never moves a series.
 */
export function priceFlags(
  listings: readonly ListingFacts[],
  comparisonOf: ComparisonOf,
  flaggedBefore: (listing: ListingFacts) => string | null,
): Map<number, string | null> {
  const votesOn = (listing: ListingFacts, voters: readonly ListingFacts[]) =>
    voters
      .filter((voter) => voter !== listing)
      .map((voter) => ({ voter, vote: vote(comparisonOf(listing, voter)) }));
  const outliers = outliersOf(listings, (listing, voters) =>
    votesOn(listing, voters).reduce((sum, { vote }) => sum + vote, 0),
  );
  const flags = listings.map((listing, at): [number, string | null] => {
    const votes = votesOn(listing, listings).filter(({ vote }) => vote !== 0);
    const against = votes.filter(({ vote }) => vote > 0).map(({ voter }) => voter);
    if (outliers.has(listing)) return [listing.id, reasonOf(listing, against, listings)];
    return [listing.id, votes.length > 0 || at === 0 ? null : flaggedBefore(listing)];
  });
  return new Map(flags);
}

/**
 * One by one, the listing with the most contradictions, the last of equals, until no listing has more
 * contradictions than confirmations.
 */
function outliersOf(
  listings: readonly ListingFacts[],
  scoreOf: (listing: ListingFacts, others: readonly ListingFacts[]) => number,
): Set<ListingFacts> {
  const outliers = new Set<ListingFacts>();
  for (;;) {
    const left = listings.filter((listing) => !outliers.has(listing));
    const scores = left.map((listing) => scoreOf(listing, left));
    const worst = Math.max(0, ...scores);
    const outlier = left[scores.lastIndexOf(worst)];
    if (worst === 0 || outlier === undefined) return outliers;
    outliers.add(outlier);
  }
}

/** 1 if the prices of two listings stay apart, -1 if they stay together. */
function vote(comparison: PriceComparison | undefined): number {
  if (comparison === undefined) return 0;
  if (parted(comparison)) return 1;
  return comparison.aligned >= CLEARED_MIN && comparison.disagreed === 0 ? -1 : 0;
}

function reasonOf(
  listing: ListingFacts,
  against: readonly ListingFacts[],
  listings: readonly ListingFacts[],
): string {
  if (against.length > 1)
    return `The prices of ${coinKey(listing)} stay more than 20 % apart from those of ${against.map(coinKey).join(' and ')}.`;
  const [first, second] = listings.filter((one) => one === listing || against.includes(one)).map(coinKey);
  return `The prices of ${first} and ${second} stay more than 20 % apart.`;
}
