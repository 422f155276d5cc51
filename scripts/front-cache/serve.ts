import type { Entry } from './entry.ts';

/** How a request was answered, in the words of `Cf-Cache-Status`. */
export type CacheStatus = 'HIT' | 'MISS' | 'EXPIRED' | 'REVALIDATED' | 'UPDATING' | 'STALE' | 'BYPASS';

/** The reply from an entry. Conditions, ranges and HEAD are answered here, without the Worker. */
export function serve(entry: Entry, request: Request, how: CacheStatus): Response {
  const headers = new Headers(entry.headers);
  headers.set('Cf-Cache-Status', how);
  headers.set('Age', String(Math.floor(entry.policy.age())));
  if (entry.status !== 200) return new Response(bodyFor(request, entry), { status: entry.status, headers });
  if (isHeld(request, entry)) return new Response(null, { status: 304, headers });
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get('range') ?? '');
  if (range === null || request.headers.has('if-range') || request.method !== 'GET')
    return new Response(bodyFor(request, entry), { headers });
  return sliced(entry, headers, range);
}

// The bytes are as stored: an encoded body is not encoded again.
const bodyFor = ({ method }: Request, { body, status }: Entry): ArrayBuffer | null =>
  method === 'HEAD' || status === 204 ? null : body;

/** RFC 9110, section 13.1.2: the comparison of ETags is weak. */
function isHeld(request: Request, { headers }: Entry): boolean {
  const asked = request.headers.get('if-none-match');
  const own = strong(headers.get('etag') ?? '');
  if (asked === null || own === '') return false;
  return asked.trim() === '*' || asked.split(',').some((tag) => strong(tag) === own);
}

const strong = (tag: string) => tag.trim().replace(/^W\//, '');

/** "`Range` requests": Cloudflare cuts ranges from the stored reply. */
function sliced({ body }: Entry, headers: Headers, [, first = '', last = '']: RegExpExecArray): Response {
  const size = body.byteLength;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (from > to || (first === '' && last === '')) {
    headers.set('Content-Range', `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  headers.set('Content-Range', `bytes ${from}-${to}/${size}`);
  headers.delete('Content-Length');
  return new Response(body.slice(from, to + 1), { status: 206, headers });
}
