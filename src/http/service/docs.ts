import { swaggerUI } from '@hono/swagger-ui';
import type { HttpEnv } from '../context.ts';
import { buildDocument } from '../document.ts';
import type { Endpoint } from '../endpoint.ts';
import { PAGE_POLICY } from '../headers.ts';
import { readQuery } from '../query.ts';
import { json } from '../reply.ts';
import * as z from '../zod.ts';

const HOUR = 'public, max-age=3600';

/** GET /openapi.json: the document of these endpoints, built at the first request of an isolate. */
export function openapiJson(endpoints: () => readonly Endpoint[]): Endpoint {
  let document: object | undefined;
  return {
    method: 'get',
    path: '/openapi.json',
    access: 'open',
    handle: (c) => {
      readQuery(c, z.object({}));
      document ??= buildDocument(endpoints());
      return json(document, { 'Cache-Control': HOUR });
    },
  };
}

// Our own files only, and the initialiser is one of them: the policy of the page allows nothing inline.
const render = swaggerUI<HttpEnv>({
  title: 'cointape API',
  url: '/openapi.json',
  manuallySwaggerUIHtml: () => `
    <link rel="stylesheet" href="/vendor/swagger-ui/swagger-ui.css" />
    <link rel="stylesheet" href="/docs.css" />
    <div id="swagger-ui"><p>The document itself is at <a href="/openapi.json">/openapi.json</a>.</p></div>
    <script src="/docs.js"></script>
    <script src="/vendor/swagger-ui/swagger-ui-bundle.js"></script>`,
});

export const docs: Endpoint = {
  method: 'get',
  path: '/docs',
  access: 'open',
  handle: async (c) => {
    const page = await render(c, async () => {});
    const response = new Response((page as Response).body, page as Response);
    response.headers.set('Content-Security-Policy', PAGE_POLICY);
    response.headers.set('Cache-Control', HOUR);
    return response;
  },
};
