import { AppError } from '../../errors.ts';
import { DESCRIPTIONS } from '../../sources/registry.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { addVary, PAGE_POLICY } from '../headers.ts';
import { NO_PARAMETERS, readQuery } from '../query.ts';
import { json } from '../reply.ts';
import { problems } from '../responses.ts';
import { Attribution, Source } from '../schemas.ts';
import * as z from '../zod.ts';
import { deployedVersion } from './version.ts';

const Description = z
  .object({
    name: z.literal('cointape'),
    description: z.string(),
    version: z.string(),
    upstreams: z.enum(['live', 'sandbox']),
    docs: z.string(),
    openapi: z.string(),
    endpoints: z.array(z.object({ method: z.string(), path: z.string(), summary: z.string() })),
    sources: z.array(
      z.object({
        source: Source,
        title: z.string(),
        polled: z.boolean().openapi({ description: 'Whether it is polled.' }),
        attribution: Attribution,
      }),
    ),
  })
  .openapi('Description');

/** GET /: a page for browsers, a description with the list of endpoints for programs. */
export function root(endpoints: () => readonly Endpoint[]): Endpoint {
  return {
    method: 'get',
    path: '/',
    access: 'open',
    spec: {
      tags: ['Service'],
      summary: 'A description of the service',
      description: 'A page for browsers (Accept: text/html), otherwise JSON.',
      responses: {
        200: {
          description: 'Description and endpoints.',
          content: { 'application/json': { schema: Description }, 'text/html': { schema: z.string() } },
        },
        304: { description: 'The page is still the one that If-None-Match names.' },
        ...problems('invalid_request'),
      },
    },
    handle: (c) => getRoot(c, endpoints()),
  };
}

/** GET /ops: the page for operators. It is the same file, which reads its address. */
export const ops: Endpoint = {
  method: 'get',
  path: '/ops',
  access: 'open',
  handle: async (c) => {
    const response = await pageReply(c);
    if (response === null) throw new AppError('not_found', 'This deployment has no dashboard.');
    return response;
  },
};

async function getRoot(c: HttpContext, endpoints: readonly Endpoint[]): Promise<Response> {
  const response = (wantsPage(c) ? await pageReply(c) : null) ?? describe(c, endpoints);
  addVary(response.headers, 'Accept');
  return response;
}

const wantsPage = (c: HttpContext): boolean =>
  (c.req.header('Accept') ?? '')
    .split(',')
    .some((part) => /^\s*(text\/html|application\/xhtml\+xml)/i.test(part));

/** The dashboard from the static assets, whose query is for the page itself; null without assets. */
async function pageReply(c: HttpContext): Promise<Response | null> {
  const seen = c.req.header('If-None-Match');
  const headers = seen === undefined ? {} : { 'If-None-Match': seen };
  const asset = await c.env.ASSETS?.fetch(new URL('/', c.req.url), { headers });
  if (asset === undefined || !(asset.ok || asset.status === 304)) return null;
  const response = new Response(asset.body, asset);
  response.headers.set('Content-Security-Policy', PAGE_POLICY);
  response.headers.set('Cache-Control', 'no-cache');
  return response;
}

function describe(c: HttpContext, endpoints: readonly Endpoint[]): Response {
  readQuery(c, NO_PARAMETERS);
  const { settings } = c.get('deps');
  return json({
    name: 'cointape',
    description:
      'The consolidated tape of crypto market data: exact digits, every number traceable to the bytes it came from.',
    version: deployedVersion(c.env),
    upstreams: settings.UPSTREAMS,
    docs: '/docs',
    openapi: '/openapi.json',
    endpoints: endpoints.flatMap(({ method, path, spec }) =>
      spec ? [{ method: method.toUpperCase(), path, summary: spec.summary ?? '' }] : [],
    ),
    sources: DESCRIPTIONS.map(({ id, title, attribution }) => ({
      source: id,
      title,
      polled: settings.SOURCES.some((on) => on === id),
      attribution,
    })),
  } satisfies z.infer<typeof Description>);
}
