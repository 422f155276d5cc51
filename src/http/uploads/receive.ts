import { sqlState } from '../../db/database-error.ts';
import { type AcceptedRow, acceptUpload, type NewUpload } from '../../db/uploads/lifecycle.ts';
import { findUpload } from '../../db/uploads/list.ts';
import type { Deps } from '../../deps.ts';
import { type FileHints, NO_READING_HINTS } from '../../domain/files/parameters.ts';
import { AppError } from '../../errors.ts';
import { type StoredUpload, uploadKey } from '../../raw/upload-store.ts';
import { invalid } from '../query.ts';
import { sendAccepted } from '../send-accepted.ts';
import type { UploadRequest } from './request.ts';

export const UNIQUE_VIOLATION = '23505';
const ATTEMPTS_MAX = 3;

/**
 * Streams the body to R2, accepts the upload and sends its message. The same bytes for the same series are the
 * first upload again: the second copy is removed and nothing is sent. A failure never leaves a row without its
 * bytes. It leaves bytes without a row only if the result of the commit is unknown.
 */
export async function receiveUpload(deps: Deps, request: UploadRequest): Promise<AcceptedRow> {
  const id = crypto.randomUUID();
  const stored = await store(deps, id, request);
  const accepted = await acceptStored(deps, await newUpload(id, request, stored));
  if (accepted.fresh) await sendAccepted(deps, { type: 'import', upload_id: id });
  else await joinFirst(deps, accepted, stored);
  if (accepted.withdrawing)
    throw new AppError(
      'conflict',
      `The upload ${accepted.id} has the same bytes and is being withdrawn. Send them again after that.`,
      { retry_after_s: 5 },
    );
  return accepted;
}

async function store(
  { uploads, settings }: Deps,
  id: string,
  { body, size_bytes, gzipped }: UploadRequest,
): Promise<StoredUpload> {
  if (!gzipped) return uploads.put(id, body, size_bytes);
  const stored = await uploads.putGzipped(id, body, settings.UPLOAD_UNPACKED_BYTES_MAX);
  if (stored.size_bytes > 0) return stored;
  await uploads.remove(stored.r2_key);
  throw invalid([{ path: 'body', message: 'is empty when unpacked' }]);
}

async function newUpload(
  id: string,
  { filename, hints, dry_run, content_type }: UploadRequest,
  { sha256, size_bytes, r2_key }: StoredUpload,
): Promise<NewUpload> {
  const series_key = dry_run ? null : await seriesKey(sha256, filename, hints);
  return {
    id,
    filename,
    hints,
    series_key,
    dry_run,
    sha256,
    size_bytes,
    r2_key,
    content_type,
    reads_again: null,
  };
}

/** The same bytes with the same parameters have the same key. */
export const seriesKey = (sha256: string, filename: string | null, hints: FileHints): Promise<string> =>
  digest(JSON.stringify({ sha256, filename, ...saidOf(hints) }));

/** Omits parameters that an earlier release did not have, so its uploads keep their keys. */
const saidOf = (hints: FileHints) =>
  Object.fromEntries(
    Object.entries(hints).filter(([name, value]) => value !== null || !(name in NO_READING_HINTS)),
  );

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The first upload has its own bytes, so these are deleted. If it still waits for missing bytes, it takes these and
 * is read again.
 */
async function joinFirst(deps: Deps, first: AcceptedRow, { r2_key }: StoredUpload): Promise<void> {
  const is_open = first.status === 'queued' || first.status === 'processing';
  if (is_open && (await deps.uploads.restore(first.r2_key, r2_key))) {
    deps.log.warn('upload.restored', { upload_id: first.id });
    await sendAccepted(deps, { type: 'import', upload_id: first.id });
  }
  await deps.uploads.remove(r2_key);
}

/**
 * Accepts the stored upload. If Postgres refuses it, the bytes are deleted. Any other failure proves nothing about
 * the commit, so they stay even if there is no row yet: the statement may still arrive, and its row would be
 * without bytes.
 */
async function acceptStored(deps: Deps, upload: NewUpload): Promise<AcceptedRow> {
  try {
    return await accept(deps, upload);
  } catch (error) {
    if (isRefused(error)) {
      await deps.uploads.remove(upload.r2_key);
      throw error;
    }
    const row = await findAccepted(deps, upload.id);
    if (row !== null) return row;
    throw error;
  }
}

const isRefused = (error: unknown) =>
  sqlState(error) !== undefined && !(error instanceof AppError && error.code === 'database_unavailable');

async function accept({ db }: Deps, upload: NewUpload): Promise<AcceptedRow> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const [row] = await acceptUpload(db, upload);
      if (row === undefined) throw new Error('Accepting returns the upload.');
      return row;
    } catch (error) {
      // Another request with the same bytes was faster; the next try finds its upload.
      if (sqlState(error) !== UNIQUE_VIOLATION || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

/** The reply may have been lost after the commit: the row decides. Throws if the database does not answer. */
async function findAccepted({ db }: Deps, id: string): Promise<AcceptedRow | null> {
  const [row] = await findUpload(db, id);
  return row ? { ...row, r2_key: uploadKey(id), fresh: true, withdrawing: false } : null;
}
