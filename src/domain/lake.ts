import { type Instant, instantOfDate, instantOfMicros, microsOf } from './instant.ts';

const DAY_MS = 86_400_000;
/** How long after midnight a day counts as over. */
const MARGIN_MS = 300_000;

/** The day (UTC) of an instant. */
export const dayOf = (instant: Instant): string => instant.slice(0, 10);

/** The last microsecond of a day. */
export const endOfDay = (day: string): Instant => `${day}T23:59:59.999999Z`;

/** The last microsecond of the newest day that is over. */
export function endOfLastDay(now: Date): Instant {
  const midnight = Math.floor((now.getTime() - MARGIN_MS) / DAY_MS) * DAY_MS;
  return instantOfMicros(microsOf(instantOfDate(new Date(midnight))) - 1n);
}

export const earlier = (a: Instant, b: Instant): Instant => (microsOf(a) <= microsOf(b) ? a : b);
