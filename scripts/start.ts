import { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeGuides } from './guides.ts';
import { readCrons, startCrons } from './start/crons.ts';
import { analyze, claimedMode, folderOf, openDatabase, storeIdOf } from './start/database.ts';
import { type Flags, HELP, parseFlags } from './start/flags.ts';
import { runFirstIngestion } from './start/ingest.ts';
import { takeLock } from './start/lock.ts';
import { choosePort } from './start/port.ts';
import { uploadSample } from './start/sample.ts';
import { listenForStop, type StopSignals } from './start/signals.ts';
import { StartError } from './start/start-error.ts';
import { type Started, summaryLines } from './start/summary.ts';
import { openUpstreams } from './start/upstreams.ts';
import { spawnWorker, untilAlive, type WorkerProcess } from './start/worker-process.ts';
import { envFile, readVariables, type Variables } from './start/worker-variables.ts';
import { firstReadToken, firstToken } from './tokens.ts';
import { copyVendorFiles } from './vendor.ts';

const print = { out: (line: string) => console.log(line), err: (line: string) => console.error(line) };

/** Runs until a signal stops it. Closes everything in reverse order, for any reason to stop. */
async function start(flags: Flags, { stop, killWhenForced }: StopSignals): Promise<void> {
  await using opened = new AsyncDisposableStack();
  mkdirSync(flags.data_dir, { recursive: true });
  const data_dir = realpathSync(flags.data_dir);
  const lock = opened.adopt(await takeLock(data_dir), (held) => held.release());
  const port = await choosePort(flags.port, flags.host);
  copyVendorFiles();
  writeGuides();

  const variables = readVariables(process.env);
  const claimed = await claimedMode({ given: flags.database_url, data_dir });
  const upstreams = opened.adopt(await openUpstreams(flags, variables, print.out, stop, claimed), (it) =>
    it.close(),
  );
  const folder = folderOf(data_dir, upstreams.mode);
  mkdirSync(folder, { recursive: true });
  const pg = join(folder, 'pg');
  const state_dir = join(folder, 'wrangler');
  print.out(`database  ${flags.database_url ? 'the Postgres of --database-url' : `embedded, in ${pg}`}`);
  const database = opened.adopt(
    await openDatabase({
      given: flags.database_url,
      folder: pg,
      mode: upstreams.mode,
      store_id: storeIdOf(state_dir),
    }),
    (it) => it.close(),
  );
  stop.throwIfAborted();

  const env_file = join(folder, 'worker.env');
  opened.defer(() => rmSync(env_file, { force: true }));
  writeEnvFile(env_file, {
    ...variables,
    ...upstreams.variables,
    UPSTREAMS: upstreams.mode,
    DATABASE_URL: database.url,
  });
  print.out('worker  starting');
  const log_file = join(data_dir, 'wrangler.log');
  const worker = opened.adopt(
    spawnWorker({
      host: flags.host,
      port,
      data_dir,
      state_dir,
      env_file,
      log_file,
      print,
      verbose: flags.verbose,
    }),
    (it) => it.stop(),
  );
  killWhenForced(worker.pid);
  lock.addChild(worker.pid);
  await untilAlive(worker, stop);
  await Promise.race([
    diesEarly(worker, stop),
    serve(
      worker,
      {
        ingest: flags.ingest,
        url: `http://${flags.host.includes(':') ? `[${flags.host}]` : flags.host}:${port}`,
        mode: upstreams.mode,
        log_file: join(flags.data_dir, 'wrangler.log'),
        verbose: flags.verbose,
        variables: { ...variables, DATABASE_URL: database.url },
      },
      stop,
    ),
  ]);
}

/** First ingestion, the ready line, then crons until the stop. */
async function serve(
  worker: WorkerProcess,
  { ingest, ...started }: Started & { ingest: boolean },
  stop: AbortSignal,
): Promise<void> {
  const { variables } = started;
  if (ingest) {
    const ingestion = {
      url: worker.url,
      read_token: firstReadToken(variables.READ_TOKEN) ?? '',
      print: print.out,
      signal: stop,
    };
    await runFirstIngestion({ ...ingestion, token: firstToken(variables.SCHEDULER_TOKEN) ?? '' });
    await uploadSample({ ...ingestion, token: firstToken(variables.UPLOAD_TOKEN) ?? '' });
    await analyze(variables.DATABASE_URL ?? '');
  }
  const crons = startCrons(worker.scheduled_url, readCrons(), print.err);
  print.out(`ready ${started.url}`);
  if (process.stdout.isTTY) for (const line of summaryLines({ ...started, url: worker.url })) print.out(line);
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
  crons.stop();
}

async function diesEarly(worker: WorkerProcess, stop: AbortSignal): Promise<void> {
  const message = await worker.ended;
  if (!stop.aborted) throw new StartError(message);
}

/** Only its owner can read it, because it contains keys and tokens. */
function writeEnvFile(path: string, variables: Variables): void {
  rmSync(path, { force: true });
  writeFileSync(path, envFile(variables), { mode: 0o600 });
}

async function main(): Promise<number> {
  const signals = listenForStop(print.out);
  try {
    const flags = parseFlags(process.argv.slice(2));
    if (flags === 'help') print.out(HELP);
    else await start(flags, signals);
    return 0;
  } catch (error) {
    if (signals.stop.aborted) return 0;
    print.err(error instanceof StartError ? `error: ${error.message}` : String((error as Error).stack));
    return 1;
  }
}

process.exit(await main());
