import { tagsOf } from '../domain/front/tags.ts';
import {
  INSTANT_MICROS_MAX,
  type Instant,
  instantAfter,
  instantOfMicros,
  microsOf,
} from '../domain/instant.ts';
import { type Access, neededToken } from './access.ts';
import { clockOf, type HeldAnswer, type HttpContext } from './context.ts';
import type { Format } from './data/query.ts';
import { keptFor } from './front/kept.ts';
import { deploymentOf } from './service/version.ts';

const FINAL_SECONDS = 3600;
const REVALIDATE_SECONDS = 60;
/**
 * The longest time for which a cache in front keeps a live reply, which limits the damage of a lost invalidation.
 * CACHE_SECONDS for replies with ages, which no commit changes.
 */
const FRONT_SECONDS_MAX = 60;
const CANDIDATES_SECONDS = 180;
/** Each tier of a cache rounds the age down to whole seconds, and a reply takes some time. */
const ROUNDING_SECONDS = 2;

/** How long a read may be cached, and the dependences of its answer in addition to the tape version. */
export interface Freshness {
  access: Access;
  /** The answer is as of a past version: no commit adds to it, but names and retention may change it. */
  final?: boolean;
  /** The answer also depends on the clock, for example through an age. */
  ticking?: boolean;
  /** The last instant at which the answer holds without a new commit: then the first of its rows becomes stale. */
  turns_at?: Instant | null;
  /** Set if Accept may choose it: each format has its own tag, or a cache would serve one as the other. */
  format?: Format;
}

/**
 * The headers of a cacheable read: a weak ETag from the tape version and this deployment, and how long each cache
 * keeps it.
 */
export function cacheHeaders(c: HttpContext, version: Instant, freshness: Freshness): Record<string, string> {
  const held = c.get('held');
  const is_held = held !== undefined && isUnchanged(held.version, version);
  // If the client has the answer, nothing is read: the tag of its copy says when it turns.
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

/**
 * The answer that the client or this isolate has from this deployment, or null. If both have one, the newer counts:
 * a client with an older one gets the isolate's.
 */
export function seenVersion(c: HttpContext, freshness: Freshness): Instant | null {
  const own = suffix(c, freshness);
  const theirs = heldAnswer(c, heldTags(c), own);
  const kept = isKept(freshness) ? keptFor(c) : null;
  const ours = kept === null ? null : heldAnswer(c, [kept.tag], own);
  const is_ours = ours !== null && (theirs === null || isOlder(theirs, ours));
  if (is_ours && kept !== null) c.set('confirmed', kept);
  const held = is_ours ? ours : theirs;
  if (held === null) return null;
  c.set('held', held);
  return held.version;
}

/** Ages change with the clock. The other formats are for downloads, which nobody repeats. */
const isKept = ({ ticking, format = 'json' }: Freshness): boolean => !ticking && format === 'json';

const isOlder = (one: HeldAnswer, other: HeldAnswer): boolean =>
  microsOf(one.version) < microsOf(other.version);

/** The first answer of these tags that still holds by its own instant. */
function heldAnswer(c: HttpContext, tags: readonly string[], own: string): HeldAnswer | null {
  for (const tag of tags) {
    const [, micros, rest, turn] =
      /^(?:W\/)?"([0-9a-z]{1,12})-([\w-]+)(?:\.([0-9a-z]{1,12}))?"$/.exec(tag) ?? [];
    const version = instantIn(micros);
    if (version === null || rest !== own) continue;
    const turns_at = instantIn(turn);
    if (turns_at === null || secondsUntil(c, turns_at) > 0) return { version, turns_at };
  }
  return null;
}

/** The tags of the client's copies. */
export const heldTags = (c: HttpContext): string[] =>
  (c.req.header('If-None-Match') ?? '').split(',').map((tag) => tag.trim());

/** Whether the database's answer means 304: the query contained the client's version, and it is the newest. */
export const isUnchanged = (seen: Instant | null, current: Instant): boolean => seen === current;

export function notModified(headers: Record<string, string>): Response {
  return new Response(null, { status: 304, headers });
}

/**
 * The headers that let a cache in front of the Worker keep a reply of this route for this long
 * (docs/decisions/workers-cache.md).
 */
export function frontHeaders(c: HttpContext, seconds: number): Record<string, string> {
  const depends_on = c.get('depends_on');
  if (depends_on === undefined) return {};
  return {
    // Omitting them would not mean 0: without stale-if-error=0, old replies would hide a failing Worker for ever.
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
  // The ages of the client's copy are from within this bucket: no cache may show them after its end.
  const rest = is_held ? Math.max(0, Math.floor((bucketEnd(c) - nowMs(c)) / 1000)) : CACHE_SECONDS;
  return Math.min(rest, FRONT_SECONDS_MAX);
}

/**
 * Identifies the answer in addition to the version: by deployment, format and, if it depends on the clock, by time.
 */
function suffix(c: HttpContext, { ticking, format = 'json' }: Freshness): string {
  const deployment = deploymentOf(c.env);
  const parts = format === 'json' ? [deployment] : [deployment, format];
  if (!ticking) return parts.join('-');
  return [...parts, (bucketEnd(c) / bucketMs(c) - 1).toString(36)].join('-');
}

/**
 * When a reply with candidates for a symbol may turn. Their order depends on the clock: an asset without data of the
 * last day comes after the others, and no commit announces that.
 */
export const candidatesTurn = (c: HttpContext, candidates: readonly unknown[]): Instant | null =>
  candidates.length === 0 ? null : instantAfter(clockOf(c), CANDIDATES_SECONDS);

const nowMs = (c: HttpContext): number => c.get('deps').now().getTime();
const msOf = (instant: Instant): number => Number(microsOf(instant) / 1000n);
const bucketMs = (c: HttpContext): number => Math.max(c.get('deps').settings.CACHE_SECONDS * 1000, 1);
/** When the ages of a tag no longer count as present ones. */
const bucketEnd = (c: HttpContext): number => (Math.floor(msOf(clockOf(c)) / bucketMs(c)) + 1) * bucketMs(c);

/**
 * When an answer turns, unless all caches that keep it, or renew it while its tag is valid, request it again before
 * then.
 */
function turnsSoon(c: HttpContext, { turns_at = null, ticking }: Freshness): Instant | null {
  const { CACHE_SECONDS } = c.get('deps').settings;
  const kept = 2 * CACHE_SECONDS + REVALIDATE_SECONDS;
  return ticking && secondsUntil(c, turns_at) > kept ? null : turns_at;
}

const turnText = (turns_at: Instant | null): string =>
  turns_at === null ? '' : `.${microsOf(turns_at).toString(36)}`;

/** The number of seconds for which a reply can be kept before an instant; `Infinity` without one. */
function secondsUntil(c: HttpContext, instant: Instant | null): number {
  if (instant === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor((msOf(instant) - nowMs(c)) / 1000) - ROUNDING_SECONDS);
}

/** The instant in a part of a tag, in microseconds to base 36. */
function instantIn(text: string | undefined): Instant | null {
  if (text === undefined) return null;
  // Ten digits fit into a JavaScript number.
  const micros =
    text.length <= 10
      ? BigInt(Number.parseInt(text, 36))
      : [...text].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
  return micros <= INSTANT_MICROS_MAX ? instantOfMicros(micros) : null;
}
