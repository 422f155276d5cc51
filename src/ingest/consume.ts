import { databaseError } from '../db/client.ts';
import { failRun } from '../db/runs.ts';
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { POLLED_SOURCES } from '../sources/registry.ts';
import { IngestMessage } from './messages.ts';
import { poll } from './poll.ts';
import { sourceSettings } from './source-settings.ts';

const RETRY_SECONDS_MIN = 3;
const RETRY_SECONDS_MAX = 60;

/** Handles one message of the ingest queue: acks what is done or can never be, retries what may pass. */
export async function consume(deps: Deps, message: QueueMessage): Promise<void> {
  const parsed = IngestMessage.safeParse(message.body);
  const source = POLLED_SOURCES.find(({ id }) => id === parsed.data?.source);
  if (!parsed.success || source === undefined) {
    deps.log.error('message.refused', { message_id: message.id, reason: 'unknown shape' });
    return message.ack();
  }
  const { run_id } = parsed.data;
  const log = deps.log.with({ message_id: message.id, run_id, source: source.id });
  try {
    const requests = source.requests(sourceSettings(deps.settings, source.id));
    const result = await poll(deps, { source, requests, run_id });
    if (result.outcome !== 'busy') return message.ack();
    log.info('message.delayed', { reason: 'lease is taken', seconds: result.seconds });
    message.retry({ delaySeconds: clampDelay(result.seconds + 1) });
  } catch (thrown) {
    const error = databaseError(thrown);
    const delaySeconds = clampDelay(2 ** message.attempts);
    log.error('message.failed', {
      code: error instanceof AppError ? error.code : 'internal',
      error: error instanceof Error ? error.message : String(error),
      retry_in_s: delaySeconds,
    });
    message.retry({ delaySeconds });
  }
}

type QueueMessage = Pick<Message, 'id' | 'body' | 'attempts' | 'ack' | 'retry'>;

const clampDelay = (seconds: number) => Math.min(Math.max(seconds, RETRY_SECONDS_MIN), RETRY_SECONDS_MAX);

/** Handles one dead letter: closes the run it stood for, so that nobody waits for it. */
export async function consumeDead(deps: Deps, message: QueueMessage): Promise<void> {
  const parsed = IngestMessage.safeParse(message.body);
  if (!parsed.success) return message.ack();
  const { run_id, source } = parsed.data;
  deps.log.error('run.given_up', { run_id, source });
  await failRun(deps.db, run_id, {
    code: 'interrupted',
    message: 'The run was tried as often as the queue allows and never came to an end.',
  });
  message.ack();
}
