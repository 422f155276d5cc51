import { swaggerUI } from '@hono/swagger-ui';
import { frontHeaders } from '../caching.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { buildDocument } from '../document.ts';
import type { Endpoint } from '../endpoint.ts';
import { PAGE_POLICY } from '../headers.ts';
import { NO_PARAMETERS, readQuery } from '../query.ts';
import { json } from '../reply.ts';
import { docsHeader } from './docs-frame.ts';

const HOUR_SECONDS = 3600;
/** They change only with a release, and each release has its own cache in front. */
const FRONT_SECONDS = 86_400;

const keptHeaders = (c: HttpContext): Record<string, string> => ({
  'Cache-Control': `public, max-age=${HOUR_SECONDS}`,
  ...frontHeaders(c, FRONT_SECONDS),
});

/** GET /openapi.json: the document of these endpoints, built at the first request of an isolate. */
export function openapiJson(endpoints: () => readonly Endpoint[]): Endpoint {
  let document: object | undefined;
  return {
    method: 'get',
    path: '/openapi.json',
    access: 'open',
    depends_on: 'release',
    handle: (c) => {
      readQuery(c, NO_PARAMETERS);
      document ??= buildDocument(endpoints());
      return json(document, keptHeaders(c));
    },
  };
}

// Only our own files, including the initialiser: the policy of the page allows nothing inline.
const render = swaggerUI<HttpEnv>({
  title: 'cointape API',
  url: '/openapi.json',
  manuallySwaggerUIHtml: () => `
    <link rel="stylesheet" href="/vendor/swagger-ui/swagger-ui.css" />
    <link rel="stylesheet" href="/docs.css" />
    ${docsHeader('/docs')}
    <div id="swagger-ui"><p>The document itself is at <a href="/openapi.json">/openapi.json</a>.</p></div>
    <script src="/docs.js"></script>
    <script src="/vendor/swagger-ui/swagger-ui-bundle.js"></script>`,
});

export const docs: Endpoint = {
  method: 'get',
  path: '/docs',
  access: 'open',
  depends_on: 'release',
  handle: async (c) => {
    const page = await render(c, async () => {});
    const response = new Response((page as Response).body, page as Response);
    response.headers.set('Content-Security-Policy', PAGE_POLICY);
    for (const [name, value] of Object.entries(keptHeaders(c))) response.headers.set(name, value);
    return response;
  },
};
