import { type Instant, microsOf } from '../instant.ts';
import type { FieldDrift } from './field-drift.ts';

/** Declares a change of form to be usual from an instant on. */
export interface Acceptance {
  /** The form that was accepted. */
  became: string;
  accepted_at: Instant;
}

/**
 * Whether the acceptance still covers the drift. A field that returned and disappeared again is new drift, and so
 * is a field that has changed again since.
 */
export function isAccepted(drift: FieldDrift, { became, accepted_at }: Acceptance): boolean {
  const isSince = (at: Instant | null) => at !== null && microsOf(at) > microsOf(accepted_at);
  if (drift.status === 'gone') return !isSince(drift.last_seen_at);
  if (drift.status === 'added') return !isSince(drift.first_seen_at);
  return drift.is === became;
}
