import { tagsOf } from '../domain/front/tags.ts';
import { INSTANT_MICROS_MAX, type Instant, instantOfMicros, microsOf } from '../domain/instant.ts';
import { type Access, neededToken } from './access.ts';
import { clockOf, type HttpContext } from './context.ts';
import type { Format } from './data/query.ts';
import { deploymentOf } from './service/version.ts';

const FINAL_SECONDS = 3600;
const REVALIDATE_SECONDS = 60;
/**
 * The longest that a cache in front keeps a live reply: what an invalidation that was lost costs. CACHE_SECONDS for
 * what shows ages, which no commit changes.
 */
const FRONT_SECONDS_MAX = 60;
/** Ages are told in whole seconds and rounded down, once by each tier of a cache; and a reply takes its time. */
const ROUNDING_SECONDS = 2;

/** How long a read may be kept, and what its answer depends on besides the version of the tape. */
export interface Freshness {
  access: Access;
  /** The answer is as of a version that the tape has passed: no commit adds to it, though names and retention may. */
  final?: boolean;
  /** The answer depends on the clock too, e.g. through an age. */
  ticking?: boolean;
  /** The last instant at which the answer holds though nothing is committed: the first of its rows is stale then. */
  turns_at?: Instant | null;
  /** Where Accept may choose it: each format has a tag of its own, or a cache would show one as the other. */
  format?: Format;
}

/** The headers of a cacheable read: weak ETag from the tape version and this deployment, and who keeps it how long. */
export function cacheHeaders(c: HttpContext, version: Instant, freshness: Freshness): Record<string, string> {
  const held = c.get('held');
  const is_held = held !== undefined && isUnchanged(held.version, version);
  // Of an answer that is held nothing is read: its tag says when it turns.
  const turns_at = is_held ? held.turns_at : turnsSoon(c, freshness);
  const is_public = neededToken(c, freshness.access) === null;
  const left = secondsUntil(c, turns_at);
  const max_age = Math.min(lifeOf(c, freshness), left);
  const front = freshness.access === 'read' ? Math.min(frontLife(c, freshness, is_held), left) : 0;
  if (!is_public) c.set('copy_seconds', Math.min(front, c.get('deps').settings.CACHE_SECONDS));
  return {
    ETag: `W/"${microsOf(version).toString(36)}-${suffix(c, freshness)}${turnText(turns_at)}"`,
    'Cache-Control':
      `${is_public ? 'public' : 'private'}, max-age=${max_age}, ` +
      `stale-while-revalidate=${Math.min(REVALIDATE_SECONDS, left - max_age)}`,
    ...(is_public && freshness.access === 'read' ? frontHeaders(c, front) : {}),
  };
}

/** The answer that the client says it holds of this very deployment, or null. */
export function seenVersion(c: HttpContext, freshness: Freshness): Instant | null {
  const own = suffix(c, freshness);
  for (const tag of heldTags(c)) {
    const [, micros, rest, turn] =
      /^(?:W\/)?"([0-9a-z]{1,12})-([\w-]+)(?:\.([0-9a-z]{1,12}))?"$/.exec(tag) ?? [];
    const version = instantIn(micros);
    if (version === null || rest !== own) continue;
    const turns_at = instantIn(turn);
    if (turns_at !== null && secondsUntil(c, turns_at) === 0) continue;
    c.set('held', { version, turns_at });
    return version;
  }
  return null;
}

/** The tags of what the client holds. */
export const heldTags = (c: HttpContext): string[] =>
  (c.req.header('If-None-Match') ?? '').split(',').map((tag) => tag.trim());

/** Whether the answer of the database means 304: it was told what the client holds, and that is the newest. */
export const isUnchanged = (seen: Instant | null, current: Instant): boolean => seen === current;

export function notModified(headers: Record<string, string>): Response {
  return new Response(null, { status: 304, headers });
}

/** What lets a cache in front of the Worker keep a reply of this route for so long (docs/decisions/workers-cache.md). */
export function frontHeaders(c: HttpContext, seconds: number): Record<string, string> {
  const depends_on = c.get('depends_on');
  if (depends_on === undefined) return {};
  return {
    // Neither is said by leaving it out: for want of the last one a failing Worker is hidden behind old replies for ever.
    'Cloudflare-CDN-Cache-Control': `public, max-age=${seconds}, stale-while-revalidate=0, stale-if-error=0`,
    'Cache-Tag': tagsOf(depends_on, c.req.param('id') ?? '').join(','),
  };
}

function lifeOf(c: HttpContext, { final = false }: Freshness): number {
  return final ? FINAL_SECONDS : c.get('deps').settings.CACHE_SECONDS;
}

function frontLife(c: HttpContext, freshness: Freshness, is_held: boolean): number {
  const { CACHE_SECONDS } = c.get('deps').settings;
  if (freshness.final || CACHE_SECONDS === 0) return lifeOf(c, freshness);
  if (!freshness.ticking) return FRONT_SECONDS_MAX;
  // The ages of an answer that is held are from within this bucket: nobody shows them beyond it.
  const rest = is_held ? Math.max(0, Math.floor((bucketEnd(c) - nowMs(c)) / 1000)) : CACHE_SECONDS;
  return Math.min(rest, FRONT_SECONDS_MAX);
}

/** Names the answer apart from the version: by deployment, format and, where it depends on the clock, by that. */
function suffix(c: HttpContext, { ticking, format = 'json' }: Freshness): string {
  const deployment = deploymentOf(c.env);
  const parts = format === 'json' ? [deployment] : [deployment, format];
  if (!ticking) return parts.join('-');
  return [...parts, (bucketEnd(c) / bucketMs(c) - 1).toString(36)].join('-');
}

const nowMs = (c: HttpContext): number => c.get('deps').now().getTime();
const msOf = (instant: Instant): number => Number(microsOf(instant) / 1000n);
const bucketMs = (c: HttpContext): number => Math.max(c.get('deps').settings.CACHE_SECONDS * 1000, 1);
/** When the ages of a tag no longer count as those of now. */
const bucketEnd = (c: HttpContext): number => (Math.floor(msOf(clockOf(c)) / bucketMs(c)) + 1) * bucketMs(c);

/** When an answer turns, unless all that keep it, or renew it while its tag holds, have asked again by then. */
function turnsSoon(c: HttpContext, { turns_at = null, ticking }: Freshness): Instant | null {
  const { CACHE_SECONDS } = c.get('deps').settings;
  const kept = 2 * CACHE_SECONDS + REVALIDATE_SECONDS;
  return ticking && secondsUntil(c, turns_at) > kept ? null : turns_at;
}

const turnText = (turns_at: Instant | null): string =>
  turns_at === null ? '' : `.${microsOf(turns_at).toString(36)}`;

/** Seconds that a reply can be kept for before an instant; `Infinity` without one. */
function secondsUntil(c: HttpContext, instant: Instant | null): number {
  if (instant === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor((msOf(instant) - nowMs(c)) / 1000) - ROUNDING_SECONDS);
}

/** The instant that a part of a tag writes, in microseconds to the base 36. */
function instantIn(text: string | undefined): Instant | null {
  if (text === undefined) return null;
  const micros = [...text].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
  return micros <= INSTANT_MICROS_MAX ? instantOfMicros(micros) : null;
}
