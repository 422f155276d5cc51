import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

const COMPLETE = 'INITIALIZED';

export interface EmbeddedPostgres {
  url: string;
  close(): Promise<void>;
}

/** Postgres inside this process. `dataDir` undefined keeps it in memory. One session at a time. */
export async function startEmbeddedPostgres(dataDir?: string): Promise<EmbeddedPostgres> {
  const db = dataDir === undefined ? await PGlite.create() : await openFolder(dataDir);
  const server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1', maxConnections: 10 });
  await server.start();
  const port = Number(server.getServerConn().split(':').at(-1));
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    async close() {
      await server.stop();
      await db.close();
    },
  };
}

/** Whether a start has made a database of `dataDir`. */
export function isInitialized(dataDir: string): boolean {
  return existsSync(join(dataDir, COMPLETE));
}

/**
 * A folder whose first initialisation was cut short is no database and holds nothing yet: it is made again.
 * From then on write-ahead logging covers a process that is killed at any moment.
 */
async function openFolder(dataDir: string): Promise<PGlite> {
  if (!isInitialized(dataDir)) rmSync(dataDir, { recursive: true, force: true });
  const db = await PGlite.create({ dataDir });
  writeFileSync(join(dataDir, COMPLETE), '');
  return db;
}
