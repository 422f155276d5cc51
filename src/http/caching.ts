import { INSTANT_MICROS_MAX, type Instant, instantOfMicros, microsOf } from '../domain/instant.ts';
import { type Access, neededToken } from './access.ts';
import type { HttpContext } from './context.ts';
import type { Format } from './data/query.ts';

const FINAL_SECONDS = 3600;
const REVALIDATE_SECONDS = 60;

/** How long a read may be kept, and what its answer depends on besides the version of the tape. */
export interface Freshness {
  access: Access;
  /** The answer never changes again: it is as of a version that the tape has passed. */
  final?: boolean;
  /** The answer depends on the clock too, e.g. through an age. */
  ticking?: boolean;
  /** Where Accept may choose it: each format has a tag of its own, or a cache would show one as the other. */
  format?: Format;
}

/** The headers of a cacheable read: weak ETag from the tape version and this deployment. */
export function cacheHeaders(c: HttpContext, version: Instant, freshness: Freshness): Record<string, string> {
  const { CACHE_SECONDS } = c.get('deps').settings;
  const scope = neededToken(c, freshness.access) === null ? 'public' : 'private';
  const seconds = freshness.final ? FINAL_SECONDS : CACHE_SECONDS;
  return {
    ETag: `W/"${microsOf(version).toString(36)}-${suffix(c, freshness)}"`,
    'Cache-Control': `${scope}, max-age=${seconds}, stale-while-revalidate=${REVALIDATE_SECONDS}`,
  };
}

/** The version the client says it holds of this very deployment's answer, or null. */
export function seenVersion(c: HttpContext, freshness: Freshness): Instant | null {
  const tags = c.req.header('If-None-Match')?.split(',') ?? [];
  for (const tag of tags) {
    const [, micros = '', rest] = /^\s*(?:W\/)?"([0-9a-z]{1,12})-([\w-]+)"\s*$/.exec(tag) ?? [];
    if (micros === '' || rest !== suffix(c, freshness)) continue;
    const value = [...micros].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
    if (value <= INSTANT_MICROS_MAX) return instantOfMicros(value);
  }
  return null;
}

/** Whether the answer of the database means 304: it was told what the client holds, and that is the newest. */
export const isUnchanged = (seen: Instant | null, current: Instant): boolean => seen === current;

export function notModified(headers: Record<string, string>): Response {
  return new Response(null, { status: 304, headers });
}

function suffix(c: HttpContext, { ticking, format = 'json' }: Freshness): string {
  const deployment = (c.env.VERSION?.id || 'local').replaceAll('-', '').slice(0, 8);
  const parts = format === 'json' ? [deployment] : [deployment, format];
  if (!ticking) return parts.join('-');
  const { settings, now } = c.get('deps');
  const bucket_ms = Math.max(settings.CACHE_SECONDS * 1000, 1);
  return [...parts, Math.floor(now().getTime() / bucket_ms).toString(36)].join('-');
}
