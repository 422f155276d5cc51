import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { IngestMessage, Sending } from './messages.ts';

/** Sends a message while other work is in progress. Throws `queue_unavailable`, which passes. */
export async function sendMessage(
  { queue }: Deps,
  message: IngestMessage,
  options?: QueueSendOptions,
): Promise<void> {
  try {
    await queue.send(message, options);
  } catch (cause) {
    throw new AppError('queue_unavailable', 'The queue did not take a message.', { cause });
  }
}

/**
 * Sends messages for work whose rows are already committed: a sweep or a tick replaces a message that could not be
 * sent.
 */
export async function trySend({ queue, log }: Deps, sendings: Sending[]): Promise<void> {
  for (const { message, options } of sendings)
    await queue.send(message, options).catch((error: unknown) => {
      log.warn('message.unsent', { ...message, reason: error instanceof Error ? error.message : 'unknown' });
    });
}
