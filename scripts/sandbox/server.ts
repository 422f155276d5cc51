import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import * as coingecko from './coingecko.ts';
import * as coinlore from './coinlore.ts';
import * as coinpaprika from './coinpaprika.ts';
import { createFaultList, Fault, type FaultInput, type Reply, spoil } from './faults.ts';
import { createLimits, Limits, type LimitsInput } from './limits.ts';
import { type Coin, createMarket, SOURCES, type SourceId } from './market.ts';
import { chartFault, marketChart } from './market-chart.ts';
import { type Json, writeJson } from './number-text.ts';

/** One upstream request as received. Header names are lower case. */
export interface SeenRequest {
  at: string;
  source: SourceId;
  endpoint: string;
  /** Path with query, as sent. */
  url: string;
  headers: Record<string, string>;
  fault: string | null;
  /** null: the connection was broken without an answer. */
  status: number | null;
}

export interface Sandbox {
  port: number;
  /** The root; the API of each source is below its name: `${url}/coinpaprika`. */
  url: string;
  addFault(fault: FaultInput): void;
  clearFaults(): void;
  requests(): SeenRequest[];
  clearRequests(): void;
  /** Freezes the market at an instant; undefined lets it move again. */
  setClock(now: Date | undefined): void;
  close(): Promise<void>;
}

const REQUESTS_KEPT = 2000;
const CHART = /^\/coins\/([^/]+)\/market_chart$/;
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };
const Clock = z.strictObject({ now: z.iso.datetime({ offset: true }) });

/**
 * A local server that speaks every upstream API with a synthetic market. The market is the same for the same `seed`
 * and instant, and moves with the clock (or with `now`).
 *
 * Other processes can control it over HTTP: `GET|POST|DELETE /faults`, `GET|PUT|DELETE /limits`, `GET|DELETE
 * /requests`, `PUT|DELETE /clock` with `{ "now": "2026-01-01T00:00:00Z" }`.
 */
export async function startSandbox(
  options: {
    port?: number;
    host?: string;
    seed?: number;
    now?: () => Date;
    limits?: readonly LimitsInput[];
  } = {},
): Promise<Sandbox> {
  const coins = createMarket(options.seed ?? 1);
  const faults = createFaultList();
  const limits = createLimits(options.limits);
  const closing = new AbortController();
  let requests: SeenRequest[] = [];
  let frozen: Date | undefined;
  const now = () => frozen ?? options.now?.() ?? new Date();

  const orders: Record<string, (body: string) => unknown> = {
    'GET /faults': () => faults.list(),
    'POST /faults': (body) => faults.add(Fault.parse(JSON.parse(body))) && faults.list(),
    'DELETE /faults': () => faults.clear(),
    'GET /limits': () => limits.list(),
    'PUT /limits': (body) => limits.set(Limits.parse(JSON.parse(body))),
    'DELETE /limits': () => limits.clear(),
    'GET /requests': () => requests,
    'DELETE /requests': () => {
      requests = [];
    },
    'PUT /clock': (body) => {
      frozen = new Date(Clock.parse(JSON.parse(body)).now);
    },
    'DELETE /clock': () => {
      frozen = undefined;
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const order = orders[`${request.method} ${url.pathname}`];
    if (order) return obey(order, request, response);
    const [, name, ...rest] = url.pathname.split('/');
    const source = SOURCES.find((one) => one === name);
    if (source === undefined) return notFound(response);
    const endpoint = `/${rest.join('/')}`;
    const at = now();
    const refused = limits.count(source, at);
    const fault = refused === undefined ? faults.take(source, endpoint) : undefined;
    const call = { coins, source, endpoint, query: url.searchParams, at, request };
    const reply = refused ?? (await replyTo(call, fault, closing.signal));
    requests.push({
      at: at.toISOString(),
      source,
      endpoint,
      url: request.url ?? '',
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      ),
      fault: fault?.fault ?? null,
      status: reply?.status ?? null,
    });
    requests = requests.slice(-REQUESTS_KEPT);
    send(response, reply);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500, JSON_HEADERS).end(JSON.stringify({ error: String(error) }));
    });
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${host}:${port}`,
    addFault: (fault) => void faults.add(fault),
    clearFaults: () => faults.clear(),
    requests: () => requests,
    clearRequests() {
      requests = [];
    },
    setClock(instant) {
      frozen = instant;
    },
    async close() {
      closing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Call {
  coins: Coin[];
  source: SourceId;
  endpoint: string;
  query: URLSearchParams;
  at: Date;
  request: IncomingMessage;
}

async function replyTo(call: Call, fault: Fault | undefined, closing: AbortSignal): Promise<Reply | null> {
  const make = good(call);
  const refused = refusal(call, make !== undefined);
  if (refused) return refused;
  if (make === undefined) return null;
  if (fault) return spoil(fault, make, closing);
  return {
    status: 200,
    headers: { ...JSON_HEADERS, 'cache-control': 'public, max-age=60' },
    body: writeJson(make()),
  };
}

function good({ coins, source, endpoint, query, at }: Call): (() => Json) | undefined {
  const ms = at.getTime();
  const routes: Record<string, () => Json> = {
    'coinpaprika /tickers': () => coinpaprika.tickers(coins, ms),
    'coinpaprika /global': () => coinpaprika.global(coins, ms),
    'coingecko /coins/markets': () => coingecko.markets(coins, ms, query),
    'coingecko /coins/list': () => coingecko.list(coins, query),
    'coingecko /global': () => coingecko.global(coins, ms),
    'coingecko /exchange_rates': () => coingecko.exchangeRates(coins, ms),
    'coinlore /tickers/': () => coinlore.tickers(coins, ms, query),
  };
  const platform = source === 'coinpaprika' ? /^\/contracts\/([a-z0-9-]+)$/.exec(endpoint)?.[1] : undefined;
  if (platform !== undefined) return coinpaprika.contracts(coins, platform);
  const charted = source === 'coingecko' ? CHART.exec(endpoint)?.[1] : undefined;
  if (charted !== undefined) return marketChart(coins, decodeURIComponent(charted), ms, query);
  return routes[`${source} ${endpoint}`];
}

/** Requests that the real services also refuse. */
function refusal({ source, endpoint, query, request }: Call, known: boolean): Reply | undefined {
  const refuse = (status: number, body: unknown): Reply => ({
    status,
    headers: JSON_HEADERS,
    body: JSON.stringify(body),
  });
  if (source !== 'coingecko') return known ? undefined : refuse(404, { error: 'id not found' });
  if (!request.headers['user-agent']) {
    const error_message = 'Requests without a User-Agent are refused';
    return refuse(403, { status: { error_code: 403, error_message } });
  }
  if (!known) return refuse(404, { error: 'Incorrect path. Please check the documentation' });
  const chart = CHART.test(endpoint) ? chartFault(query) : undefined;
  if (chart) {
    const { status, ...told } = chart;
    return refuse(status, { error: { status: told } });
  }
  const fault = endpoint === '/coins/markets' ? coingecko.marketsFault(query) : undefined;
  return fault ? refuse(422, { error: fault }) : undefined;
}

function send(response: ServerResponse, reply: Reply | null): void {
  if (reply === null) {
    response.destroy();
    return;
  }
  const bytes = Buffer.from(reply.body);
  response.writeHead(reply.status, { ...reply.headers, 'content-length': bytes.length });
  if (reply.cut_at === undefined) response.end(bytes);
  else response.write(bytes.subarray(0, reply.cut_at), () => response.destroy());
}

async function obey(
  order: (body: string) => unknown,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    const result = order(Buffer.concat(chunks).toString('utf8'));
    response.writeHead(200, JSON_HEADERS).end(JSON.stringify(result ?? {}));
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : 'The body must be JSON.';
    response.writeHead(400, JSON_HEADERS).end(JSON.stringify({ error: message }));
  }
}

function notFound(response: ServerResponse): void {
  const paths = SOURCES.map((source) => `/${source}/…`).join(', ');
  const error = `The sandbox serves ${paths}, and takes orders at /faults, /limits, /requests, /clock.`;
  response.writeHead(404, JSON_HEADERS).end(JSON.stringify({ error }));
}
