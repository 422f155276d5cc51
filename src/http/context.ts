import type { Context } from 'hono';
import type { Deps, FrontContext } from '../deps.ts';
import type { Dependence } from '../domain/front/tags.ts';
import { type Instant, instantOfDate } from '../domain/instant.ts';
import type { Env } from '../env.ts';
import type { KeptReply } from '../kept-replies.ts';
import type { Holder, Tokens } from './tokens/accepted.ts';

export interface HttpEnv {
  Bindings: Env;
  Variables: {
    request_id: string;
    started_ms: number;
    deps: Deps;
    is_read?: true;
    /** The dependences of the route's cached replies. */
    depends_on?: Dependence | undefined;
    /** The instant of the answer: clockOf. */
    clock?: Instant;
    /** The answer that the client, a cache or this isolate has: seenVersion. */
    held?: HeldAnswer;
    /** Whether this isolate keeps the reply. */
    is_kept?: true;
    /** The text of such a reply. */
    written?: string;
    /** The kept reply that an answer without rows confirms. */
    confirmed?: KeptReply;
    /** How long a copy of a reply that needed a token may serve other holders. */
    copy_seconds?: number;
    tokens: Tokens;
    /** The name of the read token in the request; null without a token, or with a wrong one. */
    reader: Holder | null;
  };
}

export type HttpContext = Context<HttpEnv>;

/** An answer as identified by its tag. */
export interface HeldAnswer {
  version: Instant;
  /** When the clock alone turns it, if that is soon. */
  turns_at: Instant | null;
}

/** The platform's event for a request; null for a request without one. */
export function eventOf(c: HttpContext): FrontContext | null {
  try {
    return c.executionCtx as FrontContext;
  } catch {
    return null;
  }
}

/** The instant of the answer: the same for all parts of its reply. */
export function clockOf(c: HttpContext): Instant {
  const clock = c.get('clock') ?? instantOfDate(c.get('deps').now());
  c.set('clock', clock);
  return clock;
}
