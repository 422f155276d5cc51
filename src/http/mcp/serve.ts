import type { McpServer } from '@modelcontextprotocol/server';
import type { HttpContext } from '../context.ts';
import { RELEASE } from '../service/version.ts';
import { routesFor } from './ask.ts';
import type * as Sdk from './sdk.ts';
import { TOOLS } from './tools/list.ts';
import { DATA_NOTE } from './words.ts';

const INSTRUCTIONS =
  'Crypto market data with proof: prices, candles and observations of several sources, each number with its source, its ' +
  'UTC instant and an id. Ask by `asset` (our id, such as btc-bitcoin; source:external_id; or chain:address); ' +
  'search_assets finds it. A symbol such as BTC is shared by several coins: when an answer says AMBIGUOUS, ask the user ' +
  'which one is meant, and never choose by size. When it says STALE, say so with the instant. Numbers are exact decimal ' +
  `texts in US dollars: quote them unchanged, and name the sources of the attribution. ${DATA_NOTE}`;

/** Answers one message of a client. There is no state between messages, so any isolate can answer the next. */
export async function serveMessage(c: HttpContext, text: string): Promise<Response> {
  // One message is one request of the rate limit. Batches were part of the protocol for three months, in 2025.
  if (text.trimStart().startsWith('['))
    return refuse('Send one message per request: batches are not accepted.');
  // Loaded on first use: the protocol is a fifth of the bundle, and no other route needs it.
  const sdk = await import('./sdk.ts');
  const request = new Request(c.req.url, { method: 'POST', headers: headersOf(c), body: text });
  if (await sdk.isLegacyRequest(request)) return serveSessionless(c, sdk, request);
  const handler = sdk.createMcpHandler(() => serverOf(c, sdk), {
    legacy: 'reject',
    // Nothing here changes, so there is nothing to subscribe to.
    maxSubscriptions: 0,
    onerror: (error) => c.get('deps').log.debug('mcp.refused', { message: error.message }),
  });
  return handler.fetch(request);
}

/** Message and answer are JSON, whatever the client accepts, as on every route. */
function headersOf(c: HttpContext): Headers {
  const headers = new Headers(c.req.raw.headers);
  headers.set('Accept', 'application/json, text/event-stream');
  headers.set('Content-Type', 'application/json');
  return headers;
}

/** Clients up to 2025-11-25, which begin with `initialize`. */
async function serveSessionless(c: HttpContext, sdk: typeof Sdk, request: Request): Promise<Response> {
  const server = serverOf(c, sdk);
  const transport = new sdk.WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  try {
    return await transport.handleRequest(request);
  } finally {
    await server.close();
  }
}

function serverOf(c: HttpContext, sdk: typeof Sdk): McpServer {
  const server = new sdk.McpServer(
    { name: 'cointape', title: 'cointape: the consolidated tape of crypto market data', version: RELEASE },
    { capabilities: { tools: { listChanged: false } }, instructions: INSTRUCTIONS },
  );
  const ask = routesFor(c);
  for (const register of TOOLS) register(server, c, ask);
  return server;
}

const refuse = (message: string): Response =>
  Response.json({ jsonrpc: '2.0', id: null, error: { code: -32600, message } }, { status: 400 });
