import type { Clock } from '../../db/observations/prefer-source.ts';
import { type Instant, microsOf } from '../../domain/instant.ts';
import { ANSWER_ORDER } from '../../sources/registry.ts';

/** The moment of a read, with the order in which sources answer. */
export const clockAt = (at: Instant): Clock => ({ at, source_order: ANSWER_ORDER });

/** The moment of a request without one. */
export const earlier = (clock: Instant, as_of: Instant | null): Instant =>
  as_of !== null && microsOf(as_of) < microsOf(clock) ? as_of : clock;
