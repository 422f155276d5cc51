import type { TestProject, Vitest } from 'vitest/node';
import { copyVendorFiles } from '../scripts/vendor.ts';
import type { Backend } from './backend.ts';
import { startBackends } from './backends.ts';
import { prepareCluster } from './cluster.ts';
import { checkStatements } from './statements/watch.ts';

/** Installs static assets, provides databases, and compares the results of statements with their row types. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  copyVendorFiles();
  project.provide('chaos', chaosWanted(process.env));
  project.provide('fuzz', fuzzWanted(process.env));
  project.provide('front_cache', playsWanted(process.env));
  const started = backendsBefore(project);
  if (started.length > 0) {
    project.provide('backends', started);
    return async () => {};
  }
  if (!process.env.TEST_DATABASE_URL) await prepareCluster();
  const backends = await startBackends(await countWorkers(project.vitest));
  project.provide('backends', backends.all);
  return async () => {
    const seen = await backends.seen();
    await backends.close();
    await checkStatements(project, seen);
  };
}

const WITH_BACKEND = ['worker', 'mocked'];

/** Workers that the other project of the group has started: its workers and ours are counted together. */
function backendsBefore({ name, vitest }: TestProject): Backend[] {
  const others = vitest.projects.filter((one) => one.name !== name && WITH_BACKEND.includes(one.name));
  return others.flatMap((project) => project.getProvidedContext().backends ?? []);
}

/** A run of few files needs no more workers than files; a watching run may get more later. */
async function countWorkers({ config, projects, state }: Vitest): Promise<number> {
  const group = projects.filter(({ name }) => WITH_BACKEND.includes(name));
  const workers_max = Math.max(...group.map((project) => project.config.maxWorkers));
  if (config.watch) return workers_max;
  const asked = new Set(state.getPaths());
  const found = await Promise.all(group.map((project) => project.globTestFiles()));
  const files = found.flatMap(({ testFiles }) => testFiles).filter((file) => asked.has(file));
  return Math.min(workers_max, files.length);
}

/** The settings of `npm run chaos`; without it, the beginning of a few seeds. */
function chaosWanted(environment: NodeJS.ProcessEnv) {
  return {
    seed: Number(environment.CHAOS_SEED ?? 1),
    seeds: Number(environment.CHAOS_SEEDS ?? 10),
    phases: environment.CHAOS_SEEDS === undefined ? 2 : null,
    parallel: Number(environment.CHAOS_PARALLEL ?? 1),
    control: environment.CHAOS_CONTROL ?? null,
  };
}

/** The number of requests per operation, and the seed. FUZZ_RUNS requests more than `npm test` needs. */
function fuzzWanted(environment: NodeJS.ProcessEnv) {
  return { seed: Number(environment.FUZZ_SEED ?? 1), runs: Number(environment.FUZZ_RUNS ?? 40) };
}

/** Plays against the strict cache: by default a few short ones. */
function playsWanted(environment: NodeJS.ProcessEnv) {
  return {
    seed: Number(environment.FRONT_CACHE_SEED ?? 1),
    seeds: Number(environment.FRONT_CACHE_SEEDS ?? 3),
    steps: Number(environment.FRONT_CACHE_STEPS ?? 100),
  };
}
