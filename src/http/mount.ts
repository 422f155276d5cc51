import type { Hono } from 'hono';
import { demandAccess } from './access.ts';
import type { HttpEnv } from './context.ts';
import type { Endpoint } from './endpoint.ts';
import { copyOf, keepCopy } from './front/copies.ts';
import { answeredFromKept } from './front/kept.ts';

/** Adds an endpoint to an app, for callers that may use it. */
export function mount(app: Hono<HttpEnv>, endpoint: Endpoint): void {
  app.on(endpoint.method.toUpperCase(), routingPath(endpoint), async (c) => {
    c.set('depends_on', endpoint.depends_on);
    if (endpoint.is_read) c.set('is_read', true);
    await demandAccess(c, endpoint.access);
    const copy = await copyOf(c);
    if (copy !== null) return copy;
    const response = answeredFromKept(c, await endpoint.handle(c));
    keepCopy(c, response);
    return response;
  });
}

export const routingPath = ({ path }: Endpoint): string => path.replaceAll(/\{(\w+)\}/g, ':$1');
