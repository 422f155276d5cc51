import { rowIn } from '../../db/client.ts';
import { sqlState } from '../../db/database-error.ts';
import { type AcceptedRow, acceptUpload } from '../../db/uploads/lifecycle.ts';
import { findReadable, type ReadableUpload, withdrawForReading } from '../../db/uploads/read-again.ts';
import type { Deps } from '../../deps.ts';
import type { FileHints } from '../../domain/files/parameters.ts';
import { AppError } from '../../errors.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { readQuery } from '../query.ts';
import { json, meta } from '../reply.ts';
import { problems } from '../responses.ts';
import { sendAccepted } from '../send-accepted.ts';
import * as z from '../zod.ts';
import { UploadParams, uploadIdOf } from './id.ts';
import { uploadLinks } from './object.ts';
import { hintsOf, UploadQuery } from './query.ts';
import { seriesKey, UNIQUE_VIOLATION } from './receive.ts';
import { AcceptedUpload } from './schemas.ts';

const ReadAgainQuery = UploadQuery.omit({ dry_run: true });

export const readUploadAgain: Endpoint = {
  method: 'post',
  path: '/uploads/{id}/read-again',
  access: 'upload',
  spec: {
    tags: ['Uploads'],
    summary: 'Read the bytes of an upload again, with other parameters',
    description:
      'Takes no body. The rows of the upload are withdrawn; then a new upload reads the stored ' +
      'bytes with these parameters, which replace all earlier ones except the file name. The reply ' +
      'names the new upload. Not possible for a dry run, or for an upload that is still being read ' +
      'or withdrawn, or was already read again.',
    request: { params: UploadParams, query: ReadAgainQuery },
    responses: {
      202: {
        description: 'Accepted, now or earlier.',
        headers: z.object({ Location: z.string().openapi({ description: 'The new upload.' }) }),
        content: { 'application/json': { schema: AcceptedUpload } },
      },
      ...problems('invalid_request', 'not_found', 'conflict', 'bytes_missing'),
    },
  },
  handle: postReadAgain,
};

const SAME = 'The upload already has these parameters: nothing changes.';
const BEFORE = 'This was requested before: this is the upload that reads the bytes again.';

async function postReadAgain(c: HttpContext): Promise<Response> {
  const asked = readQuery(c, ReadAgainQuery);
  const id = uploadIdOf(c);
  const filename = asked.filename ?? null;
  const reading = readAgain(c.get('deps'), id, { filename, hints: hintsOf(asked) });
  // If a client disconnects, a withdrawal or an upload must not stay without its message.
  c.executionCtx.waitUntil(reading.catch(() => {}));
  const accepted = await reading;
  const links = uploadLinks(accepted);
  const warnings = accepted.fresh ? [] : [accepted.id === id ? SAME : BEFORE];
  const body = { id: accepted.id, status: accepted.status, links, meta: meta(c, { warnings }) };
  return json(body, { Location: links.self }, 202);
}

interface Reading {
  /** Null: unchanged. */
  filename: string | null;
  hints: FileHints;
}

/** Accepts the new upload and requests the withdrawal of the old one in one transaction. */
async function readAgain(deps: Deps, id: string, reading: Reading): Promise<AcceptedRow> {
  const [old] = await findReadable(deps.db, id);
  if (old === undefined) throw new AppError('not_found', `There is no upload ${id}.`);
  demandReadable(old);
  const filename = reading.filename ?? old.filename;
  const accepted = await accept(deps, old, { ...reading, filename });
  const isKnown = accepted.id === id || accepted.id === old.read_again_as;
  if (!accepted.fresh && !isKnown)
    throw conflict(
      `These bytes were sent with these parameters as upload ${accepted.id} already. Withdraw this one instead.`,
    );
  if (!accepted.fresh) return accepted;
  await sendAccepted(
    deps,
    old.has_rows
      ? { type: 'withdraw', run_id: Number(old.run_id) }
      : { type: 'import', upload_id: accepted.id },
  );
  return accepted;
}

function demandReadable({ id, dry_run, status, is_withdrawing, read_again_as }: ReadableUpload): void {
  if (dry_run) throw conflict(`The upload ${id} was a dry run and has no rows. Send the file.`);
  if (status === 'queued' || status === 'processing')
    throw conflict(`The upload ${id} is still being read. Repeat the request after that.`, 5);
  if (is_withdrawing && read_again_as === null)
    throw conflict(`The upload ${id} is being withdrawn. Repeat the request after that.`, 5);
}

async function accept(deps: Deps, old: ReadableUpload, { filename, hints }: Reading): Promise<AcceptedRow> {
  const { db, uploads } = deps;
  const { sha256, r2_key, content_type } = old;
  if (!(await uploads.has(r2_key)))
    throw new AppError(
      'bytes_missing',
      `The bytes of the upload ${old.id} no longer exist. Send the file again.`,
    );
  const id = crypto.randomUUID();
  const series_key = await seriesKey(sha256, filename, hints);
  const upload = {
    id,
    filename,
    hints,
    series_key,
    dry_run: false,
    sha256,
    size_bytes: Number(old.size_bytes),
    r2_key,
    content_type,
    reads_again: old.id,
  };
  try {
    const [accepted] = await db.batch([
      acceptUpload(db, upload),
      old.has_rows ? [withdrawForReading(db, Number(old.run_id), id)] : [],
    ]);
    return rowIn(accepted);
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    throw conflict(
      `The upload ${old.id} was read again as ${old.read_again_as ?? 'another'}: read that again.`,
    );
  }
}

const conflict = (detail: string, retry_after_s?: number) =>
  new AppError('conflict', detail, retry_after_s === undefined ? {} : { retry_after_s });
