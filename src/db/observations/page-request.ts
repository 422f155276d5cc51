import type { Instant } from '../../domain/instant.ts';
import type { Kind } from '../../domain/observation.ts';
import type { ListingFilter } from './listing-filter.ts';

export interface ObservationFilter extends ListingFilter {
  kinds: Kind[] | null;
  observed_from: Instant | null;
  /** Exclusive. */
  observed_before: Instant | null;
  /** Exclusive. */
  known_after: Instant | null;
  /** Includes superseded revisions. */
  history: boolean;
}

/** The position at which a page begins: after the row with these sort values. */
export type PageKey =
  | { sort: 'observed_at'; observed_at: Instant; listing_id: number; kind: Kind; revision: number }
  | { sort: 'known_at'; known_at: Instant; listing_id: number; observed_at: Instant; kind: Kind };

export interface PageRequest {
  limit: number;
  offset: number;
  /** The version of the tape to read at; null is the newest. */
  version: Instant | null;
  /** The requested moment: the reply names matches that were unknown then. */
  as_of: Instant | null;
  /** The version that the client already has: if it is still the newest, nothing is read. */
  seen: Instant | null;
  /** `kept` reads the kept counts, which only know listings and kinds; `exact` counts rows. */
  count: 'kept' | 'exact' | 'none';
}

export interface ObservationRequest extends PageRequest {
  filter: ObservationFilter;
  /** Whether to name the parts with the thinned rows. */
  names_parts: boolean;
  sort: 'observed_at' | 'known_at';
  order: 'asc' | 'desc';
  after: PageKey | null;
}
