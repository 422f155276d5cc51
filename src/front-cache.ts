import { type Changed, tagsChanged } from './domain/front/tags.ts';
import type { Log } from './log.ts';

/** The cache in front of this Worker, and the calls that inform it: docs/decisions/workers-cache.md. */
export interface FrontCache {
  /**
   * A commit may have changed replies: caches must fetch them again, now, and once more when no older read is
   * running.
   */
  changed(changed: Changed): void;
  /** Drops the replies with one of these tags. Never fails: replies that stay expire by themselves. */
  invalidate(tags: readonly string[]): Promise<void>;
}

/** Between two calls of an isolate for one tag. An account has five a minute, and twenty-five at once. */
const SPACING_MS = 20_000;
/**
 * Longer than a read takes (DATABASE_MS_MAX of http/app.ts, plus its transport): every read that began before a
 * commit has ended.
 */
const READ_MS_MAX = 12_000;
/** When a commit is announced once more. Commits of the following eighteen seconds share that call. */
const REPEAT_S = 30;

/**
 * When an isolate announced, or will announce, each tag. Lives as long as the isolate, so it contains only
 * instants.
 */
export interface FrontCalls {
  made: Map<string, number>;
  repeats: Map<string, number>;
}

export const noCallsYet = (): FrontCalls => ({ made: new Map(), repeats: new Map() });

interface Surroundings {
  cache: Pick<CacheContext, 'invalidate'>;
  waitUntil: (work: Promise<void>) => void;
  /** Sends a message that returns as `invalidate`. */
  queue: Pick<Queue, 'send'>;
  now: () => Date;
  log: Log;
}

/** A FrontCache that coalesces the calls of an isolate. */
export function createFrontCache(
  { cache, waitUntil, queue, now, log }: Surroundings,
  calls: FrontCalls,
): FrontCache {
  const invalidate = async (tags: readonly string[]): Promise<void> => {
    for (const tag of tags) calls.made.set(tag, now().getTime());
    const refusal = await invalidated(cache, tags);
    if (refusal !== null) log.warn('front_cache.refused', { tags, reason: refusal, meaning: MEANING });
  };
  const repeat = async (tags: readonly string[]): Promise<void> => {
    try {
      await queue.send({ type: 'invalidate', tags }, { delaySeconds: REPEAT_S });
    } catch (error) {
      log.warn('front_cache.not_repeated', { tags, reason: textOf(error), meaning: MEANING });
    }
  };
  return {
    invalidate,
    changed(what) {
      const tags = tagsChanged(what);
      const now_ms = now().getTime();
      if (tags.some((tag) => isPast(calls.made.get(tag), SPACING_MS, now_ms))) waitUntil(invalidate(tags));
      if (tags.every((tag) => isCovered(calls.repeats.get(tag), now_ms))) return;
      for (const tag of tags) calls.repeats.set(tag, now_ms + REPEAT_S * 1000);
      waitUntil(repeat(tags));
    },
  };
}

const MEANING = 'Replies that are kept in front may be as old as their Cloudflare-CDN-Cache-Control allows.';

/** Why the cache refused the call, or null. */
async function invalidated(cache: Surroundings['cache'], tags: readonly string[]): Promise<string | null> {
  try {
    const { success, errors } = await cache.invalidate({ tags: [...tags] });
    return success ? null : errors.map(({ code, message }) => `${code}: ${message}`).join('; ');
  } catch (error) {
    return textOf(error);
  }
}

// A clock that was set back must not silence an isolate.
const isPast = (made_ms = Number.NEGATIVE_INFINITY, spacing_ms: number, now_ms: number): boolean =>
  Math.abs(now_ms - made_ms) >= spacing_ms;

/** Whether a pending call comes late enough for a commit of now. */
const isCovered = (due_ms = Number.NEGATIVE_INFINITY, now_ms: number): boolean =>
  due_ms >= now_ms + READ_MS_MAX && due_ms <= now_ms + REPEAT_S * 1000;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
