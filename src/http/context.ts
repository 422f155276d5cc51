import type { Context } from 'hono';
import type { Deps } from '../deps.ts';
import type { Env } from '../env.ts';
import type { Holder, Tokens } from './tokens.ts';

export interface HttpEnv {
  Bindings: Env;
  Variables: {
    request_id: string;
    started_ms: number;
    deps: Deps;
    is_read?: true;
    tokens: Tokens;
    /** Whose read token was sent, where any is named; null when none was, or a wrong one. */
    reader: Holder | null;
  };
}

export type HttpContext = Context<HttpEnv>;
