import type { Clock } from '../../db/observations/prefer-source.ts';
import type { Instant } from '../../domain/instant.ts';
import { ANSWER_ORDER } from '../../sources/registry.ts';

/** The moment a read is about, with the order in which sources answer. */
export const clockAt = (at: Instant): Clock => ({ at, source_order: ANSWER_ORDER });
