import type { Deps } from '../../deps.ts';
import { type Instant, instantOfDate } from '../../domain/instant.ts';
import { AppError } from '../../errors.ts';
import type { SourceRequest } from '../../sources/source.ts';

const REQUEST_MS_MAX = 20_000;
/** Ten times the largest known reply; a Worker has 128 MB for everything. */
const REPLY_BYTES_MAX = 32 * 1024 * 1024;
const HEADERS_KEPT = [
  'age',
  'cache-control',
  'cf-cache-status',
  'content-type',
  'date',
  'etag',
  'last-modified',
  'location',
  'retry-after',
  'server',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
];

/** One upstream reply of any status: its exact bytes and the facts about them. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  bytes: Uint8Array;
  fetched_at: Instant;
  duration_ms: number;
}

/** Calls the upstream once. Returns an `upstream_…` fault if no whole reply arrived. */
export async function fetchPayload(deps: Deps, request: SourceRequest): Promise<Reply | AppError> {
  const started = deps.now();
  const signal = AbortSignal.timeout(REQUEST_MS_MAX);
  try {
    const response = await deps.fetch(request.url, { headers: request.headers, redirect: 'manual', signal });
    const bytes = await readBounded(response);
    if (bytes instanceof AppError) return bytes;
    const fetched = deps.now();
    return {
      status: response.status,
      headers: keptHeaders(response.headers),
      bytes,
      fetched_at: instantOfDate(fetched),
      duration_ms: fetched.getTime() - started.getTime(),
    };
  } catch (error) {
    if (signal.aborted)
      return new AppError(
        'upstream_timeout',
        `${request.endpoint}: no reply within ${REQUEST_MS_MAX / 1000} s.`,
        {
          cause: error,
        },
      );
    return new AppError('upstream_unreachable', `${request.endpoint}: the connection failed or was cut.`, {
      cause: error,
    });
  }
}

async function readBounded(response: Response): Promise<Uint8Array | AppError> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > REPLY_BYTES_MAX)
      return new AppError('upstream_unreadable', `The reply is larger than ${REPLY_BYTES_MAX} bytes.`);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function keptHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    HEADERS_KEPT.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}
