import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface DeployedWorker {
  url: string;
  /** Bearer tokens it was asked with, by path. */
  asked: { path: string; token: string | undefined }[];
  close(): Promise<void>;
}

/** Answers what a deployment asks of the Worker, as the API does. `fails` has no rows from that source. */
export async function startDeployedWorker(options: { fails?: string } = {}): Promise<DeployedWorker> {
  const asked: DeployedWorker['asked'] = [];
  const sources = ['coinpaprika', 'coingecko'];
  const replies: Record<string, () => unknown> = {
    '/trigger-etl': () => ({ runs: sources.map((source, id) => ({ id, source, status: 'queued' })) }),
    '/runs/0': () => run('coinpaprika', options.fails),
    '/runs/1': () => run('coingecko', options.fails),
    '/health': () => ({ sources: [...sources.map((it) => health(it, options.fails)), health('csv', 'csv')] }),
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push({ path, token: request.headers.authorization });
    const reply = replies[path];
    response.writeHead(reply === undefined ? 404 : 200).end(JSON.stringify(reply?.()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => close(server) };
}

function run(source: string, fails: string | undefined) {
  const failed = source === fails;
  const rows = failed
    ? { read: 0, inserted: 0, duplicate: 0, rejected: 0 }
    : { read: 1001, inserted: 1000, duplicate: 0, rejected: 1 };
  const error = failed ? { code: 'upstream_key_refused', message: 'CoinGecko refused the key.' } : null;
  return { data: { source, status: failed ? 'failed' : 'succeeded', rows, error } };
}

const health = (source: string, fails: string | undefined) => ({
  source,
  last_success_at: source === fails ? null : '2026-01-10T10:00:00Z',
  message: source === fails ? 'Check the key.' : null,
});

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
