import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import { Faults } from './neon-server/faults.ts';
import { ofConnecting, ofStatement, REFUSALS, RecordFault, requestTooLarge } from './neon-server/refusal.ts';
import { type Observe, type Payload, run } from './neon-server/run.ts';

// Speaks Neon's SQL-over-HTTP protocol in front of any Postgres, so the Worker's only driver works on a laptop.
// Sources of the protocol: the published driver (@neondatabase/serverless 1.2) and the open Neon proxy
// (proxy/src/serverless/sql_over_http.rs). Unlike the proxy it offers no CORS: no page may call it.

/** The maximum of a request, and of the JSON of a reply. */
const BYTES_MAX = 64 * 1024 * 1024;

export type { Observe };

export interface NeonServer {
  port: number;
  /** The Worker's DATABASE_URL. */
  url: string;
  /** Requests answered so far: the product's database round trips. */
  requests(): number;
  /** Faults of the next requests. Empty unless a test plans some. */
  faults: Faults;
  close(): Promise<void>;
}

interface Backend {
  pool: pg.Pool;
  /** Whether a second connection can cancel the statement of another. */
  cancels: boolean;
  faults: Faults;
  user: string;
  observe: Observe | undefined;
  bytes_max: number;
}

/** Starts the server in front of `target`. `connections` is 1 for a single-session database. */
export async function startNeonServer(options: {
  target: string;
  connections: number;
  /** Reaches the target in place of a socket. */
  connect?: () => Duplex;
  port?: number;
  host?: string;
  /** Sees every statement that succeeds. */
  observe?: Observe;
  /** The size limit of a request and of a reply; Neon's limit by default. */
  bytes_max?: number;
}): Promise<NeonServer> {
  const pool = new pg.Pool({
    connectionString: options.target,
    max: options.connections,
    connectionTimeoutMillis: 5_000,
    types: { getTypeParser: () => (text: unknown) => text },
    ...(options.connect && { stream: options.connect }),
  });
  pool.on('error', () => {}); // An idle connection that fails is replaced at the next query.
  // A connection that fails in use fails its query. Without a listener it would end this process too.
  pool.on('connect', (client) => client.on('error', () => {}));
  const faults = new Faults();
  const user = new URL(options.target).username;
  const { observe, bytes_max = BYTES_MAX } = options;
  const backend = { pool, cancels: options.connections > 1, faults, user, observe, bytes_max };
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    answer(backend, request, response).then(
      (body) => reply(response, 200, body),
      (error: unknown) => {
        const { status, body } = error instanceof RecordFault ? error : ofStatement(error);
        reply(response, status, JSON.stringify(body));
      },
    );
  });
  await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `postgres://cointape:cointape@127.0.0.1:${port}/cointape`,
    requests: () => requests,
    faults,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await pool.end();
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}

/** The JSON of a reply with status 200. Any other reply is thrown. */
async function answer(backend: Backend, request: IncomingMessage, response: ServerResponse): Promise<string> {
  if (request.method !== 'POST' || request.url !== '/sql') throw new RecordFault(404, 'POST /sql');
  // Pages of other sites can post here, but only without custom headers.
  if (request.headers['neon-connection-string'] === undefined) throw REFUSALS.no_connection_string;
  const text = await readBody(request, backend.bytes_max);
  const payload = payloadOf(text);
  const fault = backend.faults.take(text);
  if (fault?.at === 'connecting') throw REFUSALS[fault.reply ?? 'compute_unreachable'];
  const client = await backend.pool.connect().catch((error: unknown) => {
    throw ofConnecting(error, backend.user);
  });
  const gone = new AbortController();
  let cancelled: Promise<void> | undefined;
  const leave = () => {
    if (response.writableFinished) return;
    gone.abort(REFUSALS.connection_closed);
    if (backend.cancels) cancelled = cancel(backend.pool, client);
  };
  response.once('close', leave);
  let broken = false;
  try {
    const { observe, bytes_max } = backend;
    const context = { headers: request.headers, fault, gone: gone.signal, observe, bytes_max };
    const json = await run(client, payload, context);
    if (fault?.at === 'committed') throw REFUSALS[fault.reply ?? 'connection_closed'];
    return json;
  } catch (error) {
    const refusal = ofStatement(error);
    broken = refusal === REFUSALS.connection_closed;
    throw refusal;
  } finally {
    response.off('close', leave);
    await cancelled;
    client.release(broken || gone.signal.aborted); // A late cancel must not hit the next query.
  }
}

/** The client has disconnected: the server stops the running statement, so nothing of it is committed. */
async function cancel(pool: pg.Pool, client: pg.PoolClient): Promise<void> {
  const { processID } = client as pg.PoolClient & { processID: number };
  await pool.query('select pg_cancel_backend($1)', [processID]).catch(() => {});
}

function payloadOf(text: string): Payload {
  try {
    return JSON.parse(text) as Payload;
  } catch {
    throw REFUSALS.unreadable;
  }
}

function readBody(request: IncomingMessage, max: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= max) chunks.push(chunk);
    });
    request.on('end', () => {
      if (size > max) reject(requestTooLarge(max));
      else resolve(Buffer.concat(chunks).toString('utf8'));
    });
    request.on('error', reject);
  });
}

function reply(response: ServerResponse, status: number, json: string): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(json);
}
