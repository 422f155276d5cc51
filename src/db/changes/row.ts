import type { Instant } from '../../domain/instant.ts';
import type { ObservationRow } from '../observations/row.ts';
import type { Retained } from '../retention/horizon.ts';

/** The fields of all changes. */
interface Change {
  /** The tape version of the change. */
  version: Instant;
  /** `source:external_id` */
  listing: string;
  /** The revision of a row or the event of a listing: the last part of its position. */
  number: string;
}

/**
 * A new or ended row. All fields have their present values, including labels and a later end; only `change`
 * describes the version itself.
 */
export interface RowChange extends Change, ObservationRow {
  /**
   * `added`: there was no current row for its key. `revised`: it replaced another revision. `withdrawn`: it ended
   * without a replacement.
   */
  change: 'added' | 'revised' | 'withdrawn';
  run_id: string;
  /** For `revised`: the revision that it replaced. */
  replaces: number | null;
  /** Why a withdrawal or a promotion superseded a row, or restored an older one. */
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

/** The facts that accompany a page of changes. */
export interface ChangesHeader extends Retained {
  current_version: Instant;
  /** The requested end version, at most the current one. */
  pinned_version: Instant;
}

/** The first row has the header, and is the only row if there are no changes; the other rows have null there. */
export type ChangesPageRow = { [Name in keyof ChangesHeader]: Instant | null } & {
  /** Starts at 1. Rows come in this order, but no sort at the end of the statement guarantees it. */
  position: string | null;
} & (AnyChange | { change: null });
