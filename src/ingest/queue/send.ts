import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import type { IngestMessage } from './messages.ts';

/** Sends a message from within the work on another. Throws `queue_unavailable`, which passes. */
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
