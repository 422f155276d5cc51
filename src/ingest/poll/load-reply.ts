import { followList } from '../../db/identity/follow-list.ts';
import { isLoaded, markLoaded } from '../../db/payloads/insert.ts';
import { keepVerdict } from '../../db/payloads/lost-fields.ts';
import { keepProfile } from '../../db/payloads/profiles.ts';
import { advanceCheckpoint, type Checkpoint } from '../../db/runs/checkpoints.ts';
import { recordGaps } from '../../db/upstreams/gaps.ts';
import type { Deps } from '../../deps.ts';
import { type Anomaly, findAnomalies } from '../../domain/anomaly.ts';
import { requestBeatSeconds } from '../../domain/beat.ts';
import { type FieldVerdict, judgeFields, toldLoss, type Usual } from '../../domain/drift/usual-share.ts';
import { recordOf } from '../../domain/figures.ts';
import { newestInstant } from '../../domain/watermark.ts';
import { AppError } from '../../errors.ts';
import { readJson } from '../../reading/json.ts';
import { type NormalizedBatch, normalizeBatch, resolvePointer } from '../../reading/normalize-batch.ts';
import { rawText } from '../../sources/read-record.ts';
import { NORMALIZER_VERSION, sourceSettings } from '../../sources/registry.ts';
import { type SourceRequest, UnreadablePayload } from '../../sources/source.ts';
import { loadBatch, loadStatements } from '../load-batch.ts';
import type { Reply } from './fetch.ts';
import { givenList } from './given-list.ts';
import type { Kept } from './keep-reply.ts';
import { profilePayload, type WatchedProfile } from './profile.ts';
import type { RunningPoll } from './running.ts';

/** A reply whose records are committed. */
interface Loaded {
  read: number;
  /** Why it still does not count as an answer, or null. */
  unusable: AppError | null;
  anomalies: Anomaly[];
  /** Which of its fields are unknown far more often than usual, in words. */
  lost: string[];
}

/** A reply with stored bytes, and the facts about it. */
interface KeptReply {
  reply: Reply;
  kept: Kept;
}

/**
 * Reads a stored reply and commits its records. Returns UnreadablePayload if its body does not have the expected
 * form.
 */
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
  const given = givenList(poll.source, sourceSettings(deps.settings, poll.source.id), endpoint, body);
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
    [...batch.observations, ...batch.market_totals, ...batch.rates].map((row) => row.observed_at),
  );
  const { unreadable } = batch;
  const seen = { source: poll.source.id, endpoint, body, fetched_at: reply.fetched_at, unreadable };
  const profile = await profilePayload({ ...seen, newest_observed_at: watermark });
  // A reply that does not count as an answer does not change the usual shares.
  const verdict = profile === null || unusable !== null ? null : verdictOn(profile, kept);
  const statements = loadStatements(deps, origin, batch);
  const counts = await loadBatch(deps, {
    lease: poll.lease,
    origin,
    batch,
    statements: {
      ...statements,
      before: [
        ...statements.before,
        ...(given === null || unusable !== null ? [] : [followList(db, { ...origin, endpoint, ...given })]),
      ],
    },
    together: () => [
      markLoaded(db, origin.raw_payload_id),
      ...(profile === null ? [] : [keepProfile(db, origin, profile)]),
      ...(profile === null || verdict === null
        ? []
        : [keepVerdict(db, { ...origin, endpoint, ...profile, verdict })]),
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
  const lost = request.is_history ? unreadableHistory(batch) : (verdict?.lost.map(toldLoss) ?? []);
  const anomalies =
    profile === null
      ? []
      : findAnomalies({ endpoint, beat_seconds: origin.beat_seconds }, profile, kept.before);
  anomalies.push(...lost.map((message): Anomaly => ({ code: 'null_rate', endpoint, message })));
  return { read: batch.read, unusable, anomalies, lost: lost.map((message) => `${endpoint}: ${message}`) };
}

const verdictOn = (profile: WatchedProfile, { usual }: Kept): FieldVerdict | null =>
  judgeFields(profile, profile.fields, { usual, open: new Set(usual.open) });

/** Charts of other coins do not show what is usual for this one, so unreadable points always count as lost. */
const unreadableHistory = ({ unreadable, read }: NormalizedBatch): string[] =>
  (
    judgeFields({ records: read, unknowns: unreadable }, Object.keys(unreadable), neverUnknown(unreadable))
      ?.lost ?? []
  ).map(toldLoss);

const neverUnknown = (fields: Record<string, number>): { usual: Usual; open: Set<string> } => ({
  usual: { shares: recordOf(Object.keys(fields), () => 0), replies: 0 },
  open: new Set(),
});

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

/** Advances the checkpoint of an endpoint that answered, and records the gap since its previous answer. */
function moveOn({ db }: Deps, request: SourceRequest, to: Omit<Checkpoint, 'endpoint' | 'every_minutes'>) {
  const { endpoint, every_minutes, has_history = false, may_be_absent = false } = request;
  const over = { source: to.source, at: to.fetched_at, is_open: false };
  return [
    // Lists of coins are not series: a missed day is not a gap.
    ...(may_be_absent ? [] : [recordGaps(db, over, [{ endpoint, every_minutes, has_history }])]),
    advanceCheckpoint(db, { ...to, endpoint, every_minutes }),
  ];
}

/** Why a reply that was read and stored does not count as an answer, or null. */
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
