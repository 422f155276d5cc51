import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { ErrorCode } from '../errors.ts';
import type { Access } from './access.ts';
import type { Endpoint } from './endpoint.ts';
import { problems } from './responses.ts';
import { RELEASE } from './service/version.ts';

/** The OpenAPI 3.1 document of some endpoints, as plain JSON. */
export function buildDocument(endpoints: readonly Endpoint[]): object {
  const app = registered(endpoints);
  for (const [name, variable] of Object.entries(TOKENS))
    app.openAPIRegistry.registerComponent('securitySchemes', name, {
      type: 'http',
      scheme: 'bearer',
      description: `A token of the variable ${variable}${name === 'readToken' ? BULK : ''}.`,
    });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'cointape',
      version: RELEASE,
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
      description:
        'The consolidated tape of crypto market data: exact digits, every number traceable to the bytes it came ' +
        'from. Unknown is null. Instants are UTC. Errors are application/problem+json.',
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'Data', description: 'The data of the sources.' },
      { name: 'Assets', description: 'Which coin is which, and where sources disagree.' },
      { name: 'Proof', description: 'The bytes behind the numbers.' },
      { name: 'Ingestion', description: 'How the data got here.' },
      { name: 'Uploads', description: 'History from files.' },
      { name: 'Service', description: 'The service itself.' },
    ],
  });
}

/** A remark that depends on a parameter, so the document cannot make it per route. */
const BULK = '. /changes and exports without limit may need one where pages do not';

const TOKENS = { readToken: 'READ_TOKEN', schedulerToken: 'SCHEDULER_TOKEN', uploadToken: 'UPLOAD_TOKEN' };

function registered(endpoints: readonly Endpoint[]): OpenAPIHono {
  const app = new OpenAPIHono();
  for (const { method, path, access, spec } of endpoints) {
    if (spec === undefined) continue;
    const responses = { ...commonProblems(access, path), ...spec.responses };
    app.openAPIRegistry.registerPath({
      method,
      path,
      operationId: operationId(method, path),
      ...spec,
      ...security(access),
      responses,
    });
  }
  return app;
}

/** `get /runs/{id}` → `getRunsById`. */
const operationId = (method: string, path: string): string =>
  method +
  path
    .replaceAll(/\{(\w)(\w*)\}/g, (_, first: string, rest: string) => `by-${first}${rest}`)
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

// A token that only some deployments require is optional here: an empty requirement is "none".
function security(access: Access): Pick<RouteConfig, 'security'> {
  if (access === 'open') return {};
  if (access === 'upload') return { security: [{ uploadToken: [] }] };
  return { security: access === 'scheduler' ? [{ schedulerToken: [] }] : [{}, { readToken: [] }] };
}

/** Other stores that may be temporarily unavailable. */
const STORES: Partial<Record<Access, readonly ErrorCode[]>> = {
  raw: ['storage_unavailable'],
  upload: ['storage_unavailable', 'queue_unavailable'],
  scheduler: ['queue_unavailable'],
};

function commonProblems(access: Access, path: string): RouteConfig['responses'] {
  if (path === '/livez') return {};
  const token = access === 'open' ? [] : (['unauthorized', 'not_configured'] as const);
  const stores = STORES[access] ?? [];
  return problems(...token, 'rate_limited', 'internal', 'misconfigured', 'database_unavailable', ...stores);
}
