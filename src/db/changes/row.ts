import type { Instant } from '../../domain/instant.ts';
import type { ObservationRow } from '../observations/row.ts';
import type { Retained } from '../retention/horizon.ts';

/** What all changes have. */
interface Change {
  /** The version of the tape that brought it. */
  version: Instant;
  /** `source:external_id` */
  listing: string;
  /** The revision of a row, or the event of a listing: the last part of its place. */
  number: string;
}

/**
 * A row that came or ended. It is as it is now, labels and later end included: of a version in the past it says only
 * what `change` says.
 */
export interface RowChange extends Change, ObservationRow {
  /**
   * `added`: there was no current row for its key. `revised`: it took the place of another revision. `withdrawn`: it
   * ended and nothing took its place.
   */
  change: 'added' | 'revised' | 'withdrawn';
  run_id: string;
  /** Of `revised`: the revision whose place it took. */
  replaces: number | null;
  /** Why a withdrawal or a promotion took a row back, or gave an older one back. */
  reason: string | null;
}

/** A listing whose asset, symbol or name changed. */
export interface ListingChange extends Change {
  change: 'remapped' | 'relabelled';
  asset_before: string | null;
  asset_after: string | null;
  symbol_before: string | null;
  symbol_after: string | null;
  name_before: string | null;
  name_after: string | null;
}

export type AnyChange = RowChange | ListingChange;

/** What is to be known with a page of changes. */
export interface ChangesHeader extends Retained {
  current_version: Instant;
  /** The version up to which changes were asked for, at most the current one. */
  pinned_version: Instant;
}

/** The first row brings the header, and comes alone when there are no changes; the others have null there. */
export type ChangesPageRow = { [Name in keyof ChangesHeader]: Instant | null } & {
  /** From 1 on. Rows come in this order, but no sort at the end of the statement promises it. */
  position: string | null;
} & (AnyChange | { change: null });
