import { neededToken } from '../access.ts';
import { heldTags, notModified } from '../caching.ts';
import { eventOf, type HttpContext } from '../context.ts';
import { acceptedFormat } from '../data/request.ts';
import { deploymentOf } from '../service/version.ts';

// If reads need a token, no cache in front may keep a reply. The copy is behind the check of the token, in the
// Cache API of the data centre, under a key without the token: every reader may read the same. No commit deletes
// it, so it lives for at most CACHE_SECONDS.

/** The headers of a reply that the Cache API would act on or change. */
interface Aside {
  cache_control: string;
  vary: string | null;
  answered_ms: number;
}
const ASIDE = 'X-Copy';

/** A copy of a recent reply to another token holder, or null. */
export async function copyOf(c: HttpContext): Promise<Response | null> {
  const copies = copiesFor(c);
  const copy = await copies?.match(keyOf(c)).catch(() => undefined);
  if (copy === undefined) return null;
  const headers = new Headers(copy.headers);
  const aside = JSON.parse(headers.get(ASIDE) ?? 'null') as Aside | null;
  if (aside === null) return null;
  for (const name of [ASIDE, 'CF-Cache-Status', 'Last-Modified']) headers.delete(name);
  headers.set('Cache-Control', aside.cache_control);
  headers.set('Age', String(Math.max(0, Math.floor((nowMs(c) - aside.answered_ms) / 1000))));
  if (aside.vary === null) headers.delete('Vary');
  else headers.set('Vary', aside.vary);
  if (!heldTags(c).includes(headers.get('ETag') ?? '')) return new Response(copy.body, { headers });
  for (const name of ['Content-Type', 'Content-Length']) headers.delete(name);
  return notModified(Object.fromEntries(headers));
}

/** Stores a copy of a reply for as long as it may be kept. */
export function keepCopy(c: HttpContext, response: Response): void {
  const copies = copiesFor(c);
  const seconds = c.get('copy_seconds') ?? 0;
  const event = eventOf(c);
  if (copies === null || event === null || seconds === 0 || response.status !== 200) return;
  const aside: Aside = {
    cache_control: response.headers.get('Cache-Control') ?? 'no-store',
    vary: response.headers.get('Vary'),
    answered_ms: nowMs(c),
  };
  const copy = new Response(response.clone().body, response);
  copy.headers.set('Cache-Control', `max-age=${seconds}`);
  copy.headers.delete('Vary');
  copy.headers.set(ASIDE, JSON.stringify(aside));
  event.waitUntil(copies.put(keyOf(c), copy).catch(() => {}));
}

/** The store of copies for this request; null if there is none, and if reads need no token. */
function copiesFor(c: HttpContext) {
  if (c.req.method !== 'GET' || c.get('depends_on') === undefined) return null;
  return neededToken(c, 'read') === null ? null : c.get('deps').copies;
}

/** Path and query unchanged, plus the deployment and the format that Accept chooses. */
function keyOf(c: HttpContext): string {
  const { origin, pathname, search } = new URL(c.req.url);
  const format = acceptedFormat(c.req.header('Accept'));
  return `${origin}/copies/${deploymentOf(c.env)}/${format}${pathname}${search}`;
}

const nowMs = (c: HttpContext): number => c.get('deps').now().getTime();
