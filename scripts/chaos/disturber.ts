import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';

export interface Disturber {
  url: string;
  close(): Promise<void>;
}

/**
 * Disturbs the database in ways that a test inside workerd cannot: `/restart` crashes the server and waits until it
 * is back, `/terminate` ends every connection except its own.
 */
export async function startDisturber(database: {
  url: string;
  crash: () => Promise<void>;
}): Promise<Disturber> {
  const orders: Record<string, () => Promise<void>> = {
    '/restart': database.crash,
    '/terminate': () => terminate(database.url),
  };
  let last = Promise.resolve();
  const server = createServer((request, response) => {
    // One after another: a server cannot be crashed again while it starts.
    last = last.then(() => orders[request.url ?? '']?.()).catch((error: unknown) => console.error(error));
    last.then(() => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function terminate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()');
  await client.end();
}
