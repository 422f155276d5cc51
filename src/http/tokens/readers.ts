import type { MiddlewareHandler } from 'hono';
import { addReadTokenUse, type ReadTokenUse } from '../../db/access/read-token-counts.ts';
import type { Deps } from '../../deps.ts';
import { bearerOf } from '../access.ts';
import type { HttpContext, HttpEnv } from '../context.ts';

/** How long uses are added up before they are written; Cloudflare lets an event continue for 30 s. */
const COLLECT_MS = 10_000;
const TOO_MANY = 429;

/**
 * Identifies the holder of a read token, and counts its requests. Without named tokens it costs nothing; with them,
 * one statement every ten seconds per isolate, after the reply. Counts lack the uses that an isolate loses or
 * cannot write; nothing is ever counted twice.
 */
export function countReaders(): MiddlewareHandler<HttpEnv> {
  let uses = new Map<string, ReadTokenUse>();
  return async (c, next) => {
    const reader = await readerOf(c);
    c.set('reader', reader);
    await next();
    if (reader?.name == null) return;
    const isFirst = uses.size === 0;
    count(uses, reader.name, c.res.status === TOO_MANY);
    if (!isFirst) return;
    const deps = c.get('deps');
    c.executionCtx.waitUntil(
      deps.sleep(COLLECT_MS).then(() => {
        const collected = [...uses.values()];
        uses = new Map();
        return write(deps, collected);
      }),
    );
  };
}

async function readerOf(c: HttpContext) {
  const given = c.get('tokens').has_names ? bearerOf(c) : undefined;
  return given === undefined ? null : ((await c.get('tokens').holderOf('READ_TOKEN', given)) ?? null);
}

function count(uses: Map<string, ReadTokenUse>, name: string, isLimited: boolean): void {
  const use = uses.get(name) ?? { name, requests: 0, limited: 0 };
  use.requests += 1;
  if (isLimited) use.limited += 1;
  uses.set(name, use);
}

async function write({ db, log }: Deps, uses: ReadTokenUse[]): Promise<void> {
  try {
    await addReadTokenUse(db, uses);
  } catch (error) {
    const requests = uses.reduce((sum, use) => sum + use.requests, 0);
    // No retry, because the write may have been committed.
    log.warn('readers.not_counted', {
      requests,
      message: error instanceof Error ? error.message : 'unknown',
    });
  }
}
