import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../scripts/embedded-postgres.ts';
import { applyMigrations } from '../scripts/migrations.ts';
import { startNeonServer } from '../scripts/neon-server.ts';
import { startSandbox } from '../scripts/sandbox/server.ts';
import { copyVendorFiles } from '../scripts/vendor.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';
import { watchStatements } from './statements/watch.ts';

/** The database is PGlite in memory, or the Postgres that TEST_DATABASE_URL names (it must be empty). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  copyVendorFiles();
  const given = process.env.TEST_DATABASE_URL;
  const embedded = given ? undefined : await startEmbeddedPostgres();
  const target = given ?? embedded?.url ?? '';
  await applyMigrations(target);
  const statements = watchStatements();
  const server = await startNeonServer({
    target,
    connections: given ? 20 : 1,
    observe: statements.observe,
  });
  project.provide('databaseUrl', server.url);
  const sandbox = await startSandbox();
  project.provide('upstreamUrl', sandbox.url);
  const scripted = await startScriptedUpstream();
  project.provide('scriptedUrl', scripted.url);
  project.provide('chaos', chaosWanted(process.env));
  project.provide('fuzz', fuzzWanted(process.env));
  return async () => {
    await scripted.close();
    await sandbox.close();
    await server.close();
    await embedded?.close();
    await statements.check(project);
  };
}

/** What `npm run chaos` asks for; the beginning of a few seeds where nobody asks. */
function chaosWanted(environment: NodeJS.ProcessEnv) {
  return {
    seed: Number(environment.CHAOS_SEED ?? 1),
    seeds: Number(environment.CHAOS_SEEDS ?? 10),
    phases: environment.CHAOS_SEEDS === undefined ? 2 : null,
    parallel: Number(environment.CHAOS_PARALLEL ?? 1),
    control: environment.CHAOS_CONTROL ?? null,
  };
}

/** Requests an operation, and where chance begins. FUZZ_RUNS asks for more than `npm test` needs. */
function fuzzWanted(environment: NodeJS.ProcessEnv) {
  return { seed: Number(environment.FUZZ_SEED ?? 1), runs: Number(environment.FUZZ_RUNS ?? 40) };
}
