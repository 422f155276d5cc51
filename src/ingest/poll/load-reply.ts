import { isLoaded, markLoaded } from '../../db/payloads/insert.ts';
import { keepProfile } from '../../db/payloads/profiles.ts';
import { advanceCheckpoint, type Checkpoint } from '../../db/runs/checkpoints.ts';
import { recordGaps } from '../../db/upstreams/gaps.ts';
import type { Deps } from '../../deps.ts';
import { type Anomaly, findAnomalies } from '../../domain/anomaly.ts';
import { requestBeatSeconds } from '../../domain/beat.ts';
import { newestInstant } from '../../domain/watermark.ts';
import { AppError } from '../../errors.ts';
import { readJson } from '../../reading/json.ts';
import { type NormalizedBatch, normalizeBatch, resolvePointer } from '../../reading/normalize-batch.ts';
import { rawText } from '../../sources/read-record.ts';
import { NORMALIZER_VERSION } from '../../sources/registry.ts';
import { type SourceRequest, UnreadablePayload } from '../../sources/source.ts';
import { loadBatch, loadStatements } from '../load-batch.ts';
import type { Reply } from './fetch.ts';
import type { Kept } from './keep-reply.ts';
import { profilePayload } from './profile.ts';
import type { RunningPoll } from './running.ts';

/** A reply whose records are committed. */
interface Loaded {
  read: number;
  /** Why it does not count as an answer all the same, or null. */
  unusable: AppError | null;
  anomalies: Anomaly[];
}

/** A reply and what is known of it once its bytes are kept. */
interface KeptReply {
  reply: Reply;
  kept: Kept;
}

/** Reads a kept reply and commits its records; gives UnreadablePayload when its body is not what was promised. */
export async function readAndLoad(
  deps: Deps,
  poll: RunningPoll,
  request: SourceRequest,
  { reply, kept }: KeptReply,
): Promise<Loaded | UnreadablePayload> {
  const { db, log } = deps;
  const { endpoint } = request;
  const reading = readReply(deps, poll, request, { reply, kept });
  if (reading instanceof UnreadablePayload) return reading;
  const { body, batch } = reading;
  const unusable = whyUnusable(request, batch);
  const origin = {
    source: poll.source.id,
    run_id: poll.run_id,
    raw_payload_id: kept.raw_payload_id,
    fetched_at: reply.fetched_at,
    normalizer_version: NORMALIZER_VERSION,
    beat_seconds: requestBeatSeconds(request),
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
  const { status, duration_ms } = reply;
  log.info('payload.loaded', {
    endpoint,
    status,
    size_bytes: reply.bytes.byteLength,
    fetch_ms: duration_ms,
    ...counts,
  });
  const anomalies = profile === null ? [] : findAnomalies(endpoint, profile, kept.before);
  return { read: batch.read, unusable, anomalies };
}

function readReply(
  { settings }: Deps,
  { source }: RunningPoll,
  { endpoint }: SourceRequest,
  { reply, kept }: KeptReply,
) {
  try {
    const body = readJson(reply.bytes);
    const batch = normalizeBatch(source, body, {
      endpoint,
      fetched_at: reply.fetched_at,
      first_fetched_at: kept.first_fetched_at,
      poll_top: settings.POLL_TOP ?? null,
      sandbox: settings.UPSTREAMS === 'sandbox',
    });
    return { body, batch };
  } catch (error) {
    if (error instanceof UnreadablePayload) return error;
    throw error;
  }
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
