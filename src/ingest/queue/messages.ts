import * as z from 'zod';

const id = z.number().int().positive();

/** In how many messages the work has failed by itself, one after another. */
const faults = z.number().int().optional();

/** What travels through the ingest queue: ids only; the facts are in Postgres and R2. */
export const IngestMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('poll'), run_id: id, source: z.string(), faults }),
  z.object({ type: z.literal('import'), upload_id: z.string(), faults }),
  z.object({ type: z.literal('withdraw'), run_id: id, faults }),
  z.object({ type: z.literal('replay'), replay_id: id, faults }),
  /** The history of one coin is to be fetched. */
  z.object({ type: z.literal('backfill'), run_id: id, faults }),
  /** The calls that the plan of a source has to spare go to gaps and history. */
  z.object({ type: z.literal('spare'), source: z.string(), faults }),
  /** Assets are to be settled: once an hour, and when somebody decided about a mapping. */
  z.object({ type: z.literal('resolve'), faults }),
  /** Old observations and bytes are given up, as far as the settings say so. */
  z.object({ type: z.literal('maintain'), faults }),
  /** Parts of the lake are to be written: of days that are over, and when somebody asked for it of all that is known. */
  z.object({ type: z.literal('lake'), faults }),
  /** Candles are to be rebuilt. With `from`, of a former release, all of them. */
  z.object({
    type: z.literal('rebuild_candles'),
    from: z.object({ listing_id: z.number().int(), day: z.string() }).nullable().optional(),
    faults,
  }),
  /** Caches in front are told once more what changed: what was read before a commit may have been kept behind it. */
  z.object({ type: z.literal('invalidate'), tags: z.array(z.string()).max(100), faults }),
  /** Open work gets a new message. */
  z.object({ type: z.literal('resume'), faults }),
  /** Work that stands still gets a new message: looked at some time after something was accepted. */
  z.object({ type: z.literal('sweep'), faults }),
]);
export type IngestMessage = z.infer<typeof IngestMessage>;

/** By then what was accepted has begun, or its message is lost, whatever the pace of the polls. */
const SWEEP_DELAY_S = 600;

/** A message and when it is due. */
export interface Sending {
  message: IngestMessage;
  options?: QueueSendOptions;
}

/** The message that looks after accepted work later. */
export const SWEEP_LATER: Sending = { message: { type: 'sweep' }, options: { delaySeconds: SWEEP_DELAY_S } };
