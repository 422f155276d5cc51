import type { IncomingHttpHeaders } from 'node:http';
import type pg from 'pg';
import type { Fault } from './faults.ts';
import { REFUSALS, responseTooLarge } from './refusal.ts';

export interface Query {
  query: string;
  params?: (string | null)[];
}

export type Observe = (query: string, result: Pick<pg.QueryArrayResult, 'fields' | 'rows'>) => void;

export type Payload = Query | { queries: Query[] };

const ISOLATION: Record<string, string> = {
  ReadUncommitted: 'read uncommitted',
  ReadCommitted: 'read committed',
  RepeatableRead: 'repeatable read',
  Serializable: 'serializable',
};

interface Context {
  headers: IncomingHttpHeaders;
  fault: Fault | undefined;
  /** Aborts when the client has disconnected. */
  gone: AbortSignal;
  observe: Observe | undefined;
  bytes_max: number;
}

/** The JSON of the reply. A batch is one transaction; so is a single query with a fault. */
export async function run(client: pg.PoolClient, payload: Payload, context: Context): Promise<string> {
  const queries = 'queries' in payload ? payload.queries : [payload];
  const reply = (results: string[]) => ('queries' in payload ? `{"results":[${results}]}` : results.join());
  if (!('queries' in payload) && context.fault === undefined)
    return reply(await runAll(client, queries, context));
  await client.query(beginOf(context.headers, context.fault));
  try {
    const results = await runAll(client, queries, context);
    if (context.fault?.at === 'committing') throw REFUSALS.connection_closed;
    await client.query('commit');
    return reply(results);
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

function beginOf(headers: IncomingHttpHeaders, fault: Fault | undefined): string {
  const header = (name: string) => headers[`neon-batch-${name}`];
  const level = header('isolation-level');
  const isolation = level === undefined ? undefined : ISOLATION[String(level)];
  if (level !== undefined && isolation === undefined) throw REFUSALS.isolation_level;
  const options = [
    isolation && `isolation level ${isolation}`,
    (header('read-only') === 'true' || fault?.at === 'read_only') && 'read only',
    header('deferrable') === 'true' && 'deferrable',
  ];
  return `begin ${options.filter(Boolean).join(' ')}`;
}

/** One after another, until one fails, the reply exceeds its limit, or the client has disconnected. */
async function runAll(client: pg.PoolClient, queries: Query[], context: Context): Promise<string[]> {
  const results: string[] = [];
  let size = 0;
  for (const query of queries) {
    const result = await runOne(client, query, context.observe);
    context.gone.throwIfAborted();
    size += result.length;
    if (size > context.bytes_max) throw responseTooLarge(context.bytes_max);
    results.push(result);
  }
  return results;
}

async function runOne(
  client: pg.PoolClient,
  { query, params }: Query,
  observe: Observe | undefined,
): Promise<string> {
  const result = await client.query({
    text: query,
    values: params ?? [],
    rowMode: 'array',
    queryMode: 'extended',
  } as pg.QueryArrayConfig);
  observe?.(query, result);
  const { fields, rows, command, rowCount } = result;
  return JSON.stringify({ fields, rows, command, rowCount, rowAsArray: true });
}
