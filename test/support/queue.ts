import type { Deps } from '../../src/deps.ts';
import { consume } from '../../src/ingest/queue/consume.ts';
import { tick } from '../../src/ingest/queue/tick.ts';

export interface Sent {
  message: { type: string };
  options: QueueSendOptions | undefined;
}

/** A queue that stores its messages. */
export function keptQueue(): { sent: Sent[]; queue: Queue } {
  const sent: Sent[] = [];
  const send = async (message: { type: string }, options?: QueueSendOptions) => {
    sent.push({ message, options });
  };
  return { sent, queue: { send } as unknown as Queue };
}

/** A tick, and the messages that it sends, as far as they are due at once. */
export async function tickThrough(deps: Deps, scheduledMs: number): Promise<void> {
  const { sent, queue } = keptQueue();
  await tick({ ...deps, queue }, scheduledMs);
  for (const { message, options } of sent)
    if (options?.delaySeconds === undefined)
      await consume({ ...deps, queue }, { id: 'm', body: message, attempts: 1, ack() {}, retry() {} });
}
