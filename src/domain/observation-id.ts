import { INSTANT_MICROS_MAX, type Instant, instantOfMicros, microsText } from './instant.ts';
import { KINDS, type Kind } from './observation.ts';
import { isStorable } from './text.ts';

/** The key of one revision of one observation. */
export interface ObservationKey {
  source: string;
  external_id: string;
  kind: Kind;
  observed_at: Instant;
  /** Starts at 1. */
  revision: number;
}

/** `<source>_<external_id>_<kind>_<observed_at in µs>_<revision>` */
export function formatObservationId(key: ObservationKey): string {
  const { source, external_id, kind, observed_at, revision } = key;
  return `${source}_${external_id}_${kind}_${microsText(observed_at)}_${revision}`;
}

/**
 * Reads an id from the right, because an external id may contain anything, including underscores. Undefined if
 * formatObservationId could not have written it.
 */
export function parseObservationId(text: string): ObservationKey | undefined {
  const match = ID.exec(text);
  if (match === null || !isStorable(text)) return undefined;
  const [, source = '', external_id = '', kind, micros = '', revision] = match;
  if (Number(revision) > REVISION_MAX || BigInt(micros) > INSTANT_MICROS_MAX) return undefined;
  return {
    source,
    external_id,
    kind: kind as Kind, // the pattern lists the kinds
    observed_at: instantOfMicros(BigInt(micros)),
    revision: Number(revision),
  };
}

/** The largest `integer` of Postgres. */
const REVISION_MAX = 2_147_483_647;
const ID = new RegExp(`^([a-z]+)_(.+)_(${KINDS.join('|')})_(0|[1-9]\\d{0,17})_([1-9]\\d{0,9})$`, 's');
