import type { Deps } from '../deps.ts';
import { type IngestMessage, SWEEP_DELAY_S } from '../ingest/queue/messages.ts';

/**
 * Sends the message of work whose row stands already, and one that looks after it later. Neither need arrive: the
 * next working tick of the cron finds the work too.
 */
export async function sendAccepted(deps: Deps, message: IngestMessage): Promise<void> {
  await send(deps, message);
  await send(deps, { type: 'sweep' }, { delaySeconds: SWEEP_DELAY_S });
}

async function send({ queue, log }: Deps, message: IngestMessage, options?: QueueSendOptions): Promise<void> {
  try {
    await queue.send(message, options);
  } catch (error) {
    log.error('message.unsent', { ...message, reason: error instanceof Error ? error.message : 'unknown' });
  }
}
