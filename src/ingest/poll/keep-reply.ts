import { rowIn } from '../../db/client.ts';
import { insertRawPayload } from '../../db/payloads/insert.ts';
import { findUsual, type UsualRow } from '../../db/payloads/lost-fields.ts';
import { listProfiles, profilesIn } from '../../db/payloads/profiles.ts';
import { renewLease } from '../../db/tape/leases.ts';
import type { Deps } from '../../deps.ts';
import type { Profile } from '../../domain/anomaly.ts';
import { requestBeatSeconds } from '../../domain/beat.ts';
import { type Instant, instantFromPostgres } from '../../domain/instant.ts';
import type { ErrorCode } from '../../errors.ts';
import { sha256Hex } from '../../raw/sha256.ts';
import type { SourceRequest } from '../../sources/source.ts';
import type { Reply } from './fetch.ts';
import type { RunningPoll } from './running.ts';

/** A reply whose bytes are stored and indexed. */
export interface Kept {
  raw_payload_id: number;
  first_fetched_at: Instant;
  /** The profiles of earlier replies of the endpoint, newest first. */
  before: Profile[];
  /** How often its fields are normally unknown, and which are lost. */
  usual: UsualRow;
}

/** Bytes first: a reply is in R2 and indexed before anything reads it. */
export async function keepReply(
  deps: Deps,
  poll: RunningPoll,
  request: SourceRequest,
  reply: Reply,
  error_code: ErrorCode | null,
): Promise<Kept> {
  const sha256 = await sha256Hex(reply.bytes);
  const stored = await deps.raw.put(sha256, reply.bytes, reply.fetched_at);
  const [, inserted, profiles, usual] = await deps.db.batch([
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
      beat_seconds: requestBeatSeconds(request),
      ...stored,
    }),
    listProfiles(deps.db, poll.source.id, request.endpoint),
    findUsual(deps.db, poll.source.id, request.endpoint),
  ]);
  const row = rowIn(inserted);
  return {
    raw_payload_id: Number(row.id),
    first_fetched_at: instantFromPostgres(row.first_fetched_at),
    before: profilesIn(profiles),
    usual: rowIn(usual),
  };
}
