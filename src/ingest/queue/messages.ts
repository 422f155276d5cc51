import * as z from 'zod';

const id = z.number().int().positive();

/** The number of consecutive messages in which the work has failed by itself. */
const faults = z.number().int().optional();

/** The messages of the ingest queue. They contain only ids; the facts are in Postgres and R2. */
export const IngestMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('poll'), run_id: id, source: z.string(), faults }),
  z.object({ type: z.literal('import'), upload_id: z.string(), faults }),
  z.object({ type: z.literal('withdraw'), run_id: id, faults }),
  z.object({ type: z.literal('replay'), replay_id: id, faults }),
  /** Fetch the history of one coin. */
  z.object({ type: z.literal('backfill'), run_id: id, faults }),
  /** Use the spare calls of a source's plan for gaps and history. */
  z.object({ type: z.literal('spare'), source: z.string(), faults }),
  /** Resolve assets: once an hour, and after a decision about a mapping. */
  z.object({ type: z.literal('resolve'), faults }),
  /** Give up old observations and bytes, as the settings say. */
  z.object({ type: z.literal('maintain'), faults }),
  /** Write parts of the lake: of past days, and, on request, of everything known by now. */
  z.object({ type: z.literal('lake'), faults }),
  /** Rebuild candles. With `from`, sent by a former release, all of them. */
  z.object({
    type: z.literal('rebuild_candles'),
    from: z.object({ listing_id: z.number().int(), day: z.string() }).nullable().optional(),
    faults,
  }),
  /** Invalidate caches in front once more: a reply that was read before a commit may have been stored after it. */
  z.object({ type: z.literal('invalidate'), tags: z.array(z.string()).max(100), faults }),
  /** Send a new message for open work. */
  z.object({ type: z.literal('resume'), faults }),
  /** Send a new message for stalled work: a check some time after work was accepted. */
  z.object({ type: z.literal('sweep'), faults }),
]);
export type IngestMessage = z.infer<typeof IngestMessage>;

/** By then accepted work has begun or its message is lost, at any pace of the polls. */
const SWEEP_DELAY_S = 600;

/** A message and when it is due. */
export interface Sending {
  message: IngestMessage;
  options?: QueueSendOptions;
}

/** The message that later checks on accepted work. */
export const SWEEP_LATER: Sending = { message: { type: 'sweep' }, options: { delaySeconds: SWEEP_DELAY_S } };
