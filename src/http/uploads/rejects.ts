import { listUploadRejects, type RejectPageRow, type UploadRejectRow } from '../../db/runs/list-rejects.ts';
import { instantOfDate } from '../../domain/instant.ts';
import { AppError } from '../../errors.ts';
import type { HttpContext } from '../context.ts';
import { LIMIT_DEFAULT, parameters } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { json, meta, paging } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { listReply } from '../schemas.ts';
import { invalidCursor, readListQuery, writeCursor } from '../walk.ts';
import * as z from '../zod.ts';
import { UploadParams, uploadIdOf } from './id.ts';
import { UploadReject } from './schemas.ts';

const RejectsQuery = z.object({
  limit: parameters.limit,
  offset: parameters.offset,
  cursor: parameters.cursor,
  count: parameters.count,
});

export const uploadRejects: Endpoint = {
  method: 'get',
  path: '/uploads/{id}/rejects',
  access: 'upload',
  spec: {
    tags: ['Uploads'],
    summary: 'The refused records of an upload, in the order of the file',
    request: { params: UploadParams, query: RejectsQuery },
    responses: {
      ...ok(listReply(UploadReject), 'Refused records.'),
      ...problems('invalid_request', 'invalid_cursor', 'not_found'),
    },
  },
  handle: getUploadRejects,
};

async function getUploadRejects(c: HttpContext): Promise<Response> {
  const { asked, texts, offset, walk } = readListQuery(c, RejectsQuery, []);
  const id = uploadIdOf(c);
  const sort = `rejects of ${id}`;
  const limit = asked.limit ?? LIMIT_DEFAULT;
  const after = walk === null ? null : byteAfter(walk.sort === sort, walk.after);
  const { db, now } = c.get('deps');
  const found = await listUploadRejects(db, id, { limit: limit + 1, offset, after });
  if (found[0] === undefined) throw new AppError('not_found', `There is no upload ${id}.`);
  const rows = found.filter((row): row is RejectPageRow & UploadRejectRow => row.byte_offset !== null);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const place = { texts, version: instantOfDate(now()), sort, total: null };
  const next_cursor =
    rows.length > limit && last ? writeCursor({ ...place, after: [Number(last.byte_offset)] }) : null;
  const total = Number(found[0].total);
  const facts = { limit, offset: walk ? null : offset, returned: page.length, total, next_cursor };
  const { pagination, headers } = paging(c, facts);
  const data = page.map(({ line, code, message, raw }) => ({ line, code, message, raw }));
  return json({ data, pagination, meta: meta(c) }, headers);
}

function byteAfter(isOurs: boolean, [offset]: (string | number | null)[]): number {
  if (isOurs && typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0) return offset;
  throw invalidCursor('was not made by this service for this list');
}
