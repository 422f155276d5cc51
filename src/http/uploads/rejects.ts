import { listUploadRejects, type RejectPageRow, type UploadRejectRow } from '../../db/runs/list-rejects.ts';
import { instantOfDate } from '../../domain/instant.ts';
import { AppError } from '../../errors.ts';
import type { HttpContext } from '../context.ts';
import { parameters } from '../data/query.ts';
import { type FoundPage, listEndpoint, listParameters, type PageRequest } from '../tables/list.ts';
import { invalidCursor } from '../walk.ts';
import * as z from '../zod.ts';
import { UploadParams, uploadIdOf } from './id.ts';
import { UploadReject } from './schemas.ts';

const RejectsQuery = z.object({ count: parameters.count, ...listParameters(UploadReject, 'line,code') });

export const uploadRejects = listEndpoint({
  path: '/uploads/{id}/rejects',
  file: 'rejects',
  access: 'upload',
  spec: {
    tags: ['Uploads'],
    summary: 'The rejected records of an upload, in the order of the file',
    rows: 'Refused records.',
  },
  params: UploadParams,
  query: RejectsQuery,
  filters: [],
  item: UploadReject,
  problems: ['not_found'],
  sortName: (_, c) => sortOf(uploadIdOf(c)),
  read: readUploadRejects,
  keyOf: ({ byte_offset }) => [Number(byte_offset)],
  show: ({ line, code, message, raw }) => ({ line, code, message, raw }),
});

const sortOf = (id: string): string => `rejects of ${id}`;

async function readUploadRejects(
  c: HttpContext,
  { walk, offset, limit }: PageRequest<z.output<typeof RejectsQuery>>,
): Promise<FoundPage<UploadRejectRow>> {
  const id = uploadIdOf(c);
  const after = walk === null ? null : byteAfter(walk.sort === sortOf(id), walk.after);
  const { db, now } = c.get('deps');
  const found = await listUploadRejects(db, id, { limit, offset, after });
  if (found[0] === undefined) throw new AppError('not_found', `There is no upload ${id}.`);
  return {
    rows: found.filter((row): row is RejectPageRow & UploadRejectRow => row.byte_offset !== null),
    total: Number(found[0].total),
    version: instantOfDate(now()),
  };
}

function byteAfter(isOurs: boolean, [offset]: (string | number | null)[]): number {
  if (isOurs && typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0) return offset;
  throw invalidCursor('was not made by this service for this list');
}
