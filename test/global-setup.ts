import type { TestProject } from 'vitest/node';
import { copyVendorFiles } from '../scripts/vendor.ts';
import { startBackends } from './backends.ts';
import { prepareCluster } from './cluster.ts';
import { checkStatements } from './statements/watch.ts';

/** Puts static assets in place, hands out databases, and holds what statements gave against their row types. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  copyVendorFiles();
  if (!process.env.TEST_DATABASE_URL) await prepareCluster();
  const backends = await startBackends(await countWorkers(project));
  project.provide('backends', backends.all);
  project.provide('chaos', chaosWanted(process.env));
  project.provide('fuzz', fuzzWanted(process.env));
  return async () => {
    const seen = await backends.seen();
    await backends.close();
    await checkStatements(project, seen);
  };
}

/** A run of few files needs no more workers than files; one that watches may get more later. */
async function countWorkers(project: TestProject): Promise<number> {
  const { vitest, config } = project;
  if (vitest.config.watch) return config.maxWorkers;
  const asked = new Set(vitest.state.getPaths());
  const { testFiles } = await project.globTestFiles();
  return Math.min(config.maxWorkers, testFiles.filter((file) => asked.has(file)).length);
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
