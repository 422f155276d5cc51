import { advanceCheckpoint } from '../db/checkpoints.ts';
import { databaseError, rowIn, rowsOf } from '../db/client.ts';
import { type Lease, renewLease } from '../db/leases.ts';
import { insertRawPayload, isLoaded, type KeptRow, markLoaded, setPayloadError } from '../db/raw-payloads.ts';
import type { Deps } from '../deps.ts';
import { type Instant, instantFromPostgres } from '../domain/instant.ts';
import { retryAfterMs, retryWaitMs } from '../domain/retry.ts';
import { newestInstant } from '../domain/watermark.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import { sha256Hex } from '../raw/store.ts';
import { rawText } from '../sources/read-record.ts';
import { NORMALIZER_VERSION } from '../sources/registry.ts';
import { type PolledSource, type SourceRequest, UnreadablePayload } from '../sources/source.ts';
import { fetchPayload, type Reply, statusError } from './fetch-payload.ts';
import { loadBatch } from './load-batch.ts';
import { type NormalizedBatch, normalizeBatch, resolvePointer } from './normalize-batch.ts';
import { readJson } from './read-json.ts';

const HEARTBEAT_MS = 10_000; // a third of the lease

/** A run in progress: what every request of it shares. */
export interface RunningPoll {
  source: PolledSource;
  run_id: number;
  lease: Lease;
  /** Unix ms after which no wait for another try may end. */
  deadline_ms: number;
}

interface Kept {
  raw_payload_id: number;
  first_fetched_at: Instant;
}

/** A reply that was read and committed; or the reply that there is no such thing, with nothing to commit. */
export interface Answer {
  read: number;
  is_absent: boolean;
  raw_payload_id: number;
  fetched_at: Instant;
}

/**
 * Asks one endpoint and commits what it says; tries again while that may help and time is left.
 * Throws the last fault as an AppError.
 */
export async function pollRequest(deps: Deps, poll: RunningPoll, request: SourceRequest): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await tryOnce(deps, poll, request);
    if ('read' in outcome) return outcome;
    const { fault, retry_after } = outcome;
    const wait = retryWaitMs(
      {
        attempt,
        retryable: fault.retryable,
        rate_limited: fault.code === 'upstream_rate_limited',
        retry_after_ms: retryAfterMs(retry_after, deps.now()),
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

/** Waits, and keeps the lease alive meanwhile. */
export async function waitHolding(deps: Deps, lease: Lease, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= HEARTBEAT_MS) {
    await deps.sleep(Math.min(left, HEARTBEAT_MS));
    if (left > HEARTBEAT_MS) await renewLease(deps.db, lease);
  }
}

interface Failure {
  fault: AppError;
  retry_after: string | null;
}

async function tryOnce(deps: Deps, poll: RunningPoll, request: SourceRequest): Promise<Answer | Failure> {
  let reply: Reply;
  try {
    reply = await fetchPayload(deps, request);
  } catch (error) {
    if (error instanceof AppError) return { fault: error, retry_after: null };
    throw error;
  }
  const refused = statusError(reply.status);
  const kept = await keepReply(deps, poll, request, reply, refused);
  const retry_after = reply.headers['retry-after'] ?? null;
  const answer = { raw_payload_id: kept.raw_payload_id, fetched_at: reply.fetched_at };
  if (reply.status === 404 && request.may_be_absent) return { read: 0, is_absent: true, ...answer };
  if (refused !== null) return { fault: refusal(refused, request, reply), retry_after };
  try {
    const read = await readAndLoad(deps, poll, request, reply, kept);
    if (read instanceof AppError) return { fault: read, retry_after };
    return { read, is_absent: false, ...answer };
  } catch (error) {
    if (!(error instanceof UnreadablePayload)) throw error;
    await setPayloadError(deps.db, kept.raw_payload_id, 'upstream_unreadable');
    return {
      fault: new AppError('upstream_unreadable', `${request.endpoint}: ${error.message}`),
      retry_after,
    };
  }
}

const QUOTED_CHARS_MAX = 200;

function refusal(code: ErrorCode, request: SourceRequest, reply: Reply): AppError {
  const text = new TextDecoder().decode(reply.bytes.slice(0, 4 * QUOTED_CHARS_MAX));
  const said = text.replace(/\s+/g, ' ').trim().slice(0, QUOTED_CHARS_MAX);
  return new AppError(code, `${request.endpoint} answered ${reply.status}: ${said || '(empty body)'}`);
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

/** Bytes first: a reply is in R2 and indexed before anybody looks into it. */
async function keepReply(
  deps: Deps,
  poll: RunningPoll,
  request: SourceRequest,
  reply: Reply,
  error_code: ErrorCode | null,
): Promise<Kept> {
  const sha256 = await sha256Hex(reply.bytes);
  const stored = await deps.raw.put(sha256, reply.bytes);
  const [, inserted] = await deps.db
    .batch([
      renewLease(deps.db, poll.lease),
      insertRawPayload(deps.db, {
        source: poll.source.id,
        run_id: poll.run_id,
        endpoint: request.endpoint,
        url: request.url,
        status: reply.status,
        headers: reply.headers,
        content_type: reply.headers['content-type'] ?? null,
        fetched_at: reply.fetched_at,
        duration_ms: reply.duration_ms,
        size_bytes: reply.bytes.byteLength,
        sha256,
        error_code,
        poll_top: deps.settings.POLL_TOP ?? null,
        ...stored,
      }),
    ])
    .catch((error: unknown) => {
      throw databaseError(error);
    });
  const row = rowIn<KeptRow>(inserted);
  return { raw_payload_id: Number(row.id), first_fetched_at: instantFromPostgres(row.first_fetched_at) };
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
  };
  const watermark = newestInstant(
    [...batch.observations, ...batch.market_totals].map((row) => row.observed_at),
  );
  const counts = await loadBatch(deps, {
    lease: poll.lease,
    origin,
    batch,
    together: () => [
      markLoaded(db, origin.raw_payload_id),
      ...(unusable === null ? [advanceCheckpoint(db, { ...origin, endpoint, watermark })] : []),
    ],
    isCommitted: async () =>
      (await rowsOf<{ loaded: boolean }>(isLoaded(db, origin.raw_payload_id)))[0]?.loaded === true,
    rawAt: (pointer) => rawText(resolvePointer(body, pointer)),
  });
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
