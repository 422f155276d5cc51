import { THINNED_PARTS_MAX } from '../../db/lake/thinned-parts.ts';
import type { Retained } from '../../db/retention/horizon.ts';
import { type Instant, microsOf } from '../../domain/instant.ts';
import { dayOf } from '../../domain/lake.ts';
import type { Kind } from '../../domain/observation.ts';
import { AppError } from '../../errors.ts';
import * as z from '../zod.ts';

/** `meta.thinned_before`, for the document. */
export const ThinnedBefore = z
  .string()
  .optional()
  .openapi({
    format: 'date-time',
    description:
      'When old observations are thinned (KEEP_OBSERVATIONS_DAYS) and the range asked for reaches back to them: ' +
      'those before this instant are one an hour, and at four times the age one a day.',
  });

/** `meta.lake`, for the document. */
export const ThinnedLake = z
  .object({
    parts: z.array(z.string()).openapi({ description: `At most ${THINNED_PARTS_MAX}.` }),
    url: z.string().openapi({ description: 'Lists them all.' }),
  })
  .optional()
  .openapi({
    description:
      'With thinned_before and LAKE=on: the Parquet parts of the days of the range, which hold every row. What became ' +
      'known on a later day lies in a part of that day.',
  });

/** The members of a reply about the parts that have the thinned rows. */
export function thinnedLake(
  parts: string[] | null,
  { observed_from, observed_before }: { observed_from: Instant | null; observed_before: Instant | null },
) {
  if (parts === null) return {};
  const query = new URLSearchParams({
    kind: 'changes',
    ...(observed_from ? { start_date: dayOf(observed_from) } : {}),
    ...(observed_before ? { end_date: dayOf(observed_before) } : {}),
  });
  return { lake: { parts, url: `/lake?${query}` } };
}

/** The scope of a read, as far as thinning affects it. */
export interface Reach {
  sources: string[] | null;
  kinds: Kind[] | null;
  observed_from: Instant | null;
}

/** The horizon if a read reaches back before it, otherwise null. Rows from files are never thinned. */
export function horizonOf({ sources, kinds, observed_from }: Reach, { horizon }: Retained): Instant | null {
  const isThinned =
    (sources?.some((source) => source !== 'csv') ?? true) && (kinds?.includes('spot') ?? true);
  if (horizon === null || !isThinned) return null;
  return observed_from !== null && microsOf(observed_from) >= microsOf(horizon) ? null : horizon;
}

/** The problem for a moment whose answer was thinned; `earliest` is the first moment that can still be answered. */
export const beyondRetention = (what: string, earliest: Instant): AppError =>
  new AppError('beyond_retention', `${what} Observations before ${earliest} have been thinned.`, {
    extensions: { earliest },
  });

/** The problem for an id without a row: it was probably thinned, or never existed. */
export function noObservation(
  id: string,
  found: { may_be_thinned: boolean; horizon: Instant | null } | undefined,
): AppError {
  if (!found?.may_be_thinned || found.horizon === null)
    return new AppError('not_found', `There is no observation ${id}.`);
  return beyondRetention(
    `If there was an observation ${id}, it was not the last of its time.`,
    found.horizon,
  );
}

/** Throws `beyond_retention` for a past moment whose answer of that time is no longer possible. */
export function demandKept(name: string, moment: Instant | null, horizon: Instant | null): void {
  if (moment === null || horizon === null || microsOf(moment) >= microsOf(horizon)) return;
  throw beyondRetention(`${name} lies before what can still be answered exactly.`, horizon);
}
