import type { Instant } from '../../domain/instant.ts';
import type { Kind } from '../../domain/observation.ts';

/**
 * The selected changes. Null is no condition; all conditions must hold. `kinds` applies to rows, because a listing
 * has no kind.
 */
export interface ChangesFilter {
  sources: string[] | null;
  external_ids: string[] | null;
  kinds: Kind[] | null;
}

/**
 * The position of a change in the order of changes: `number` is the revision of a row or the event of a listing.
 */
export interface ChangePlace {
  version: Instant;
  /** `source:external_id` */
  listing: string;
  /** Null for an event of a listing, which is ordered before its rows. */
  kind: Kind | null;
  observed_at: Instant | null;
  number: number;
}

export interface ChangesRequest {
  filter: ChangesFilter;
  /** Changes of later versions. Null starts at the beginning. */
  since: Instant | null;
  /** Changes after this one, even within its version. */
  after: ChangePlace | null;
  /** Up to and including this version. Null is the newest. */
  until: Instant | null;
  limit: number;
  /** The version that the client already has: if it is still the newest, nothing is read. */
  seen: Instant | null;
}
