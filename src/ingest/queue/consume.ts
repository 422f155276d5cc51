import { failReplay } from '../../db/replays/lifecycle.ts';
import { failRun } from '../../db/runs/lifecycle.ts';
import { finishUpload } from '../../db/uploads/lifecycle.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { sourcesOn } from '../../sources/registry.ts';
import { importFile } from '../files/import.ts';
import { type BackfillOutcome, backfill } from '../poll/backfill.ts';
import { dueOf } from '../poll/due.ts';
import { upstreamFacts, upstreamQueries } from '../poll/plan.ts';
import { poll } from '../poll/run.ts';
import { sourceSettings } from '../poll/settings.ts';
import { maintain } from '../upkeep/maintain.ts';
import { rebuildCandles } from '../upkeep/rebuild-candles.ts';
import { replay } from '../upkeep/replay.ts';
import { resolveAssets, resolveIfNeeded } from '../upkeep/resolve-assets.ts';
import { withdraw } from '../upkeep/withdraw.ts';
import { IngestMessage } from './messages.ts';
import { resume } from './resume.ts';
import { sendMessage } from './send.ts';

const RETRY_SECONDS_MIN = 3;
const RETRY_SECONDS_MAX = 60;
/**
 * A lease that is taken is asked for again soon, not at its end: its holder may finish any moment, or renew it.
 * wrangler.toml allows enough tries.
 */
const BUSY_SECONDS_MAX = 5;
/** After so many tries a fault that does not look passing ends the work, instead of filling the queue. */
const HOPELESS_ATTEMPTS = 5;

/**
 * So often a message is tried whose work the cron finds again by itself; then it is left to the cron, which sends
 * a new one while the work is open. So what is accepted is never given up for something that passes, and only
 * work that takes its consumer with it comes to the dead letters.
 */
const PATIENT_ATTEMPTS = 25;
const FOUND_AGAIN = new Set<IngestMessage['type']>(['import', 'withdraw', 'replay', 'backfill']);

/** What became of a message: `done`, to be continued in a fresh one, or to come back after a while. */
type Handled = 'done' | 'continue' | { busy_seconds: number };

type QueueMessage = Pick<Message, 'id' | 'body' | 'attempts' | 'ack' | 'retry'>;

/** Handles one message of the ingest queue: acks what is done or can never be, retries what may pass. */
export async function consume(deps: Deps, message: QueueMessage): Promise<void> {
  const parsed = IngestMessage.safeParse(message.body);
  if (!parsed.success) {
    deps.log.error('message.refused', { message_id: message.id, reason: 'unknown shape' });
    return message.ack();
  }
  const log = deps.log.with({ message_id: message.id, ...parsed.data });
  const isLeft = message.attempts >= PATIENT_ATTEMPTS && FOUND_AGAIN.has(parsed.data.type);
  const comeBack = (delaySeconds: number) => (isLeft ? message.ack() : message.retry({ delaySeconds }));
  try {
    const handled = await handle({ ...deps, log }, parsed.data);
    if (typeof handled === 'object') {
      log.info('message.delayed', { reason: 'lease is taken', seconds: handled.busy_seconds });
      return comeBack(Math.min(clampDelay(handled.busy_seconds + 1), BUSY_SECONDS_MAX));
    }
    if (handled === 'continue') await sendMessage(deps, parsed.data);
    message.ack();
  } catch (error) {
    if (!(error instanceof AppError && error.retryable) && message.attempts >= HOPELESS_ATTEMPTS)
      return consumeDead(deps, message);
    const delaySeconds = clampDelay(2 ** message.attempts);
    log.error('message.failed', {
      code: error instanceof AppError ? error.code : 'internal',
      error: error instanceof Error ? error.message : String(error),
      retry_in_s: delaySeconds,
      left_to_cron: isLeft,
    });
    comeBack(delaySeconds);
  }
}

async function handle(deps: Deps, message: IngestMessage): Promise<Handled> {
  switch (message.type) {
    case 'poll':
      return handlePoll(deps, message);
    case 'import':
      return importAndResolve(deps, message);
    case 'resolve':
      return (await resolveAssets(deps)) === 'done' ? 'done' : { busy_seconds: 1 };
    case 'replay':
      return replay(deps, message);
    case 'maintain':
      return maintain(deps);
    case 'resume':
      await resume(deps);
      return 'done';
    case 'backfill':
      return backfillAndResolve(deps, message);
    case 'withdraw':
      return (await withdraw(deps, message)) ? 'done' : 'continue';
    case 'rebuild_candles':
      return rebuildOn(deps, message);
  }
}

/** It has no row that tells how far it is: the next message does. */
async function rebuildOn(
  deps: Deps,
  { type, from }: Extract<IngestMessage, { type: 'rebuild_candles' }>,
): Promise<Handled> {
  const next = await rebuildCandles(deps, { from: from ?? undefined });
  if (next !== null) await sendMessage(deps, { type, from: next });
  return 'done';
}

async function handlePoll(
  deps: Deps,
  { source: id, run_id }: { source: string; run_id: number },
): Promise<Handled> {
  const source = sourcesOn(deps.settings).find((polled) => polled.id === id);
  if (source === undefined) {
    deps.log.error('message.refused', { reason: 'SOURCES does not name this source', source: id });
    await failRun(deps.db, run_id, { code: 'interrupted', message: `SOURCES does not name ${id} any more.` });
    return 'done';
  }
  const given = sourceSettings(deps.settings, source.id);
  const facts = upstreamFacts(await deps.db.batch(upstreamQueries(deps)));
  // The market whenever somebody asks; the lists of all coins, long and slow to change, when they are due.
  const lists = dueOf(source, source.catalogRequests(given), facts, {
    nowMs: deps.now().getTime(),
    pollMinutes: deps.settings.POLL_MINUTES,
  });
  const result = await poll(deps, { source, requests: [...source.requests(given), ...lists], run_id });
  if (result.outcome === 'busy') return { busy_seconds: result.seconds };
  await resolveIfNeeded(deps);
  return 'done';
}

/** A coin that was not polled has a listing now. */
async function backfillAndResolve(deps: Deps, message: { run_id: number }): Promise<BackfillOutcome> {
  const outcome = await backfill(deps, message);
  if (outcome === 'done') await resolveIfNeeded(deps);
  return outcome;
}

async function importAndResolve(deps: Deps, message: { upload_id: string }): Promise<Handled> {
  const outcome = await importFile(deps, message);
  if (outcome === 'done') await resolveIfNeeded(deps);
  return outcome;
}

const clampDelay = (seconds: number) => Math.min(Math.max(seconds, RETRY_SECONDS_MIN), RETRY_SECONDS_MAX);

/** Handles one dead letter: closes what it stood for, so that nobody waits for it. */
export async function consumeDead(deps: Deps, message: QueueMessage): Promise<void> {
  const parsed = IngestMessage.safeParse(message.body);
  if (!parsed.success) return message.ack();
  deps.log.error('message.given_up', { ...parsed.data });
  const error = {
    code: 'interrupted',
    message: 'It was tried as often as the queue allows and never came to an end.',
  } as const;
  if (parsed.data.type === 'poll' || parsed.data.type === 'backfill')
    await failRun(deps.db, parsed.data.run_id, error);
  if (parsed.data.type === 'replay') await failReplay(deps.db, parsed.data.replay_id, error);
  if (parsed.data.type === 'import')
    await finishUpload(deps.db, parsed.data.upload_id, { status: 'failed', error }, null);
  message.ack();
}
