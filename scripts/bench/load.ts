import { execFile } from 'node:child_process';
import { openAsBlob, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Bundle } from './bundle.ts';
import { type BenchDatabase, createDatabase, dropDatabase, openDatabase } from './database.ts';
import { watchHeap } from './heap-watch.ts';
import { judgeLoad, type LoadRound } from './load-figures.ts';
import { writeLoadFile } from './load-file.ts';
import type { Outcome } from './outcome.ts';
import type { BenchPostgres } from './postgres.ts';
import { cpuMs, forgetPeak, memory } from './process-usage.ts';
import { startWorkers, WORKERS, type Workers } from './worker.ts';

export interface LoadPlan {
  rows: number;
  rounds: number;
  /** The bundle of another Worker, which loads the same file alternately; null for none. */
  against: string | null;
}

const DATABASE = 'cointape_bench_load';
const WATCH_MS = 50;
/** Half of Cloudflare's limit, and the wanted maximum. An isolate that needs more cannot finish. */
const HEAP_MB = 64;
const QUIET_MS = 2_000;
const WARM_ROWS = 5_000;

/**
 * Uploads a file, waits until its rows are committed, then copies the same rows into the same table with COPY.
 * Uploads and copies alternate.
 */
export async function benchLoad(
  postgres: BenchPostgres,
  {
    bundle,
    folder,
    plan,
    tell,
  }: { bundle: Bundle; folder: string; plan: LoadPlan; tell: (line: string) => void },
): Promise<Outcome> {
  await using opened = new AsyncDisposableStack();
  const file = join(folder, 'load.csv');
  await writeLoadFile(file, plan.rows);
  const warm_file = join(folder, 'warm.csv');
  await writeLoadFile(warm_file, WARM_ROWS);
  await createDatabase(postgres, DATABASE);
  opened.defer(() => dropDatabase(postgres, DATABASE));
  const database = opened.adopt(await openDatabase(postgres, DATABASE), (it) => it.close());
  const variables = { DATABASE_URL: database.neon_url, UPLOAD_BYTES_MAX: '1000000000' };
  tell('the same upload to a Worker that only passes it on');
  const floor_memory_mb = await keeperMemory(folder, { file, warm_file });
  const workers = opened.adopt(
    await startWorkers([{ name: 'loader', script: bundle.path, variables, consumes: true }], folder, {
      heap_mb: HEAP_MB,
      inspected: true,
    }),
    (it) => it.close(),
  );
  await upload(database, workers, warm_file); // This compiles the code and opens the connections.
  const others =
    plan.against === null
      ? null
      : opened.adopt(await startOther(plan.against, variables, folder), (it) => it.close());
  if (others !== null) {
    await untilQuiet(database);
    await empty(database);
    await upload(database, others, warm_file);
  }
  const heap = opened.adopt(await watchHeap(workers.inspector_port ?? 0, 'loader'), (it) => it.close());
  const idle = {
    process: workers.pid === null ? null : (memory(workers.pid)?.now ?? null),
    heap: await heap.now(),
  };
  const rounds: LoadRound[] = [];
  for (let round = 1; round <= plan.rounds; round += 1) {
    tell(`round ${round} of ${plan.rounds}: upload`);
    heap.forgetPeak();
    const loaded = await loadOnce(database, workers, file, idle.process);
    const heap_mb = (heap.peak() - idle.heap) / 1e6;
    if (others !== null) tell(`round ${round} of ${plan.rounds}: upload to ${plan.against}`);
    const other = others === null ? null : await loadOnce(database, others, file, null);
    tell(`round ${round} of ${plan.rounds}: COPY`);
    rounds.push({
      ...loaded,
      heap_mb,
      floor_memory_mb,
      other_seconds: other?.seconds ?? null,
      copy_seconds: await copyOnce(postgres, database, folder, plan.rows),
    });
  }
  return judgeLoad({ rows: plan.rows, bytes: statSync(file).size }, rounds);
}

/** Another release, in a separate workerd, on the same database. */
const startOther = (script: string, variables: Record<string, string>, folder: string): Promise<Workers> =>
  startWorkers([{ name: 'loader', script, variables, consumes: true }], join(folder, 'other'), {
    heap_mb: HEAP_MB,
  });

/** Peak above idle of a workerd whose Worker only passes a file to R2: the memory that the simulators need. */
async function keeperMemory(
  folder: string,
  { file, warm_file }: { file: string; warm_file: string },
): Promise<number | null> {
  const script = join(WORKERS, 'keeper.js');
  const workers = await startWorkers([{ name: 'keeper', script }], join(folder, 'keeper'), {
    heap_mb: HEAP_MB,
  });
  try {
    await post(workers, 'keeper', warm_file);
    if (workers.pid === null) return null;
    const idle = memory(workers.pid)?.now ?? Number.NaN;
    forgetPeak(workers.pid);
    await post(workers, 'keeper', file);
    return ((peakBytes(workers) ?? Number.NaN) - idle) / 1e6;
  } finally {
    await workers.close();
  }
}

async function post(workers: Workers, name: string, file: string): Promise<Response> {
  const reply = await fetch(`${await workers.url(name)}/uploads?filename=history.csv`, {
    method: 'POST',
    body: await openAsBlob(file),
    headers: { authorization: 'Bearer dev' },
  });
  if (reply.status !== 202) throw new Error(`The upload was refused: ${await reply.text()}`);
  return reply;
}

async function loadOnce(
  database: BenchDatabase,
  workers: Workers,
  file: string,
  idle_bytes: number | null,
): Promise<Omit<LoadRound, 'copy_seconds' | 'heap_mb' | 'floor_memory_mb' | 'other_seconds'>> {
  await untilQuiet(database);
  await empty(database);
  await database.query('checkpoint');
  const { pid } = workers;
  if (pid !== null) forgetPeak(pid);
  const cpu_before = pid === null ? null : cpuMs(pid);
  const wire_before = await database.server.ask('counts', undefined);
  const { upload_peak, ...times } = await upload(database, workers, file);
  const wire = await database.server.ask('counts', undefined);
  const cpu_after = pid === null ? null : cpuMs(pid);
  const over_idle = (peak: number | null) =>
    idle_bytes === null || peak === null ? null : (peak - idle_bytes) / 1e6;
  return {
    ...times,
    upload_memory_mb: over_idle(upload_peak),
    cpu_ms: cpu_before === null || cpu_after === null ? null : cpu_after - cpu_before,
    memory_mb: over_idle(peakBytes(workers)),
    round_trips: wire.requests - wire_before.requests,
    sent_bytes: wire.request_bytes - wire_before.request_bytes,
  };
}

/** A file that has ended may leave work behind, such as the resolution of assets. */
async function untilQuiet({ server }: BenchDatabase): Promise<void> {
  for (let before = -1; ; await sleep(QUIET_MS)) {
    const { requests } = await server.ask('counts', undefined);
    if (requests === before) return;
    before = requests;
  }
}

/** Empties everything except the schema and the row of the tape version. */
async function empty({ query }: BenchDatabase): Promise<void> {
  const tables = await query<{ name: string }>(`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'tape_version'`);
  await query(`truncate ${tables.map(({ name }) => name).join(', ')} restart identity`);
  await query("update tape_version set version = '1970-01-01Z', next_version = '1970-01-01Z'");
}

const peakBytes = ({ pid }: Workers) => (pid === null ? null : (memory(pid)?.peak ?? null));

async function upload(
  { query }: BenchDatabase,
  workers: Workers,
  file: string,
): Promise<{ seconds: number; upload_seconds: number; upload_peak: number | null }> {
  const started = performance.now();
  const reply = await post(workers, 'loader', file);
  const { id } = (await reply.json()) as { id: string };
  const upload_seconds = (performance.now() - started) / 1000;
  const upload_peak = peakBytes(workers);
  for (;;) {
    const [row] = await query<{ status: string; error_message: string | null }>(
      'select status, error_message from uploads where id = $1',
      [id],
    );
    if (row?.status === 'succeeded')
      return { seconds: (performance.now() - started) / 1000, upload_seconds, upload_peak };
    if (row?.status === 'failed') throw new Error(`The upload failed: ${row.error_message}`);
    await sleep(WATCH_MS);
  }
}

/** Exports the loaded rows, empties the table, and times psql while it copies them back. */
async function copyOnce(
  postgres: BenchPostgres,
  { url, query }: BenchDatabase,
  folder: string,
  rows: number,
): Promise<number> {
  const path = join(folder, 'rows.copy');
  await psql(postgres, url, `\\copy observations to '${path}'`);
  await query('truncate observations');
  await query('checkpoint');
  const started = performance.now();
  await psql(postgres, url, `\\copy observations from '${path}'`);
  const seconds = (performance.now() - started) / 1000;
  const [found] = await query<{ count: string }>('select count(*) from observations');
  if (Number(found?.count) !== rows) throw new Error(`${found?.count} of ${rows} rows were loaded.`);
  return seconds;
}

async function psql({ bin }: BenchPostgres, url: string, command: string): Promise<void> {
  const program = bin === null ? 'psql' : join(bin, 'psql');
  await promisify(execFile)(program, ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', command]);
}
