import type { Context } from 'hono';
import type { Deps } from '../deps.ts';
import type { Env } from '../env.ts';

export interface HttpEnv {
  Bindings: Env;
  Variables: { request_id: string; started_ms: number; deps: Deps; is_read?: true };
}

export type HttpContext = Context<HttpEnv>;
