import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../scripts/embedded-postgres.ts';
import { applyMigrations } from '../scripts/migrations.ts';
import { startNeonServer } from '../scripts/neon-server.ts';
import { startSandbox } from '../scripts/sandbox/server.ts';
import { copyVendorFiles } from '../scripts/vendor.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';

/** The database is PGlite in memory, or the Postgres that TEST_DATABASE_URL names (it must be empty). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  copyVendorFiles();
  const given = process.env.TEST_DATABASE_URL;
  const embedded = given ? undefined : await startEmbeddedPostgres();
  const target = given ?? embedded?.url ?? '';
  await applyMigrations(target);
  const server = await startNeonServer({ target, connections: given ? 20 : 1 });
  project.provide('databaseUrl', server.url);
  const sandbox = await startSandbox();
  project.provide('upstreamUrl', sandbox.url);
  const scripted = await startScriptedUpstream();
  project.provide('scriptedUrl', scripted.url);
  return async () => {
    await scripted.close();
    await sandbox.close();
    await server.close();
    await embedded?.close();
  };
}
