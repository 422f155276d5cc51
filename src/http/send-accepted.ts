import type { Deps } from '../deps.ts';
import { type IngestMessage, type Sending, SWEEP_LATER } from '../ingest/queue/messages.ts';

/**
 * Sends the message of committed work, and a message that checks on it later. Both may get lost: the sweep of other
 * work, or the next working tick of the cron, also finds the work.
 */
export async function sendAccepted(deps: Deps, message: IngestMessage): Promise<void> {
  await send(deps, { message });
  await lookAfterLater(deps);
}

/** Sends the later check for accepted work whose own message was sent. */
export const lookAfterLater = (deps: Deps): Promise<void> => send(deps, SWEEP_LATER);

async function send({ queue, log }: Deps, { message, options }: Sending): Promise<void> {
  try {
    await queue.send(message, options);
  } catch (error) {
    log.error('message.unsent', { ...message, reason: error instanceof Error ? error.message : 'unknown' });
  }
}
