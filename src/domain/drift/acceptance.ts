import { type Instant, microsOf } from '../instant.ts';
import type { FieldDrift } from './field-drift.ts';

/** Declares a change of form to be usual from an instant on. */
export interface Acceptance {
  /** The form that was accepted. */
  became: string;
  accepted_at: Instant;
}

/**
 * Whether what was accepted still is the drift: a field that came back and went again is news, and so is one that
 * has become something else since.
 */
export function isAccepted(drift: FieldDrift, { became, accepted_at }: Acceptance): boolean {
  const isSince = (at: Instant | null) => at !== null && microsOf(at) > microsOf(accepted_at);
  if (drift.status === 'gone') return !isSince(drift.last_seen_at);
  if (drift.status === 'added') return !isSince(drift.first_seen_at);
  return drift.is === became;
}
