import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

const COMPLETE = 'INITIALIZED';

export interface EmbeddedPostgres {
  url: string;
  close(): Promise<void>;
}

/**
 * Postgres inside this process. Without `dataDir` it is in memory. It allows one session at a time. A new database
 * is a copy of `cluster`, if given: initdb takes four times as long.
 */
export async function startEmbeddedPostgres(dataDir?: string, cluster?: Blob): Promise<EmbeddedPostgres> {
  const db =
    dataDir === undefined ? await PGlite.create(beginningWith(cluster)) : await openFolder(dataDir, cluster);
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

/** A new cluster as made by initdb, to be copied. */
export async function dumpNewCluster(): Promise<Blob> {
  const db = await PGlite.create();
  try {
    return await db.dumpDataDir('none');
  } finally {
    await db.close();
  }
}

const beginningWith = (cluster: Blob | undefined) => (cluster === undefined ? {} : { loadDataDir: cluster });

/** Whether a start has completed a database in `dataDir`. */
export function isInitialized(dataDir: string): boolean {
  return existsSync(join(dataDir, COMPLETE));
}

/**
 * A folder whose first initialisation was interrupted is not a database and holds no data: it is created again.
 * After that, write-ahead logging covers a process that is killed at any moment.
 */
async function openFolder(dataDir: string, cluster: Blob | undefined): Promise<PGlite> {
  if (isInitialized(dataDir)) return PGlite.create({ dataDir });
  rmSync(dataDir, { recursive: true, force: true });
  const db = await PGlite.create({ dataDir, ...beginningWith(cluster) });
  writeFileSync(join(dataDir, COMPLETE), '');
  return db;
}
