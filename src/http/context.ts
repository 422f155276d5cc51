import type { Context } from 'hono';
import type { Deps, FrontContext } from '../deps.ts';
import type { Dependence } from '../domain/front/tags.ts';
import { type Instant, instantOfDate } from '../domain/instant.ts';
import type { Env } from '../env.ts';
import type { Holder, Tokens } from './tokens/accepted.ts';

export interface HttpEnv {
  Bindings: Env;
  Variables: {
    request_id: string;
    started_ms: number;
    deps: Deps;
    is_read?: true;
    /** What the kept replies of the route depend on. */
    depends_on?: Dependence | undefined;
    /** When the request is answered: clockOf. */
    clock?: Instant;
    /** The answer that the client or a cache says it holds: seenVersion. */
    held?: HeldAnswer;
    /** How long a copy of what needed a token may be kept for its other holders. */
    copy_seconds?: number;
    tokens: Tokens;
    /** The name of the read token that was sent; null without a token, or with a wrong one. */
    reader: Holder | null;
  };
}

export type HttpContext = Context<HttpEnv>;

/** An answer as its tag names it. */
export interface HeldAnswer {
  version: Instant;
  /** When it turns by the clock alone, where that is soon. */
  turns_at: Instant | null;
}

/** The event of the platform that a request came by; null of one that came by none. */
export function eventOf(c: HttpContext): FrontContext | null {
  try {
    return c.executionCtx as FrontContext;
  } catch {
    return null;
  }
}

/** The instant at which a request is answered: the same for all that its reply says. */
export function clockOf(c: HttpContext): Instant {
  const clock = c.get('clock') ?? instantOfDate(c.get('deps').now());
  c.set('clock', clock);
  return clock;
}
