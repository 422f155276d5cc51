import type { Clock } from '../../db/observations/prefer-source.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Settings } from '../../env.ts';
import { ANSWER_ORDER } from '../../sources/registry.ts';
import { staleAfterSeconds } from './pace.ts';

/** The moment a read is about, with the ages from which values are stale then. */
export const clockAt = (settings: Settings, at: Instant): Clock => ({
  at,
  source_order: ANSWER_ORDER,
  stale_after: ANSWER_ORDER.map((source) => staleAfterSeconds(settings, source)),
});
