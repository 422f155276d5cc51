import { UPLOAD_STATUSES } from '../../db/uploads/lifecycle.ts';
import { findUpload, listUploads, type UploadPageRow, type UploadRow } from '../../db/uploads/list.ts';
import { DRY_KEYS_MAX } from '../../domain/batch.ts';
import { instantOfDate } from '../../domain/instant.ts';
import { AppError } from '../../errors.ts';
import type { HttpContext } from '../context.ts';
import { LIMIT_DEFAULT, parameters } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { listFrom, readQuery } from '../query.ts';
import { json, meta, paging } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { listReply } from '../schemas.ts';
import { invalidCursor, readListQuery, writeCursor } from '../walk.ts';
import * as z from '../zod.ts';
import { UploadParams, uploadIdOf } from './id.ts';
import { uploadDetail, uploadObject } from './object.ts';
import { Upload, UploadReply } from './schemas.ts';

const UploadsQuery = z.object({
  status: listFrom(UPLOAD_STATUSES)
    .optional()
    .openapi({
      type: 'string',
      description: `Statuses: ${UPLOAD_STATUSES.join(', ')}.`,
      example: 'queued,processing',
    }),
  limit: parameters.limit,
  offset: parameters.offset,
  cursor: parameters.cursor,
  count: parameters.count,
});
const SORT = 'uploads run desc';

export const uploads: Endpoint = {
  method: 'get',
  path: '/uploads',
  access: 'upload',
  spec: {
    tags: ['Uploads'],
    summary: 'Uploads, newest first',
    request: { query: UploadsQuery },
    responses: { ...ok(listReply(Upload), 'Uploads.'), ...problems('invalid_request', 'invalid_cursor') },
  },
  handle: getUploads,
};

async function getUploads(c: HttpContext): Promise<Response> {
  const { asked, texts, offset, walk } = readListQuery(c, UploadsQuery, ['status']);
  const limit = asked.limit ?? LIMIT_DEFAULT;
  const after = walk === null ? null : uploadAfter(walk.sort, walk.after);
  const { db, now } = c.get('deps');
  const request = { statuses: asked.status ?? null, limit: limit + 1, offset, after };
  const found = await listUploads(db, request);
  const rows = found.filter((row): row is UploadPageRow & UploadRow => row.id !== null);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const place = { texts, version: instantOfDate(now()), sort: SORT, total: null };
  const next_cursor =
    rows.length > limit && last ? writeCursor({ ...place, after: [Number(last.run_id)] }) : null;
  const total = Number(found[0]?.total ?? 0);
  const facts = { limit, offset: walk ? null : offset, returned: page.length, total, next_cursor };
  const { pagination, headers } = paging(c, facts);
  return json({ data: page.map(uploadObject), pagination, meta: meta(c) }, headers);
}

function uploadAfter(sort: string, [run_id]: (string | number | null)[]): number {
  if (sort === SORT && typeof run_id === 'number' && Number.isSafeInteger(run_id) && run_id > 0)
    return run_id;
  throw invalidCursor('was not made by this service for this list');
}

const UploadDetailQuery = z.object({ decimals: parameters.decimals });

export const upload: Endpoint = {
  method: 'get',
  path: '/uploads/{id}',
  access: 'upload',
  spec: {
    tags: ['Uploads'],
    summary: 'One upload: how it is read, how far it is, how it ended',
    request: { params: UploadParams, query: UploadDetailQuery },
    responses: { ...ok(UploadReply, 'The upload.'), ...problems('invalid_request', 'not_found') },
  },
  handle: getUpload,
};

const REPEATS = `A dry run remembers the first ${DRY_KEYS_MAX} instants of a file: later ones that repeat far apart may be counted as new.`;

async function getUpload(c: HttpContext): Promise<Response> {
  const { decimals = 'number' } = readQuery(c, UploadDetailQuery);
  const asked = uploadIdOf(c);
  const [row] = await findUpload(c.get('deps').db, asked);
  if (row === undefined) throw new AppError('not_found', `There is no upload ${asked}.`);
  const data = uploadDetail(row, decimals);
  const { id, status, rows, error, links } = data;
  const warnings = data.dry_run && rows.read > DRY_KEYS_MAX ? [REPEATS] : [];
  return json({ id, status, rows, error, links, data, meta: meta(c, { warnings }) });
}
