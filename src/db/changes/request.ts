import type { Instant } from '../../domain/instant.ts';
import type { Kind } from '../../domain/observation.ts';

/** Which changes. Null is no condition; conditions add up. `kinds` is about rows: a listing has none. */
export interface ChangesFilter {
  sources: string[] | null;
  external_ids: string[] | null;
  kinds: Kind[] | null;
}

/** The place of a change in the order of changes: `number` is the revision of a row, the event of a listing. */
export interface ChangePlace {
  version: Instant;
  /** `source:external_id` */
  listing: string;
  /** Null of what happens to a listing, which comes before its rows. */
  kind: Kind | null;
  observed_at: Instant | null;
  number: number;
}

export interface ChangesRequest {
  filter: ChangesFilter;
  /** Changes of later versions. Null is from the beginning. */
  since: Instant | null;
  /** Changes behind this one, in the middle of its version too. */
  after: ChangePlace | null;
  /** Up to this version, included. Null is the newest. */
  until: Instant | null;
  limit: number;
  /** The version the client holds already: when it is still the newest, nothing is read. */
  seen: Instant | null;
}
