import { coinKey, type Evidence, type ListingFacts } from './evidence.ts';

/** The differences that would keep two listings apart if they were not mapped to one asset. */
export interface Differences {
  /** Platforms on which their addresses differ. */
  differing?: string[];
  /** Their names. */
  names?: string[];
}

/** The evidence against an active mapping. */
export interface Contest extends Differences {
  contested_by: string;
}

/** The listings of one asset that the present evidence would not join. */
export function contestsOf(
  listings: readonly ListingFacts[],
  contestOf: (a: ListingFacts, b: ListingFacts) => Differences | null,
): Map<number, Contest> {
  const found = new Map<number, Contest>();
  for (const [at, listing] of listings.entries())
    for (const other of listings.slice(0, at)) {
      const differences = found.has(listing.id) ? null : contestOf(other, listing);
      if (differences !== null) found.set(listing.id, { contested_by: coinKey(other), ...differences });
    }
  return found;
}

/** The evidence for the mapping, together with the evidence against it. */
export const withContest = (evidence: Evidence, { contested_by, differing, names }: Contest): Evidence => ({
  ...evidence,
  contested_by,
  ...(differing !== undefined && { contested_platforms: differing }),
  ...(names !== undefined && { contested_names: names }),
});

export function withoutContest(evidence: Evidence): Evidence {
  const { contested_by: _by, contested_platforms: _platforms, contested_names: _names, ...rest } = evidence;
  return rest;
}

export function contestReason(listing: ListingFacts, { contested_by, differing }: Contest): string {
  const what = differing === undefined ? 'other names' : `other contracts on ${differing.join(', ')}`;
  return `${contested_by} and ${coinKey(listing)} have ${what}; they stay together until their prices part.`;
}
