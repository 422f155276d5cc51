// developers.cloudflare.com/workers/cache/cache-keys/, "What goes into the cache key".

const KEY_HEADERS = [
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
  'x-forwarded-host',
  'x-host',
  'x-original-url',
  'x-rewrite-url',
  'forwarded',
  'cloudflare-workers-version-key',
];

/** Path and query exactly as written. */
export function pathOf(request: Request): string {
  const { pathname, search } = new URL(request.url);
  return pathname + search;
}

/** The key contains neither method nor host, nor any token or cookie. */
export function keyOf(request: Request, version: string): string {
  const scheme = request.headers.get('x-forwarded-scheme');
  const parts = KEY_HEADERS.map((name) => request.headers.get(name) ?? '');
  if (scheme !== null && scheme !== 'http' && scheme !== 'https') parts.push(scheme);
  return JSON.stringify([version, pathOf(request), ...parts]);
}
