import { openRebuild } from '../../db/candles/rebuild.ts';
import { findAskedLake, finishAskedLake } from '../../db/lake/progress.ts';
import { failReplay } from '../../db/replays/lifecycle.ts';
import { failRun } from '../../db/runs/lifecycle.ts';
import { findAskedResolution, finishResolution } from '../../db/runs/tasks.ts';
import { listReadersOf } from '../../db/uploads/read-again.ts';
import type { Deps } from '../../deps.ts';
import { AppError } from '../../errors.ts';
import { writeLake } from '../../lake/write.ts';
import { sourceSettings, sourcesOn } from '../../sources/registry.ts';
import { failImport } from '../files/fail.ts';
import { importFile } from '../files/import.ts';
import { backfill } from '../poll/backfill.ts';
import { poll } from '../poll/run.ts';
import { spendSpareCall } from '../poll/spare.ts';
import { maintain } from '../upkeep/maintain.ts';
import { rebuildCandles } from '../upkeep/rebuild-candles.ts';
import { replay } from '../upkeep/replay.ts';
import { resolveAsAsked, resolveIfNeeded } from '../upkeep/resolve-assets.ts';
import { withdraw } from '../upkeep/withdraw.ts';
import { IngestMessage } from './messages.ts';
import { resume, sweep } from './resume.ts';
import { sendMessage } from './send.ts';

const RETRY_SECONDS_MIN = 3;
const RETRY_SECONDS_MAX = 60;
/**
 * A message whose lease is taken is retried soon, and not when the lease expires: its holder may finish at any
 * moment, or renew it. wrangler.toml allows enough retries.
 */
const BUSY_SECONDS_MAX = 5;
/** This many consecutive faults that look permanent end the work; otherwise it would fill the queue. */
const HOPELESS_FAULTS = 5;

/**
 * The number of tries of a message while a passing fault prevents its work. A new message then takes its place, so
 * accepted work waits as long as necessary. Only work that crashes its consumer reaches the dead letter queue. A
 * manual run is worth nothing after ten minutes: it ends as lost.
 */
const PATIENT_ATTEMPTS = 25;
const WAITS_FOR_EVER = (type: IngestMessage['type']) => type !== 'poll';
/** Another consumer holds and renews the lease of this work, and will finish it. */
const IN_OTHER_HANDS = new Set<IngestMessage['type']>([
  'import',
  'withdraw',
  'replay',
  'backfill',
  'rebuild_candles',
  'lake',
]);

/** The result of a message: `done`, to be continued in a new one, or to be retried after a while. */
type Handled = 'done' | 'continue' | { busy_seconds: number };

type QueueMessage = Pick<Message, 'id' | 'body' | 'attempts' | 'ack' | 'retry'>;

/**
 * Handles one message of the ingest queue: acknowledges messages that are done or can never succeed, and retries
 * those whose fault may pass.
 */
export async function consume(deps: Deps, message: QueueMessage): Promise<void> {
  const parsed = IngestMessage.safeParse(message.body);
  if (!parsed.success) {
    deps.log.error('message.refused', { message_id: message.id, reason: 'unknown shape' });
    return message.ack();
  }
  const log = deps.log.with({ message_id: message.id, ...parsed.data });
  try {
    const handled = await handle({ ...deps, log }, parsed.data);
    if (typeof handled === 'object') {
      log.info('message.delayed', { reason: 'lease is taken', seconds: handled.busy_seconds });
      if (message.attempts >= PATIENT_ATTEMPTS && IN_OTHER_HANDS.has(parsed.data.type)) return message.ack();
      const delaySeconds = Math.min(clampDelay(handled.busy_seconds + 1), BUSY_SECONDS_MAX);
      return message.retry({ delaySeconds });
    }
    if (handled === 'continue') await sendMessage(deps, withoutFaults(parsed.data));
    message.ack();
  } catch (error) {
    log.error('message.failed', {
      code: error instanceof AppError ? error.code : 'internal',
      error: error instanceof Error ? error.message : String(error),
      attempts: message.attempts,
    });
    await afterFailure({ ...deps, log }, { message, work: parsed.data, error });
  }
}

interface Failure {
  message: QueueMessage;
  work: IngestMessage;
  error: unknown;
}

/**
 * Ends work that fails by itself, which the messages count: an outage also uses up the tries of one message. A
 * fault that may pass is retried, and so is work that cannot be ended because the database is down.
 */
async function afterFailure(deps: Deps, { message, work, error }: Failure): Promise<void> {
  const may_pass = error instanceof AppError && error.retryable;
  const faults = (work.faults ?? 0) + 1;
  const delaySeconds = clampDelay(2 ** (may_pass ? message.attempts : faults));
  try {
    if (!may_pass && faults >= HOPELESS_FAULTS) await giveUp(deps, work);
    else if (!may_pass) await sendMessage(deps, { ...work, faults }, { delaySeconds });
    else if (message.attempts >= PATIENT_ATTEMPTS && WAITS_FOR_EVER(work.type))
      await sendMessage(deps, work, { delaySeconds });
    else return message.retry({ delaySeconds });
    message.ack();
  } catch (fault) {
    deps.log.error('message.kept', { error: fault instanceof Error ? fault.message : String(fault) });
    message.retry({ delaySeconds: clampDelay(2 ** message.attempts) });
  }
}

/** Work that continued has not failed. */
function withoutFaults({ faults: _, ...work }: IngestMessage): IngestMessage {
  return work;
}

async function handle(deps: Deps, message: IngestMessage): Promise<Handled> {
  switch (message.type) {
    case 'poll':
      return handlePoll(deps, message);
    case 'import':
      return importAndResolve(deps, message);
    case 'resolve':
      return (await resolveAsAsked(deps)) === 'done' ? 'done' : { busy_seconds: 1 };
    case 'replay':
      return replay(deps, message);
    case 'invalidate':
      await deps.frontCache?.invalidate(message.tags);
      return 'done';
    case 'maintain':
      return maintain(deps);
    case 'lake':
      return writeLake(deps);
    case 'resume':
      await resume(deps);
      return 'done';
    case 'sweep':
      await sweep(deps);
      return 'done';
    case 'backfill':
      return backfillAndResolve(deps, message);
    case 'spare':
      if ((await spendSpareCall(deps, message)) === 'spent') await resolveIfNeeded(deps);
      return 'done';
    case 'withdraw':
      return withdrawAndGoOn(deps, message);
    case 'rebuild_candles':
      return rebuild(deps, message);
  }
}

/** Only the message of a former release knows about its rebuild, so that rebuild starts again. */
async function rebuild(
  deps: Deps,
  { type, from }: Extract<IngestMessage, { type: 'rebuild_candles' }>,
): Promise<Handled> {
  if (from !== undefined) await openRebuild(deps.db);
  const outcome = await rebuildCandles(deps);
  if (outcome === 'continue') await sendMessage(deps, { type });
  return outcome === 'continue' ? 'done' : outcome;
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
  // A manual request wants everything, including the lists of coins: they show renamed and vanished coins.
  const requests = [...source.requests(given), ...source.catalogRequests(given)].map((request) => ({
    ...request,
    purpose: 'manual' as const,
  }));
  const settle = () => resolveIfNeeded(deps);
  const result = await poll(deps, { source, requests, run_id, settle });
  if (result.outcome === 'busy') return { busy_seconds: result.seconds };
  await resolveIfNeeded(deps); // for listings that another resolution had in progress, or that failed
  return 'done';
}

/** A coin that was not polled has a listing now. */
async function backfillAndResolve(deps: Deps, message: { run_id: number }): Promise<Handled> {
  const outcome = await backfill(deps, message);
  if (outcome === 'done') await resolveIfNeeded(deps);
  return outcome === 'failed' ? 'done' : outcome; // the run records that it failed
}

/** Work that waited for the withdrawal comes next; assets left without a row are removed. */
async function withdrawAndGoOn(deps: Deps, message: { run_id: number }): Promise<Handled> {
  if (!(await withdraw(deps, message))) return 'continue';
  for (const { id } of await listReadersOf(deps.db, message.run_id))
    await sendMessage(deps, { type: 'import', upload_id: id });
  await resolveIfNeeded(deps);
  return 'done';
}

async function importAndResolve(deps: Deps, message: { upload_id: string }): Promise<Handled> {
  const outcome = await importFile(deps, message);
  if (outcome === 'done') await resolveIfNeeded(deps);
  return outcome;
}

const clampDelay = (seconds: number) => Math.min(Math.max(seconds, RETRY_SECONDS_MIN), RETRY_SECONDS_MAX);

/** Handles one dead letter. */
export async function consumeDead(deps: Deps, message: QueueMessage): Promise<void> {
  const parsed = IngestMessage.safeParse(message.body);
  try {
    if (parsed.success) await giveUp(deps, parsed.data);
    message.ack();
  } catch (error) {
    deps.log.error('message.kept', { error: error instanceof Error ? error.message : String(error) });
    message.retry({ delaySeconds: RETRY_SECONDS_MAX });
  }
}

/** Closes the work of a message, so nobody waits for it. */
async function giveUp(deps: Deps, work: IngestMessage): Promise<void> {
  const { db, log } = deps;
  log.error('message.given_up', { ...work });
  const error = {
    code: 'interrupted',
    message: 'It was tried as often as the queue allows and never came to an end.',
  } as const;
  if (work.type === 'poll' || work.type === 'backfill') await failRun(db, work.run_id, error);
  if (work.type === 'replay') await failReplay(db, work.replay_id, error);
  if (work.type === 'resolve') {
    const [resolution] = await findAskedResolution(db);
    if (resolution !== undefined) await finishResolution(db, Number(resolution.asked));
  }
  if (work.type === 'lake') {
    const [request] = await findAskedLake(db);
    if (request !== undefined) await finishAskedLake(db, Number(request.asked));
  }
  if (work.type === 'import') await failImport(deps, work.upload_id, error, null);
}
