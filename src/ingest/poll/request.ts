import { setPayloadError } from '../../db/payloads/insert.ts';
import { type Lease, renewLease } from '../../db/tape/leases.ts';
import type { Deps } from '../../deps.ts';
import type { Anomaly } from '../../domain/anomaly.ts';
import type { Instant } from '../../domain/instant.ts';
import { ATTEMPTS_MAX, retryAfterMs, retryWaitMs } from '../../domain/upstream/retry.ts';
import { AppError, type ErrorCode } from '../../errors.ts';
import { type PolledSource, type SourceRequest, UnreadablePayload } from '../../sources/source.ts';
import { fetchPayload, type Reply } from './fetch.ts';
import { keepReply } from './keep-reply.ts';
import { readAndLoad } from './load-reply.ts';
import { refusalCode, refusalInside, withoutKey } from './refusal.ts';
import type { RunningPoll } from './running.ts';
import { spendCall } from './spend-calls.ts';

const HEARTBEAT_MS = 10_000; // a third of the lease

/** A reply that was read and committed; or the reply that the resource does not exist, with nothing to commit. */
export interface Answer {
  read: number;
  is_absent: boolean;
  raw_payload_id: number;
  fetched_at: Instant;
  /** Which of its fields are unknown far more often than usual, in words. */
  lost: string[];
}

/** The result of calling one endpoint. */
export interface Asked {
  /** The answer, or the last fault of the upstream, with its retry_after_s. */
  result: Answer | AppError;
  /** Whether the upstream replied "too many requests" at any try. */
  was_rate_limited: boolean;
  /** The anomalies of its replies. */
  anomalies: Anomaly[];
}

/**
 * Calls one endpoint and commits its reply. It retries while that may help, time is left and the plan has calls.
 * Faults of the upstream are returned as values; only our own faults are thrown.
 */
export async function pollRequest(deps: Deps, poll: RunningPoll, request: SourceRequest): Promise<Asked> {
  const anomalies: Anomaly[] = [];
  let was_rate_limited = false;
  for (let attempt = 1; ; attempt += 1) {
    const spent = await spendWaiting(deps, poll, request.purpose);
    if (spent !== null) return { result: spent, was_rate_limited, anomalies };
    const tried = await tryOnce(deps, poll, request);
    anomalies.push(...tried.anomalies);
    const { result } = tried;
    if (!(result instanceof AppError)) return { result, was_rate_limited, anomalies };
    was_rate_limited ||= result.code === 'upstream_rate_limited';
    const wait = waitAfter(deps, poll, request, { fault: result, attempt });
    if (wait === null) return { result, was_rate_limited, anomalies };
    await waitHolding(deps, poll.lease, wait);
  }
}

/** How long to wait before the next try, in ms; null if there is none. */
function waitAfter(
  deps: Deps,
  poll: RunningPoll,
  request: SourceRequest,
  { fault, attempt }: { fault: AppError; attempt: number },
): number | null {
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
  return wait;
}

/**
 * Spends a call, after waiting for a new minute if necessary; returns `upstream_quota_spent` if that is too far
 * away.
 */
async function spendWaiting(
  deps: Deps,
  poll: RunningPoll,
  purpose: SourceRequest['purpose'],
): Promise<AppError | null> {
  const { budget, lease, deadline_ms, quota_wait_ms_max } = poll;
  for (;;) {
    const fault = await spendCall(deps, budget, purpose);
    if (fault === null) return null;
    const wait = (fault.retry_after_s ?? 0) * 1_000;
    if (wait > quota_wait_ms_max || deps.now().getTime() + wait >= deadline_ms) return fault;
    await waitHolding(deps, lease, wait);
  }
}

/** Waits, and renews the lease meanwhile. */
export async function waitHolding(deps: Deps, lease: Lease, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= HEARTBEAT_MS) {
    await deps.sleep(Math.min(left, HEARTBEAT_MS));
    if (left > HEARTBEAT_MS) await renewLease(deps.db, lease);
  }
}

type Tried = Pick<Asked, 'result' | 'anomalies'>;

async function tryOnce(deps: Deps, poll: RunningPoll, request: SourceRequest): Promise<Tried> {
  const reply = await fetchPayload(deps, request);
  if (reply instanceof AppError) return { result: reply, anomalies: [] };
  const refused = refusalCode(poll.source, request, reply);
  const kept = await keepReply(deps, poll, request, reply, refused);
  const { raw_payload_id } = kept;
  const answer = { raw_payload_id, fetched_at: reply.fetched_at };
  if (reply.status === 404 && request.may_be_absent)
    return { result: { read: 0, is_absent: true, lost: [], ...answer }, anomalies: [] };
  if (refused !== null) return { result: refusal(deps, poll.source, refused, request, reply), anomalies: [] };
  const loaded = await readAndLoad(deps, poll, request, { reply, kept });
  if (loaded instanceof UnreadablePayload) {
    const inside = refusalInside(poll.source, reply);
    await setPayloadError(deps.db, raw_payload_id, inside ?? 'upstream_unreadable');
    if (inside !== null) return { result: refusal(deps, poll.source, inside, request, reply), anomalies: [] };
    const message = withoutKey(poll.source, request, `${request.endpoint}: ${loaded.message}`);
    return { result: new AppError('upstream_unreadable', message), anomalies: [] };
  }
  const { read, unusable, anomalies, lost } = loaded;
  return { result: unusable ?? { read, is_absent: false, lost, ...answer }, anomalies };
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
