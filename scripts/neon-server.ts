import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';

// Speaks Neon's SQL-over-HTTP protocol in front of any Postgres, so that the Worker's one driver works on
// a laptop. Protocol facts: the published driver (@neondatabase/serverless 1.2) and the open Neon proxy.

interface Query {
  query: string;
  params?: (string | null)[];
}

const ISOLATION: Record<string, string> = {
  ReadUncommitted: 'read uncommitted',
  ReadCommitted: 'read committed',
  RepeatableRead: 'repeatable read',
  Serializable: 'serializable',
};
const BODY_BYTES_MAX = 64 * 1024 * 1024; // Neon's own limit
const PG_ERROR_FIELDS = [
  'severity',
  'code',
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'where',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const;

export type Observe = (query: string, result: Pick<pg.QueryArrayResult, 'fields' | 'rows'>) => void;

export interface NeonServer {
  port: number;
  /** What the Worker gets as DATABASE_URL. */
  url: string;
  /** Requests answered so far: the product's database round trips. */
  requests(): number;
  close(): Promise<void>;
}

/** Starts the server before `target`. `connections` is 1 for a single-session database. */
export async function startNeonServer(options: {
  target: string;
  connections: number;
  port?: number;
  host?: string;
  /** Sees every statement that succeeds. */
  observe?: Observe;
}): Promise<NeonServer> {
  const pool = new pg.Pool({
    connectionString: options.target,
    max: options.connections,
    connectionTimeoutMillis: 5_000,
    types: { getTypeParser: () => (text: unknown) => text },
  });
  pool.on('error', () => {}); // an idle connection that dies is replaced at the next query
  // One that dies in use fails its query; without a listener it would end this process too.
  pool.on('connect', (client) => client.on('error', () => {}));
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    answer({ pool, observe: options.observe }, request, response).catch((error: unknown) => {
      reply(response, 500, { message: error instanceof Error ? error.message : String(error) });
    });
  });
  await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `postgres://cointape:cointape@127.0.0.1:${port}/cointape`,
    requests: () => requests,
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

interface Target {
  pool: pg.Pool;
  observe: Observe | undefined;
}

async function answer(
  { pool, observe }: Target,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST' || request.url !== '/sql')
    return reply(response, 404, { message: 'POST /sql' });
  // Pages of other sites can post here, but not with a header of their own.
  if (request.headers['neon-connection-string'] === undefined)
    return reply(response, 403, { message: 'the header Neon-Connection-String is missing' });
  const body = JSON.parse(await readBody(request)) as Query | { queries: Query[] };
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    return reply(response, 500, { message: `cannot connect to the database (${String(code ?? error)})` });
  }
  let broken: Error | undefined;
  try {
    const result =
      'queries' in body
        ? await runBatch(client, body.queries, request, observe)
        : await runOne(client, body, observe);
    reply(response, 200, result);
  } catch (error) {
    if (!isSqlError(error)) broken = error as Error;
    if (isSqlError(error)) reply(response, 400, errorBody(error));
    else reply(response, 500, { message: 'the connection to the database was lost' });
  } finally {
    client.release(broken);
  }
}

async function runBatch(
  client: pg.PoolClient,
  queries: Query[],
  request: IncomingMessage,
  observe: Observe | undefined,
) {
  const header = (name: string) => request.headers[`neon-batch-${name}`];
  const isolation = ISOLATION[String(header('isolation-level'))];
  const options = [
    isolation && `isolation level ${isolation}`,
    header('read-only') === 'true' && 'read only',
    header('deferrable') === 'true' && 'deferrable',
  ].filter(Boolean);
  await client.query(`begin ${options.join(' ')}`);
  try {
    const results = [];
    for (const query of queries) results.push(await runOne(client, query, observe));
    await client.query('commit');
    return { results };
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

async function runOne(client: pg.PoolClient, { query, params }: Query, observe: Observe | undefined) {
  const result = await client.query({
    text: query,
    values: params ?? [],
    rowMode: 'array',
    queryMode: 'extended',
  } as pg.QueryArrayConfig);
  observe?.(query, result);
  return {
    fields: result.fields,
    rows: result.rows,
    command: result.command,
    rowCount: result.rowCount,
    rowAsArray: true,
  };
}

function isSqlError(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && typeof error.code === 'string';
}

function errorBody(error: pg.DatabaseError): Record<string, unknown> {
  return {
    message: error.message,
    ...Object.fromEntries(PG_ERROR_FIELDS.map((field) => [field, error[field] ?? null])),
  };
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_BYTES_MAX) reject(new Error('request larger than 64 MB'));
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
