import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { bodyText } from '../json-body.ts';
import { problems } from '../responses.ts';
import * as z from '../zod.ts';
import { demandOrigin } from './origin.ts';
import { serveMessage } from './serve.ts';

/** The size of a call with the longest names that a route accepts. */
const BODY_BYTES_MAX = 100_000;

const Id = z.union([z.string(), z.number()]);
const EXAMPLE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'get_prices', arguments: { asset: 'btc-bitcoin' } },
} as const;

const Message = z
  .object({
    jsonrpc: z.literal('2.0'),
    id: Id.optional().openapi({ description: 'Absent of a notification.' }),
    method: z.string(),
    params: z.looseObject({}).optional(),
  })
  .openapi({ example: EXAMPLE });

const Reply = z
  .object({
    jsonrpc: z.literal('2.0'),
    id: Id.nullable().optional(),
    result: z.looseObject({}).optional(),
    error: z.looseObject({ code: z.number().int(), message: z.string() }).optional(),
  })
  .openapi('JsonRpcReply');

const refused = (description: string) => ({
  description,
  content: { 'application/json': { schema: Reply } },
});

export const mcp: Endpoint = {
  method: 'post',
  path: '/mcp',
  access: 'read',
  is_read: true,
  headers: ['MCP-Protocol-Version', 'Mcp-Method', 'Mcp-Name', 'Mcp-Session-Id', 'Last-Event-ID'],
  spec: {
    tags: ['Service'],
    summary: 'The tape for agents: Model Context Protocol, streamable HTTP',
    description:
      'One JSON-RPC message per request, without sessions. The tools read the same data as the ' +
      'routes, with the same ids, flags and attribution; docs/agents.md shows how to connect ' +
      'agents.',
    request: { body: { required: true, content: { 'application/json': { schema: Message } } } },
    responses: {
      200: {
        description: 'The reply.',
        content: {
          'application/json': { schema: Reply },
        },
      },
      202: { description: 'A notification or a reply, accepted.' },
      400: refused('Not a JSON-RPC message, several messages, or an unsupported version of the protocol.'),
      404: refused('No method of this name.'),
      ...problems('foreign_origin', 'payload_too_large'),
    },
  },
  handle: postMcp,
};

async function postMcp(c: HttpContext): Promise<Response> {
  demandOrigin(c);
  return serveMessage(c, await bodyText(c, BODY_BYTES_MAX));
}
