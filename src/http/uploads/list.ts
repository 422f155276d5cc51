import { UPLOAD_STATUSES } from '../../db/uploads/lifecycle.ts';
import { findUpload, listUploads, type UploadPageRow, type UploadRow } from '../../db/uploads/list.ts';
import { DRY_KEYS_MAX } from '../../domain/batch.ts';
import { instantOfDate } from '../../domain/instant.ts';
import { AppError } from '../../errors.ts';
import type { HttpContext } from '../context.ts';
import { parameters } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { listFrom, readQuery } from '../query.ts';
import { json, meta } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { type FoundPage, listEndpoint, listParameters, type PageRequest } from '../tables/list.ts';
import { invalidCursor } from '../walk.ts';
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
  count: parameters.count,
  ...listParameters(Upload, 'id,filename,status,rows'),
});
const SORT = 'uploads run desc';

export const uploads = listEndpoint({
  path: '/uploads',
  file: 'uploads',
  access: 'upload',
  spec: { tags: ['Uploads'], summary: 'Uploads, newest first', rows: 'Uploads.' },
  query: UploadsQuery,
  filters: ['status'],
  item: Upload,
  sortName: () => SORT,
  read: readUploads,
  keyOf: ({ run_id }) => [Number(run_id)],
  show: uploadObject,
});

async function readUploads(
  c: HttpContext,
  { asked, walk, offset, limit }: PageRequest<z.output<typeof UploadsQuery>>,
): Promise<FoundPage<UploadRow>> {
  const { db, now } = c.get('deps');
  const after = walk === null ? null : uploadAfter(walk.sort, walk.after);
  const found = await listUploads(db, { statuses: asked.status ?? null, limit, offset, after });
  return {
    rows: found.filter((row): row is UploadPageRow & UploadRow => row.id !== null),
    total: Number(found[0]?.total ?? 0),
    version: instantOfDate(now()),
  };
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
    summary: 'One upload: its plan, its progress, its result',
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
