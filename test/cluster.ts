import { existsSync, mkdirSync, openAsBlob, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  dumpNewCluster,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../scripts/embedded-postgres.ts';

// initdb takes about eight seconds of CPU time, a copy of its result two. So it runs once for all databases of the
// tests, and again if PGlite has another version.

const MODULES = join(import.meta.dirname, '../node_modules');

function clusterFile(): string {
  const { version } = JSON.parse(
    readFileSync(join(MODULES, '@electric-sql/pglite/package.json'), 'utf8'),
  ) as { version: string };
  return join(MODULES, `.cache/cointape/cluster-${version}.tar`);
}

/** Runs initdb unless an earlier run has. For the global setup, before several workers need it at the same time. */
export async function prepareCluster(): Promise<void> {
  const file = clusterFile();
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.${process.pid}`;
  writeFileSync(part, await (await dumpNewCluster()).bytes());
  renameSync(part, file);
}

/** An empty database for a test: in memory, or in a folder that has none yet. */
export async function startNewPostgres(dataDir?: string): Promise<EmbeddedPostgres> {
  if (dataDir !== undefined) mkdirSync(dirname(dataDir), { recursive: true });
  return startEmbeddedPostgres(dataDir, await openAsBlob(clusterFile()));
}
