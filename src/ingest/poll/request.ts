import { isLoaded, markLoaded, setPayloadError } from '../../db/payloads/insert.ts';
import { keepProfile } from '../../db/payloads/profiles.ts';
import { advanceCheckpoint, type Checkpoint } from '../../db/runs/checkpoints.ts';
import { type Lease, renewLease } from '../../db/tape/leases.ts';
import { recordGaps } from '../../db/upstreams/gaps.ts';
import type { Deps } from '../../deps.ts';
import { findAnomalies } from '../../domain/anomaly.ts';
import type { Instant } from '../../domain/instant.ts';
import { ATTEMPTS_MAX, retryAfterMs, retryWaitMs } from '../../domain/upstream/retry.ts';
import { newestInstant } from '../../domain/watermark.ts';
import { AppError, type ErrorCode } from '../../errors.ts';
import { readJson } from '../../reading/json.ts';
import { type NormalizedBatch, normalizeBatch, resolvePointer } from '../../reading/normalize-batch.ts';
import { rawText } from '../../sources/read-record.ts';
import { NORMALIZER_VERSION } from '../../sources/registry.ts';
import { type PolledSource, type SourceRequest, UnreadablePayload } from '../../sources/source.ts';
import { loadBatch, loadStatements } from '../load-batch.ts';
import { fetchPayload, type Reply } from './fetch.ts';
import { type Kept, keepReply } from './keep-reply.ts';
import { profilePayload } from './profile.ts';
import { refusalCode, withoutKey } from './refusal.ts';
import type { RunningPoll } from './running.ts';
import { spendCall } from './spend-calls.ts';

const HEARTBEAT_MS = 10_000; // a third of the lease

/** A reply that was read and committed; or the reply that there is no such thing, with nothing to commit. */
export interface Answer {
  read: number;
  is_absent: boolean;
  raw_payload_id: number;
  fetched_at: Instant;
}

/**
 * Asks one endpoint and commits what it says; tries again while that may help, time is left and the plan has
 * calls. Throws the last fault as an AppError, with the retry_after_s the upstream asked for.
 */
export async function pollRequest(deps: Deps, poll: RunningPoll, request: SourceRequest): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    await spendWaiting(deps, poll);
    const outcome = await tryOnce(deps, poll, request);
    if (!(outcome instanceof AppError)) return outcome;
    const fault = outcome;
    poll.was_rate_limited ||= fault.code === 'upstream_rate_limited';
    const wait = retryWaitMs(
      {
        attempt,
        retryable: fault.retryable && attempt < (request.tries_max ?? ATTEMPTS_MAX),
        rate_limited: fault.code === 'upstream_rate_limited',
        retry_after_ms: fault.retry_after_s === undefined ? null : fault.retry_after_s * 1_000,
        budget_ms: poll.deadline_ms - deps.now().getTime(),
      },
      Math.random(),
    );
    deps.log.warn('upstream.failed', {
      endpoint: request.endpoint,
      attempt,
      code: fault.code,
      message: fault.message,
      retry_in_ms: wait,
    });
    if (wait === null) throw fault;
    await waitHolding(deps, poll.lease, wait);
  }
}

/** Spends a call, after the wait for a new minute if need be. Throws `upstream_quota_spent` when that is too far. */
async function spendWaiting(deps: Deps, poll: RunningPoll): Promise<void> {
  const { budget, lease, deadline_ms, quota_wait_ms_max } = poll;
  for (;;) {
    const fault = await spendCall(deps, budget);
    if (fault === null) return;
    const wait = (fault.retry_after_s ?? 0) * 1_000;
    if (wait > quota_wait_ms_max || deps.now().getTime() + wait >= deadline_ms) throw fault;
    await waitHolding(deps, lease, wait);
  }
}

/** Waits, and keeps the lease alive meanwhile. */
export async function waitHolding(deps: Deps, lease: Lease, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= HEARTBEAT_MS) {
    await deps.sleep(Math.min(left, HEARTBEAT_MS));
    if (left > HEARTBEAT_MS) await renewLease(deps.db, lease);
  }
}

async function tryOnce(deps: Deps, poll: RunningPoll, request: SourceRequest): Promise<Answer | AppError> {
  let reply: Reply;
  try {
    reply = await fetchPayload(deps, request);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  const refused = refusalCode(poll.source, request, reply);
  const kept = await keepReply(deps, poll, request, reply, refused);
  const answer = { raw_payload_id: kept.raw_payload_id, fetched_at: reply.fetched_at };
  if (reply.status === 404 && request.may_be_absent) return { read: 0, is_absent: true, ...answer };
  if (refused !== null) return refusal(deps, poll.source, refused, request, reply);
  try {
    const read = await readAndLoad(deps, poll, request, reply, kept);
    if (read instanceof AppError) return read;
    return { read, is_absent: false, ...answer };
  } catch (error) {
    if (!(error instanceof UnreadablePayload)) throw error;
    await setPayloadError(deps.db, kept.raw_payload_id, 'upstream_unreadable');
    const message = withoutKey(poll.source, request, `${request.endpoint}: ${error.message}`);
    return new AppError('upstream_unreadable', message);
  }
}

const QUOTED_CHARS_MAX = 200;

function refusal(
  { now }: Deps,
  source: PolledSource,
  code: ErrorCode,
  request: SourceRequest,
  reply: Reply,
): AppError {
  const text = new TextDecoder().decode(reply.bytes.slice(0, 4 * QUOTED_CHARS_MAX));
  const said = withoutKey(source, request, text).replace(/\s+/g, ' ').trim().slice(0, QUOTED_CHARS_MAX);
  const hold_ms = retryAfterMs(reply.headers['retry-after'] ?? null, now());
  return new AppError(
    code,
    `${request.endpoint} answered ${reply.status}: ${said || '(empty body)'}`,
    hold_ms === null ? {} : { retry_after_s: Math.ceil(hold_ms / 1_000) },
  );
}

/** Why a reply that was read and kept still does not count as one, or null. */
function whyUnusable(request: SourceRequest, batch: NormalizedBatch): AppError | null {
  const { endpoint } = request;
  if (batch.read === 0 && !request.may_be_empty)
    return new AppError('upstream_unreadable', `${endpoint} answered an empty list.`);
  const [first] = batch.rejects;
  if (first !== undefined && batch.rejects.length === batch.read)
    return new AppError(
      'contract_broken',
      `None of the ${batch.read} records of ${endpoint} fits its contract; the first: ${first.message}`,
    );
  return null;
}

/** How many records the reply held, committed; or why it does not count. */
async function readAndLoad(
  deps: Deps,
  poll: RunningPoll,
  request: SourceRequest,
  reply: Reply,
  kept: Kept,
): Promise<number | AppError> {
  const { db, settings, log } = deps;
  const { endpoint } = request;
  const body = readJson(reply.bytes);
  const batch = normalizeBatch(poll.source, body, {
    endpoint,
    fetched_at: reply.fetched_at,
    first_fetched_at: kept.first_fetched_at,
    poll_top: settings.POLL_TOP ?? null,
    sandbox: settings.UPSTREAMS === 'sandbox',
  });
  const unusable = whyUnusable(request, batch);
  const origin = {
    source: poll.source.id,
    run_id: poll.run_id,
    raw_payload_id: kept.raw_payload_id,
    fetched_at: reply.fetched_at,
    normalizer_version: NORMALIZER_VERSION,
    in_batches: false,
    fills_only: request.is_history ?? false,
  };
  const watermark = newestInstant(
    [...batch.observations, ...batch.market_totals].map((row) => row.observed_at),
  );
  const seen = { source: poll.source.id, endpoint, body, fetched_at: reply.fetched_at };
  const profile = await profilePayload({ ...seen, newest_observed_at: watermark });
  const counts = await loadBatch(deps, {
    lease: poll.lease,
    origin,
    batch,
    statements: loadStatements(deps, origin, batch),
    together: () => [
      markLoaded(db, origin.raw_payload_id),
      ...(profile === null ? [] : [keepProfile(db, origin, profile)]),
      ...(unusable === null && !request.is_history ? moveOn(deps, request, { ...origin, watermark }) : []),
    ],
    isCommitted: async () => (await isLoaded(db, origin.raw_payload_id))[0]?.loaded === true,
    rawAt: (pointer) => rawText(resolvePointer(body, pointer)),
  });
  if (profile !== null) poll.anomalies.push(...findAnomalies(endpoint, profile, kept.before));
  const { status, duration_ms } = reply;
  log.info('payload.loaded', {
    endpoint,
    status,
    size_bytes: reply.bytes.byteLength,
    fetch_ms: duration_ms,
    ...counts,
  });
  return unusable ?? batch.read;
}

/** Moves the checkpoint of an endpoint that answered, and records what was missed since it did before. */
function moveOn({ db }: Deps, request: SourceRequest, to: Omit<Checkpoint, 'endpoint' | 'every_minutes'>) {
  const { endpoint, every_minutes, has_history = false, may_be_absent = false } = request;
  const over = { source: to.source, at: to.fetched_at, is_open: false };
  return [
    // Lists of coins are no series: what they did not say on some day is no gap.
    ...(may_be_absent ? [] : [recordGaps(db, over, [{ endpoint, every_minutes, has_history }])]),
    advanceCheckpoint(db, { ...to, endpoint, every_minutes }),
  ];
}
