import { z } from 'zod';

/** What travels through the ingest queue: ids only; the facts are in Postgres and R2. */
export const IngestMessage = z.object({
  type: z.literal('poll'),
  run_id: z.number().int().positive(),
  source: z.string(),
});
export type IngestMessage = z.infer<typeof IngestMessage>;
