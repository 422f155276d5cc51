import type { MiddlewareHandler } from 'hono';
import type { HttpContext, HttpEnv } from './context.ts';

const EXPOSED =
  'ETag, Link, Retry-After, X-Request-Id, X-Complete-Through, X-Tape-Version, Accept-Ranges, Content-Range, ' +
  'Content-Length';
const SAFE_REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;
const COMPRESSIBLE = /^(text\/|application\/(json|problem\+json|x-ndjson|javascript))/;

/** Policy of replies that are data: nothing in them may run, load or be framed. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** Policy of our own pages: files of this origin only, nothing inline. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Request id, and the headers of every reply, whatever its status. A route that forwards a reply of a binding must
 * copy it, because its headers are immutable.
 */
export const replyHeaders: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const given = c.req.header('X-Request-Id') ?? '';
  c.set('request_id', SAFE_REQUEST_ID.test(given) ? given : crypto.randomUUID());
  c.set('started_ms', Date.now());
  await next();
  const { headers } = c.res;
  headers.set('X-Request-Id', c.get('request_id'));
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('X-Frame-Options', 'DENY');
  headers.set('Referrer-Policy', 'no-referrer');
  if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', DATA_POLICY);
  // Without Cache-Control, caches would use heuristics, and Workers Cache would store a reply for two hours.
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  // A cache must not show the reply for one token to another client.
  if (headers.get('Cache-Control')?.startsWith('private')) addVary(headers, 'Authorization');
  keepOutOfFront(headers);
  if (isRead(c) || c.get('is_read')) allowOrigins(headers);
  if (c.req.url.startsWith('https:')) headers.set('Strict-Transport-Security', 'max-age=31536000');
  compress(c);
};

const isRead = (c: HttpContext): boolean => c.req.method === 'GET' || c.req.method === 'HEAD';

const FRONT = 'Cloudflare-CDN-Cache-Control';

/**
 * A reply that others may keep is kept by a cache in front only if the route allows it: that cache serves all
 * clients.
 */
function keepOutOfFront(headers: Headers): void {
  const isForClients = !/^(no-store|private)\b/.test(headers.get('Cache-Control') ?? '');
  if (isForClients && !headers.has(FRONT)) headers.set(FRONT, 'no-store');
}

/**
 * A reply that a cache in front keeps for all clients goes there unencoded: the codings that a client accepts are
 * not in its key, because the platform rewrites that header. The cache encodes its replies.
 */
const isKeptInFront = (c: HttpContext): boolean =>
  c.get('deps')?.frontCache != null && (c.res.headers.get(FRONT) ?? '').startsWith('public');

function allowOrigins(headers: Headers): void {
  headers.set('Access-Control-Allow-Origin', '*');
  headers.set('Access-Control-Expose-Headers', EXPOSED);
  headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
}

/**
 * The reply to a preflight. Methods that read are open to every origin; the others are not for browsers of other
 * sites.
 */
export function preflight(methods: string[], reading: string[], own: string[] = []): Response {
  const headers = new Headers({ Allow: methods.join(', ') });
  if (reading.length > 0) {
    const named = reading.includes('POST') ? ['Content-Type'] : ['If-None-Match', 'Range'];
    headers.set('Access-Control-Allow-Origin', '*');
    headers.set('Access-Control-Allow-Methods', reading.join(', '));
    headers.set(
      'Access-Control-Allow-Headers',
      ['Authorization', ...named, 'Accept', 'X-Request-Id', ...own].join(', '),
    );
    headers.set('Access-Control-Max-Age', '86400');
  }
  return new Response(null, { status: 204, headers });
}

/** The header makes the runtime compress the body; nothing is buffered here. */
function compress(c: HttpContext): void {
  const { headers, body, status } = c.res;
  // The reply that a 304 confirms was text, unless it states another type.
  const type = headers.get('Content-Type') ?? (status === 304 ? 'text/' : '');
  if (!COMPRESSIBLE.test(type) || isKeptInFront(c)) return;
  addVary(headers, 'Accept-Encoding');
  const alreadyCoded = headers.has('Content-Encoding');
  if (body === null || alreadyCoded || !acceptsGzip(clientAcceptEncoding(c))) return;
  headers.set('Content-Encoding', 'gzip');
  headers.delete('Content-Length');
}

/** The platform rewrites the header to codings that it can decode; `cf` has the client's value. */
function clientAcceptEncoding(c: HttpContext): string | undefined {
  const sent = c.req.raw.cf?.clientAcceptEncoding;
  return typeof sent === 'string' ? sent : c.req.header('Accept-Encoding');
}

const acceptsGzip = (header = ''): boolean =>
  header.split(',').some((part) => {
    const [coding, q] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*q=/);
    return (coding === 'gzip' || coding === '*') && Number(q ?? 1) > 0;
  });

export function addVary(headers: Headers, name: string): void {
  const names = (headers.get('Vary') ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  if (!names.includes(name)) headers.set('Vary', [...names, name].join(', '));
}
