import * as z from 'zod';

const id = z.number().int().positive();

/** What travels through the ingest queue: ids only; the facts are in Postgres and R2. */
export const IngestMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('poll'), run_id: id, source: z.string() }),
  z.object({ type: z.literal('import'), upload_id: z.string() }),
  z.object({ type: z.literal('withdraw'), run_id: id }),
  z.object({ type: z.literal('replay'), replay_id: id }),
  /** The history of one coin is to be fetched. */
  z.object({ type: z.literal('backfill'), run_id: id }),
  /** The calls that the plan of a source has to spare go to gaps and history. */
  z.object({ type: z.literal('spare'), source: z.string() }),
  /** Somebody decided about a mapping. */
  z.object({ type: z.literal('resolve') }),
  /** Old observations and bytes are given up, as far as the settings say so. */
  z.object({ type: z.literal('maintain') }),
  /** Candles are to be rebuilt. With `from`, of a former release, all of them. */
  z.object({
    type: z.literal('rebuild_candles'),
    from: z.object({ listing_id: z.number().int(), day: z.string() }).nullable().optional(),
  }),
  /** Open uploads and withdrawals get a new message. */
  z.object({ type: z.literal('resume') }),
  /** Work that stands still gets a new message: looked at some time after something was accepted. */
  z.object({ type: z.literal('sweep') }),
]);
export type IngestMessage = z.infer<typeof IngestMessage>;

/** By then what was accepted has begun, or its message is lost, whatever the pace of the polls. */
export const SWEEP_DELAY_S = 600;
