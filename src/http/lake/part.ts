import { findPart, type PartRow } from '../../db/lake/parts.ts';
import { AppError } from '../../errors.ts';
import { type ByteRange, PARQUET_TYPE } from '../../raw/lake-store.ts';
import { neededToken } from '../access.ts';
import { notModified } from '../caching.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { NO_PARAMETERS, readQuery } from '../query.ts';
import { problems } from '../responses.ts';
import * as z from '../zod.ts';
import { readRange } from './range.ts';

const YEAR_SECONDS = 31_536_000;
const ACCESS = 'bulk';
const NAME = /^[a-z0-9-]{1,80}\.parquet$/;

export const lakePart: Endpoint = {
  method: 'get',
  path: '/lake/{part}',
  access: ACCESS,
  spec: {
    tags: ['Data'],
    summary: 'The bytes of a part',
    description:
      'A Parquet file; its name always means the same bytes. Supports Range and If-Range; no rate ' +
      'limit for clients that may read it.',
    request: { params: z.object({ part: z.string().openapi({ description: 'As GET /lake names it.' }) }) },
    responses: {
      200: { description: 'The part.', content: { [PARQUET_TYPE]: { schema: {} } } },
      206: { description: 'The range asked for.', content: { [PARQUET_TYPE]: { schema: {} } } },
      304: { description: 'The client holds it.' },
      ...problems('invalid_request', 'not_found', 'range_not_satisfiable', 'storage_unavailable'),
    },
  },
  handle: getPart,
};

async function getPart(c: HttpContext): Promise<Response> {
  readQuery(c, NO_PARAMETERS);
  const name = c.req.param('part') ?? '';
  const { db, lake } = c.get('deps');
  const [part] = NAME.test(name) ? await findPart(db, name) : [];
  if (part === undefined) throw new AppError('not_found', `There is no part ${name}. See /lake.`);
  const headers = headersOf(c, part);
  if (c.req.header('If-None-Match')?.includes(`"${part.sha256}"`)) return notModified(headers);
  const range = rangeOf(c, part);
  if (range === 'unsatisfiable') return behindEnd(part);
  const body = c.req.method === 'HEAD' ? null : await lake.stream(name, range ?? undefined);
  if (body === null && c.req.method !== 'HEAD')
    throw new AppError('not_found', `The bytes of ${name} are no longer in the object store.`);
  return new Response(body, answerTo(range, part, headers));
}

/** A client that continues an older part gets the whole part. */
function rangeOf(c: HttpContext, { size_bytes, sha256 }: PartRow): ByteRange | 'unsatisfiable' | null {
  const whole = c.req.header('If-Range');
  if (whole !== undefined && whole !== `"${sha256}"`) return null;
  return readRange(c.req.header('Range'), size_bytes);
}

function answerTo(
  range: ByteRange | null,
  { size_bytes }: PartRow,
  headers: Record<string, string>,
): ResponseInit {
  if (range === null) return { headers: { ...headers, 'Content-Length': String(size_bytes) } };
  const last = range.offset + range.length - 1;
  return {
    status: 206,
    headers: {
      ...headers,
      'Content-Length': String(range.length),
      'Content-Range': `bytes ${range.offset}-${last}/${size_bytes}`,
    },
  };
}

function behindEnd({ part, size_bytes }: PartRow): never {
  throw new AppError('range_not_satisfiable', `${part} has ${size_bytes} bytes.`, {
    extensions: { size_bytes },
  });
}

function headersOf(c: HttpContext, { part, sha256 }: PartRow): Record<string, string> {
  const scope = neededToken(c, ACCESS) === null ? 'public' : 'private';
  return {
    'Content-Type': PARQUET_TYPE,
    'Content-Disposition': `attachment; filename="${part}"`,
    'Accept-Ranges': 'bytes',
    'Cache-Control': `${scope}, max-age=${YEAR_SECONDS}, immutable`,
    ETag: `"${sha256}"`,
  };
}
