import type CachePolicy from 'http-cache-semantics';
import { sharedHeaders } from './directives.ts';
import { pathOf } from './key.ts';
import type { MakePolicy, Policy } from './policy.ts';
import { tagsOf } from './tags.ts';

/** A stored reply: one variant under a key. */
export interface Entry {
  status: number;
  /** As the Worker sent them, with the changes of later 304s. */
  headers: Headers;
  body: ArrayBuffer;
  policy: Policy;
  path: string;
  tags: ReadonlySet<string>;
  /** The request's value of each header that the reply varies on. */
  selected: ReadonlyMap<string, string | null>;
  /** It was marked as stale, in a cache that does not serve it again before it is confirmed. */
  is_withheld: boolean;
  /** A request to confirm it is in flight. */
  is_asking: boolean;
}

export interface Storing {
  policyOf: MakePolicy;
  /** Whether the cache serves many clients; otherwise one browser. */
  shared: boolean;
}

/** The request as the library should see it: a URL without a host, and no cache directives of the client. */
export function judged(request: Request): CachePolicy.HttpRequest {
  const headers = Object.fromEntries(request.headers);
  for (const name of [
    'host',
    'cache-control',
    'pragma',
    'if-none-match',
    'if-modified-since',
    'if-range',
    'range',
  ])
    delete headers[name];
  return { method: 'GET', url: pathOf(request), headers };
}

/** An entry for a reply, or null if it may not be stored. */
export function entryOf(
  request: Request,
  { status, headers, body }: { status: number; headers: Headers; body: ArrayBuffer },
  { policyOf, shared }: Storing,
): Entry | null {
  const told = shared ? sharedHeaders(status, headers) : Object.fromEntries(headers);
  if (told === null) return null;
  const policy = policyOf(judged(request), { status, headers: told });
  if (!policy.storable()) return null;
  return {
    status,
    headers,
    body,
    policy,
    path: new URL(request.url).pathname,
    tags: tagsOf(headers.get('cache-tag')),
    selected: new Map(variedOn(headers).map((name) => [name, request.headers.get(name)])),
    is_withheld: false,
    is_asking: false,
  };
}

const variedOn = (headers: Headers): string[] =>
  (headers.get('vary') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** "Values are compared verbatim" (developers.cloudflare.com/workers/cache/configuration/, "Vary"). */
export const isVariantFor = ({ selected }: Entry, request: Request): boolean =>
  [...selected].every(([name, value]) => request.headers.get(name) === value);

/** A 304 has no body, and the stored reply keeps the headers that describe its body. */
const OF_THE_BODY = new Set(['content-length', 'content-encoding', 'content-range', 'transfer-encoding']);

/** The headers of a stored reply after a 304: added and replaced (RFC 9111, sections 3.2 and 4.3.4). */
export function freshened(stored: Headers, { headers }: Response): Headers {
  const merged = new Headers(stored);
  merged.delete('age'); // The age of the stored reply is outdated; a 304 from another cache has its own.
  for (const [name, value] of headers) if (!OF_THE_BODY.has(name)) merged.set(name, value);
  return merged;
}
