import type { Bundle } from './bundle.ts';
import { type Child, startChild } from './child.ts';
import type { Job, JobResult, LoadAnswers } from './load-process.ts';
import type { Outcome } from './outcome.ts';
import type { BenchPostgres } from './postgres.ts';
import { cpuMs } from './process-usage.ts';
import { BUSY, type ConstantRounds, judgeReads } from './read-figures.ts';
import { type Measured, openDatabases, recordAll, startReaders, tapeSizes, tapesOf } from './read-tapes.ts';
import type { Workers } from './worker.ts';

export interface ReadPlan {
  sizes: number[];
  rounds: number;
  /** Duration of each measurement. */
  duration_ms: number;
  /** Only queries whose names contain one of these words; an empty list selects all. */
  words: readonly string[];
}

interface ReadBench {
  bundle: Bundle;
  folder: string;
  plan: ReadPlan;
  tell: (line: string) => void;
}

/** Reads tapes of several sizes side by side: round by round, query by query, size by size. */
export async function benchReads(
  postgres: BenchPostgres,
  { bundle, folder, plan, tell }: ReadBench,
): Promise<Outcome> {
  await using opened = new AsyncDisposableStack();
  const { sizes } = plan;
  const databases = await openDatabases(postgres, { sizes, opened, tell });
  const workers = opened.adopt(await startReaders(databases, { sizes, script: bundle.path, folder }), (it) =>
    it.close(),
  );
  const load = opened.adopt(await startChild<LoadAnswers>('load-process.ts'), (child) => child.stop());
  const tapes = await tapesOf(databases, sizes, workers);
  const measured = await recordAll(tapes, plan.words);
  const stand = { load, workers, plan, pass_url: await workers.url('pass') };
  const constant: ConstantRounds = { rounds: [], cpu_ms: [] };
  const constant_url = await workers.url('constant');
  for (let round = 1; round <= plan.rounds; round += 1) {
    tell(`round ${round} of ${plan.rounds}`);
    const least = await busy(stand, { url: constant_url, status: 200 });
    constant.rounds.push(least.result);
    constant.cpu_ms.push(least.cpu_ms);
    for (const same of Map.groupBy(measured, ({ rounds }) => rounds.query.name).values()) {
      // Compared measurements run side by side: first the sizes on one connection, then each size with its
      // statement.
      for (const each of same) await measureAlone(stand, each);
      for (const each of same) await measureBusy(stand, each);
    }
  }
  const outcome = judgeReads(
    measured.map(({ rounds }) => rounds),
    constant,
  );
  return { ...outcome, tables: [...outcome.tables, await tapeSizes(tapes)] };
}

interface Stand {
  load: Child<LoadAnswers>;
  workers: Workers;
  plan: ReadPlan;
  /** The URL of the Worker that passes statements on. */
  pass_url: string;
}

async function measureAlone(stand: Stand, { target, rounds }: Measured): Promise<void> {
  const { url, headers, status, bare, database } = target;
  const job = { url, headers, status, connections: 1 };
  await warmUp(stand, job);
  const before = await database.server.ask('counts', undefined);
  const alone = await run(stand, job, stand.plan.duration_ms);
  const after = await database.server.ask('counts', undefined);
  rounds.alone.push(alone);
  rounds.round_trips.push((after.requests - before.requests) / alone.requests);
  rounds.bare_alone.push(await warmed(stand, { ...bare, connections: 1 }));
}

async function measureBusy(stand: Stand, { target, rounds }: Measured): Promise<void> {
  const { url, kept_url, headers, status, bare } = target;
  const { result, cpu_ms } = await busy(stand, { url, headers, status });
  rounds.busy.push(result);
  rounds.cpu_ms.push(cpu_ms);
  rounds.bare.push(await warmed(stand, { ...bare, connections: BUSY }));
  rounds.pass.push(await warmed(stand, { ...bare, url: stand.pass_url, connections: BUSY }));
  if (rounds.query.is_kept)
    rounds.kept.push(await warmed(stand, { url: kept_url, headers, status, connections: BUSY }));
}

async function busy(stand: Stand, job: Omit<Job, 'connections' | 'duration_ms'>) {
  const full = { ...job, connections: BUSY };
  await warmUp(stand, full);
  const { pid } = stand.workers;
  const before = pid === null ? null : cpuMs(pid);
  const result = await run(stand, full, stand.plan.duration_ms);
  const after = pid === null ? null : cpuMs(pid);
  return { result, cpu_ms: before === null || after === null ? null : (after - before) / result.requests };
}

const warmUp = (stand: Stand, job: Omit<Job, 'duration_ms'>) => run(stand, job, stand.plan.duration_ms / 4);

async function warmed(stand: Stand, job: Omit<Job, 'duration_ms'>): Promise<JobResult> {
  await warmUp(stand, job);
  return run(stand, job, stand.plan.duration_ms);
}

async function run({ load }: Stand, job: Omit<Job, 'duration_ms'>, duration_ms: number): Promise<JobResult> {
  const result = await load.ask('run', { ...job, duration_ms });
  if (result.failures > 0) throw new Error(`${result.failures} requests of ${job.url} failed.`);
  return result;
}
