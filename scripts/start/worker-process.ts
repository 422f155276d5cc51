import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { certificateVariables } from './certificates.ts';
import { MARK, PAGES_SECRET } from './processes.ts';
import { StartError } from './start-error.ts';
import { createOutputFilter, type Printer } from './worker-output.ts';

const READY_MS_MAX = 90_000;
const STOP_MS_MAX = 5_000;

export interface WorkerProcess {
  pid: number;
  /** Where this machine reaches it. */
  url: string;
  /** Fires its scheduled handler. Secret, because it asks for no token. */
  scheduled_url: string;
  /** Resolves with a message when the process ends, wanted or not. */
  ended: Promise<string>;
  /** Resolves if the code does not build; wrangler then waits for an edit. */
  broken: Promise<string>;
  stop(): Promise<void>;
}

export interface WorkerOptions {
  host: string;
  port: number;
  data_dir: string;
  /** Local R2, queue and cache state. */
  state_dir: string;
  env_file: string;
  log_file: string;
  print: Printer;
  /** Whether every log line of the Worker is printed, or warnings and errors only. */
  verbose: boolean;
}

/** Runs `wrangler dev` in its own process group. */
export function spawnWorker(options: WorkerOptions): WorkerProcess {
  const pages_secret = randomUUID();
  const child = spawn(process.execPath, wranglerArguments(options), {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      ...certificateVariables(options.data_dir),
      [MARK]: options.data_dir,
      [PAGES_SECRET]: pages_secret,
      // Both serve the explorer, which we do not offer.
      X_LOCAL_EXPLORER: 'false',
      X_LOCAL_OBSERVABILITY: 'false',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_HIDE_BANNER: 'true',
      // Outside the home folder, where every wrangler of this user writes.
      WRANGLER_LOG_PATH: join(options.state_dir, 'logs'),
      WRANGLER_REGISTRY_PATH: join(options.state_dir, 'registry'),
      FORCE_COLOR: '0',
      TZ: 'UTC',
    },
  });
  const broken = capture(child, options);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`wrangler could not be started: ${error.message}`));
    child.once('exit', (code, signal) => {
      killGroup(child);
      resolve(`wrangler dev ended (${signal ?? `exit code ${code}`}). Its output is in ${options.log_file}.`);
    });
  });
  const url = `http://${reachable(options.host)}:${options.port}`;
  return {
    pid: child.pid ?? 0,
    url,
    scheduled_url: `${url}/cdn-cgi/${pages_secret}/scheduled`,
    ended,
    broken,
    stop: () => stop(child, ended),
  };
}

function wranglerArguments(options: WorkerOptions): string[] {
  const cli = join(
    dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
    'wrangler-dist/cli.js',
  );
  return [
    '--no-warnings',
    ...['follow-parent.ts', 'close-pages.ts'].flatMap((file) => [
      '--import',
      join(import.meta.dirname, file),
    ]),
    cli,
    'dev',
    ...['--ip', options.host],
    ...['--port', String(options.port)],
    ...['--inspector-port', '0'],
    ...['--persist-to', options.state_dir],
    ...['--env-file', options.env_file],
    '--show-interactive-dev-session=false',
  ];
}

/** All output goes to the log file; the log of the previous start is kept beside it. */
function capture(child: ChildProcess, { log_file, print, verbose }: WorkerOptions): Promise<string> {
  if (existsSync(log_file)) renameSync(log_file, `${log_file}.1`);
  const log = createWriteStream(log_file);
  const filter = createOutputFilter(print, verbose);
  child.once('close', () => log.end());
  return new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        if (!child.killed) filter(line); // Its output while it stops is of no use.
        if (line.includes('Build failed with')) resolve('The Worker does not build; see above.');
      });
    }
  });
}

/** Waits until the Worker answers. Throws StartError if it does not build, ends, or takes too long. */
export async function untilAlive(worker: WorkerProcess, signal: AbortSignal): Promise<void> {
  const late = `The Worker did not answer ${worker.url}/livez within ${READY_MS_MAX / 1000} s.`;
  const waiting = AbortSignal.any([signal, AbortSignal.timeout(READY_MS_MAX)]);
  const settled = new AbortController();
  const fault = await Promise.race([
    worker.ended,
    worker.broken,
    answers(worker.url, AbortSignal.any([waiting, settled.signal])).then((alive) =>
      alive ? undefined : late,
    ),
  ]);
  settled.abort();
  signal.throwIfAborted();
  if (fault !== undefined) throw new StartError(fault);
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const answer = await fetch(`${url}/livez`, { signal }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return true;
    await sleep(100);
  }
  return false;
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGINT');
  const giveUp = new AbortController();
  await Promise.race([ended, sleep(STOP_MS_MAX, undefined, { signal: giveUp.signal }).catch(() => {})]);
  giveUp.abort();
  killGroup(child);
  await ended;
}

/** workerd and esbuild belong to the group, and outlive a killed wrangler. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The whole group has already ended.
  }
}

/** A server listens on a wildcard address, but a client cannot connect to it. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
