import type { IngestMessage } from '../../src/ingest/queue/messages.ts';
import type { Actor, World } from './world.ts';

/** As in wrangler.toml. */
const RETRIES_MAX = 50;
/** The delay before the death of a consumer is noticed. */
const LOST_CONSUMER_MS = 30_000;

export interface Delivery {
  id: string;
  body: unknown;
  attempts: number;
  ack(): void;
  retry(options?: { delaySeconds?: number }): void;
}

/** A consumer of the queue, or of its dead letter queue. Runs as a process that may be killed. */
export type Consumer = (delivery: Delivery, dead: boolean) => Promise<'killed' | 'threw' | 'returned'>;

export interface SimulatedQueue {
  /** The binding, as one actor sees it. */
  of(actor: Actor): Queue;
  /** Messages that are not settled yet. */
  open(): number;
}

/**
 * At least once, in any order, now or later: the guarantee of Cloudflare Queues, without the losses of a local
 * queue.
 */
export function createQueue(world: World, consume: Consumer): SimulatedQueue {
  let open = 0;
  let ids = 0;

  const accept = (body: unknown, delay_ms: number) => {
    ids += 1;
    open += 1;
    later({ id: `m${ids}`, body, attempts: 0 }, delay_ms);
  };
  const later = (message: { id: string; body: unknown; attempts: number }, ms: number) =>
    world.after(
      ms,
      `message ${message.id}`,
      () => void deliver({ ...message, attempts: message.attempts + 1 }),
    );

  async function deliver(message: { id: string; body: unknown; attempts: number }): Promise<void> {
    const fault = world.draw('deliver');
    if (fault === 'queue_delay' || fault === 'queue_redelivered') world.note(fault, `message ${message.id}`);
    if (fault === 'queue_delay') return later(message, world.random.between(1_000, 240_000));
    if (fault === 'queue_redelivered') {
      open += 1;
      later(message, world.random.between(0, 60_000));
    }
    const dead = message.attempts > RETRIES_MAX;
    let settled: 'ack' | { delay_ms: number } | undefined;
    // The first settlement counts.
    const settle = (word: 'ack' | { delay_ms: number }) => {
      settled ??= word;
    };
    const how = await consume(
      {
        ...message,
        ack: () => settle('ack'),
        retry: (options) => settle({ delay_ms: (options?.delaySeconds ?? 0) * 1_000 }),
      },
      dead,
    );
    // A settlement by a killed consumer counts only if it had finished.
    if (how === 'killed') return later(message, LOST_CONSUMER_MS);
    if (how === 'threw' && settled === undefined) return later(message, 0);
    if (typeof settled === 'object') return later(message, settled.delay_ms);
    open -= 1;
  }

  async function send(actor: Actor, body: unknown, delay_ms: number): Promise<void> {
    const { type } = body as IngestMessage;
    await world.operation(actor, 'send', `send ${type}`, async (fault) => {
      if (fault === 'queue_refused') throw new Error('Queue send failed: Internal Server Error');
      if (fault === 'queue_lost') return;
      accept(body, delay_ms + (fault === 'queue_delay' ? world.random.between(1_000, 240_000) : 0));
      if (fault === 'queue_duplicate') accept(body, world.random.between(0, 60_000));
      if (fault === 'queue_sent_unsure') throw new Error('Queue send failed: the connection was lost');
    });
  }

  return {
    of: (actor) =>
      ({
        send: (body: unknown, options?: QueueSendOptions) =>
          send(actor, body, (options?.delaySeconds ?? 0) * 1_000),
      }) as unknown as Queue,
    open: () => open,
  };
}
