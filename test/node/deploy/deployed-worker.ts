import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The requests to a deployed Worker, with their bearer tokens. */
export interface Asked {
  path: string;
  token: string | undefined;
}

export interface DeployedWorker {
  url: string;
  asked: Asked[];
  close(): Promise<void>;
}

const SOURCES = ['coinpaprika', 'coingecko'];

/**
 * The replies of a Worker's API to a deployment; the sources in `fails` have no rows. Undefined for any other
 * request.
 */
export function answerOfWorker(path: string, fails: readonly string[] = []): unknown {
  const replies: Record<string, () => unknown> = {
    '/trigger-etl': () => ({ runs: SOURCES.map((source, id) => ({ id, source, status: 'queued' })) }),
    '/runs/0': () => run('coinpaprika', fails),
    '/runs/1': () => run('coingecko', fails),
    '/health': () => ({
      sources: [...SOURCES.map((source) => health(source, fails)), health('csv', ['csv'])],
    }),
  };
  return replies[path]?.();
}

/** The same as a server. */
export async function startDeployedWorker(fails: readonly string[] = []): Promise<DeployedWorker> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push({ path, token: request.headers.authorization });
    const reply = answerOfWorker(path, fails);
    response.writeHead(reply === undefined ? 404 : 200).end(JSON.stringify(reply));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => close(server) };
}

function run(source: string, fails: readonly string[]) {
  const failed = fails.includes(source);
  const rows = failed
    ? { read: 0, inserted: 0, duplicate: 0, rejected: 0 }
    : { read: 1001, inserted: 1000, duplicate: 0, rejected: 1 };
  const error = failed ? { code: 'upstream_key_refused', message: 'CoinGecko refused the key.' } : null;
  return { data: { source, status: failed ? 'failed' : 'succeeded', rows, error } };
}

const health = (source: string, fails: readonly string[]) => ({
  source,
  last_success_at: fails.includes(source) ? null : '2026-01-10T10:00:00Z',
  message: fails.includes(source) ? 'Check the key.' : null,
});

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
