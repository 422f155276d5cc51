import { findRawPayload, type RawPayloadRow } from '../../db/payloads/find.ts';
import type { Instant } from '../../domain/instant.ts';
import { AppError } from '../../errors.ts';
import { neededToken } from '../access.ts';
import { frontHeaders, notModified } from '../caching.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { invalid, NO_PARAMETERS, readQuery } from '../query.ts';
import { problems } from '../responses.ts';
import * as z from '../zod.ts';

const YEAR_SECONDS = 31_536_000;
/** A cache in front keeps them until retention gives them up; this is the limit if it is not informed. */
const FRONT_SECONDS = 86_400;
const ACCESS = 'raw';

export const raw: Endpoint = {
  method: 'get',
  path: '/raw/{sha256}',
  access: ACCESS,
  depends_on: 'bytes',
  spec: {
    tags: ['Proof'],
    summary: 'The exact bytes of an upstream reply, by their SHA-256',
    request: {
      params: z.object({
        sha256: z
          .string()
          .openapi({ pattern: '^[0-9a-f]{64}$', description: 'Lower case, as runs name it.' }),
      }),
    },
    responses: {
      200: {
        description:
          "The bytes as received, without the upstream's Content-Encoding, with their original content " +
          'type.',
        content: { '*/*': { schema: {} } },
      },
      304: { description: 'The client holds them.' },
      ...problems('invalid_request', 'not_found', 'beyond_retention'),
    },
  },
  handle: getRaw,
};

async function getRaw(c: HttpContext): Promise<Response> {
  readQuery(c, NO_PARAMETERS);
  const sha256 = c.req.param('sha256') ?? '';
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw invalid([{ path: 'sha256', message: 'must be 64 hexadecimal digits in lower case' }]);
  const { db, raw: store } = c.get('deps');
  const [row] = await findRawPayload(db, sha256);
  if (row === undefined) throw new AppError('not_found', 'No reply with this hash is known.');
  const headers = headersOf(c, sha256, row);
  // First: a reader that revalidates expired bytes must not get a 304.
  if (row.expired_at !== null) throw expired(sha256, row.expired_at);
  if (c.req.header('If-None-Match')?.includes(`"${sha256}"`)) return notModified(headers);
  if (c.req.method === 'HEAD') return new Response(null, { headers });
  const object = await store.get(row.r2_key);
  if (object === null) throw new AppError('not_found', 'The bytes of this reply are no longer stored.');
  return new Response(decoded(object.body, row.encoding), { headers });
}

const expired = (sha256: string, at: Instant) =>
  new AppError(
    'beyond_retention',
    `The bytes of ${sha256} were stored until ${at}, by the retention settings.`,
    {
      extensions: { expired_at: at },
    },
  );

// Somebody else's bytes from our origin: as a download, never rendered, never sniffed, never run.
function headersOf(c: HttpContext, sha256: string, row: RawPayloadRow): Record<string, string> {
  const type = row.content_type ?? 'application/octet-stream';
  const scope = neededToken(c, ACCESS) === null ? 'public' : 'private';
  return {
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="${sha256}${extension(type)}"`,
    'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    'Cache-Control': `${scope}, max-age=${YEAR_SECONDS}, immutable`,
    ...(scope === 'public' ? frontHeaders(c, FRONT_SECONDS) : {}),
    ETag: `W/"${sha256}"`, // weak: the same bytes may be sent compressed
  };
}

function extension(type: string): string {
  if (type.includes('json')) return '.json';
  if (type.includes('csv')) return '.csv';
  return type.startsWith('text/') ? '.txt' : '.bin';
}

const decoded = (body: ReadableStream<Uint8Array>, encoding: RawPayloadRow['encoding']): ReadableStream =>
  encoding === 'gzip' ? body.pipeThrough(new DecompressionStream('gzip')) : body;
