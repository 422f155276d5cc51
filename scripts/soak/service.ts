import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildWorker } from '../bench/bundle.ts';
import { createDatabase } from '../bench/database.ts';
import { startPostgres } from '../bench/postgres.ts';
import { startWorkers, type Workers } from '../bench/worker.ts';
import { startEmbeddedPostgres } from '../embedded-postgres.ts';
import { applyMigrations } from '../migrations.ts';
import { startNeonServer } from '../neon-server.ts';
import { startSandbox } from '../sandbox/server.ts';
import { type StallProxy, startStallProxy } from './stall-proxy.ts';

const DATABASE = 'soak';
const CONNECTIONS = 20;

/** The Worker as deployed, twice on one database: without and with a limit of requests. */
export interface Service {
  workers: Workers;
  url: string;
  limited_url: string;
  /** Null if the database is embedded. */
  wire: StallProxy | null;
}

/** Builds and starts everything; `opened` closes it. */
export async function startService(folder: string, opened: AsyncDisposableStack): Promise<Service> {
  const database = await openDatabase(opened);
  const server = opened.adopt(await startNeonServer(database), (it) => it.close());
  const sandbox = opened.adopt(await startSandbox(), (it) => it.close());
  const { path: script } = await buildWorker(join(folder, 'bundle'));
  const variables = {
    DATABASE_URL: server.url,
    COINPAPRIKA_BASE_URL: `${sandbox.url}/coinpaprika`,
    COINGECKO_BASE_URL: `${sandbox.url}/coingecko`,
    UPSTREAMS: 'sandbox',
    POLL_MINUTES: '1',
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'error',
  };
  const workers = opened.adopt(
    await startWorkers(
      [
        { name: 'tape', script, variables, consumes: true },
        { name: 'limited', script, variables: { ...variables, RATE_LIMIT: 'on' } },
      ],
      join(folder, 'state'),
    ),
    (it) => it.close(),
  );
  const [url, limited_url] = [await workers.url('tape'), await workers.url('limited')];
  return { workers, url, limited_url, wire: database.wire };
}

/** A Postgres behind a wire that can hang, if Postgres is installed; otherwise the embedded one. */
async function openDatabase(opened: AsyncDisposableStack) {
  if (!existsSync('/usr/lib/postgresql')) {
    const embedded = opened.adopt(await startEmbeddedPostgres(), (it) => it.close());
    await applyMigrations(embedded.url);
    return { target: embedded.url, connections: 1, connect: embedded.connect, wire: null };
  }
  const postgres = opened.adopt(await startPostgres(undefined), (it) => it.close());
  await createDatabase(postgres, DATABASE);
  const url = new URL(postgres.url(DATABASE));
  const wire = opened.adopt(await startStallProxy(Number(url.port)), (it) => it.close());
  url.port = String(wire.port);
  return { target: url.href, connections: CONNECTIONS, wire };
}
