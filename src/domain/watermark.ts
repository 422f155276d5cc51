import { type Instant, microsOf } from './instant.ts';

/**
 * The newest of some instants, or null if there are none. Their texts do not sort, because a fraction may be
 * absent.
 */
export function newestInstant(instants: Iterable<Instant>): Instant | null {
  let newest: Instant | null = null;
  let micros = 0n;
  for (const instant of instants) {
    const at = microsOf(instant);
    if (newest === null || at > micros) [newest, micros] = [instant, at];
  }
  return newest;
}
