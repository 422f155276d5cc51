import type { LateKnowledge } from '../../db/observations/first-knowledge.ts';
import type { Instant } from '../../domain/instant.ts';
import { At } from '../schemas.ts';

/** `meta.as_of`, for the document. */
export const AsOf = At.optional().openapi({
  description: 'With as_of: the moment answered for. When the newest load is older, it is that of the load.',
});

/** The `meta` members of a reply with as_of: the moment it answers for, and matches that were unknown then. */
export function asOfFacts(
  as_of: Instant | null,
  answered: Instant,
  late: LateKnowledge | null,
): { as_of?: Instant; warnings?: string[] } {
  if (as_of === null) return {};
  return { as_of: answered, ...(late === null ? {} : { warnings: [warning(late)] }) };
}

const warning = ({ what, count, known_from }: LateKnowledge) =>
  `as_of lies before the first knowledge of ${count} of the matched ${what}; all were known from ${known_from}.`;
