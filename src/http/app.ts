import { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { behindFrontCache, type Deps, makeDeps } from '../deps.ts';
import type { Env } from '../env.ts';
import { AppError } from '../errors.ts';
import { type FrontCalls, noCallsYet } from '../front-cache.ts';
import { eventOf, type HttpEnv } from './context.ts';
import type { Endpoint } from './endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';
import { preflight, replyHeaders } from './headers.ts';
import { mount, routingPath } from './mount.ts';
import { problem } from './problem.ts';
import { rateLimit } from './rate-limit.ts';
import { livez } from './service/livez.ts';
import { acceptedTokens } from './tokens/accepted.ts';
import { countReaders } from './tokens/readers.ts';

/** HTTP requests give up on the database sooner than loads do. */
const DATABASE_MS_MAX = 10_000;

interface AppOptions {
  /** Tests pass their own. */
  makeDeps?: (env: Env) => Deps;
  /** The calls of this isolate to the cache in front. */
  calls?: FrontCalls;
}

/** The HTTP side of the Worker. */
export function createApp({ calls = noCallsYet(), ...options }: AppOptions = {}): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>();
  const depsOf = options.makeDeps ?? madeOnce((env: Env) => makeDeps(env, DATABASE_MS_MAX));
  app.onError((error, c) => problem(c, error));
  app.notFound((c) =>
    problem(c, new AppError('not_found', `There is nothing at ${c.req.path}. See / and /docs.`)),
  );
  app.use(replyHeaders);
  mount(app, livez); // first, because later steps may fail
  const tokensOf = madeOnce(acceptedTokens);
  app.use(async (c, next) => {
    const base = depsOf(c.env);
    const event = eventOf(c);
    const deps = event === null ? base : behindFrontCache(base, event, calls);
    c.set('deps', deps);
    c.set('tokens', tokensOf(deps.settings));
    await next();
  });
  app.use(logRequest);
  app.use(countReaders());
  app.use(rateLimit);
  for (const endpoint of ENDPOINTS) if (endpoint !== livez) mount(app, endpoint);
  for (const [path, methods] of methodsByPath(ENDPOINTS)) {
    app.options(path, () => preflight([...methods, 'OPTIONS'], readingMethods(path), readingHeaders(path)));
    app.all(path, (c) => {
      throw new AppError('method_not_allowed', `${c.req.method} is not allowed on ${c.req.path}.`, {
        extensions: { allow: [...methods, 'OPTIONS'] },
      });
    });
  }
  return app;
}

/** A value without state of a request; it is reused while its input is the same object. */
function madeOnce<Of extends object, Made>(make: (of: Of) => Made): (of: Of) => Made {
  const made = new WeakMap<Of, Made>();
  return (of) => {
    const known = made.get(of) ?? make(of);
    made.set(of, known);
    return known;
  };
}

function methodsByPath(endpoints: readonly Endpoint[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const endpoint of endpoints) {
    const own = endpoint.method === 'get' ? ['GET', 'HEAD'] : ['POST'];
    methods.set(routingPath(endpoint), [...(methods.get(routingPath(endpoint)) ?? []), ...own]);
  }
  return methods;
}

const endpointsAt = (path: string) => ENDPOINTS.filter((endpoint) => routingPath(endpoint) === path);

/** The methods of a path that change nothing. */
const readingMethods = (path: string): string[] =>
  endpointsAt(path).flatMap(({ method, is_read }) =>
    method === 'get' ? ['GET', 'HEAD'] : is_read ? ['POST'] : [],
  );

const readingHeaders = (path: string): string[] => endpointsAt(path).flatMap(({ headers = [] }) => headers);

// In production the platform traces requests (wrangler.toml sets the share), and `wrangler dev` prints each. Our
// own log line would cost as much time as the rest of a small reply.
const logRequest: MiddlewareHandler<HttpEnv> = async (c, next) => {
  await next();
  c.get('deps').log.debug('request.answered', {
    request_id: c.get('request_id'),
    method: c.req.method,
    path: c.req.path,
    status: c.res.status,
    duration_ms: Date.now() - c.get('started_ms'),
  });
};
