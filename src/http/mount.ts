import type { Hono } from 'hono';
import { demandAccess } from './access.ts';
import type { HttpEnv } from './context.ts';
import type { Endpoint } from './endpoint.ts';

/** Lets an app answer an endpoint to who may use it. */
export function mount(app: Hono<HttpEnv>, endpoint: Endpoint): void {
  app.on(endpoint.method.toUpperCase(), routingPath(endpoint), async (c) => {
    if (endpoint.is_read) c.set('is_read', true);
    await demandAccess(c, endpoint.access);
    return endpoint.handle(c);
  });
}

export const routingPath = ({ path }: Endpoint): string => path.replaceAll(/\{(\w+)\}/g, ':$1');
