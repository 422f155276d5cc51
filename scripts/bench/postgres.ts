import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-port.ts';

// A real Postgres with the settings of a small production server.

/** Settings for a 4 GB server; the rest are defaults of Postgres. Everything that makes a commit durable is on. */
export const SETTINGS: Record<string, string> = {
  shared_buffers: '1GB',
  effective_cache_size: '3GB',
  maintenance_work_mem: '512MB',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  random_page_cost: '1.1',
  effective_io_concurrency: '100',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
};

const DEBIAN = '/usr/lib/postgresql';
const START_MS_MAX = 30_000;

export interface BenchPostgres {
  /** The URL of the database `name` on this server. */
  url(name: string): string;
  /** The folder of psql, if psql is not on the PATH. */
  bin: string | null;
  settings: string;
  /** Stops it like a crash and starts it again on the same port. Only for a server that we started. */
  crash?(): Promise<void>;
  close(): Promise<void>;
}

/** The server at `url`. It must let us create databases. */
export function givenPostgres(url: string): BenchPostgres {
  return {
    url: (name) => Object.assign(new URL(url), { pathname: `/${name}` }).href,
    bin: debianBin(),
    settings: 'of the given server',
    close: async () => {},
  };
}

/**
 * Starts Debian's newest Postgres on `dir`, which is kept, or on a temporary folder, which is removed. Postgres
 * refuses to run as root, so root starts it as the package's user. `changed` overrides SETTINGS.
 */
export async function startPostgres(
  dir: string | undefined,
  changed: Record<string, string> = {},
): Promise<BenchPostgres> {
  const bin = debianBin();
  if (bin === null)
    throw new Error('No Postgres under /usr/lib/postgresql: install it, or give --database-url.');
  const folder = dir ?? mkdtempSync(join(tmpdir(), 'cointape-bench-pg-'));
  mkdirSync(folder, { recursive: true });
  const owner = process.getuid?.() === 0 ? postgresUser() : null;
  if (owner !== null) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'pg');
  const options = { ...owner, cwd: folder };
  if (!existsSync(data)) initCluster(bin, data, options);
  const port = await freePort();
  const settings = { ...SETTINGS, ...changed, listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  const given = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const args = ['-D', data, '-p', String(port), ...given.flatMap((each) => ['-c', each])];
  const launch = () => {
    const server = spawn(join(bin, 'postgres'), args, { ...options, stdio: 'ignore' });
    return { server, ended: new Promise<void>((resolve) => server.once('exit', () => resolve())) };
  };
  let running = launch();
  const remove = () => {
    if (dir === undefined) rmSync(folder, { recursive: true, force: true });
  };
  // The server ends with the bench, even after a failure.
  const abandon = () => {
    running.server.kill('SIGQUIT');
    waitUntilGone(join(data, 'postmaster.pid'));
    remove();
  };
  process.once('exit', abandon);
  const close = async () => {
    process.off('exit', abandon);
    running.server.kill('SIGINT');
    await running.ended;
    remove();
  };
  const url = (name: string) => `postgres://bench@127.0.0.1:${port}/${name}`;
  try {
    const early = running.ended.then(() => Promise.reject(new Error('Postgres ended.')));
    await Promise.race([untilReady(url('postgres')), early]);
  } catch (error) {
    await close();
    throw error;
  }
  const crash = async () => {
    running.server.kill('SIGQUIT');
    await running.ended;
    running = launch();
    await untilReady(url('postgres'));
  };
  return { url, bin, settings: given.join(' '), crash, close };
}

function initCluster(bin: string, data: string, options: { uid?: number; gid?: number; cwd: string }): void {
  const args = ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'];
  execFileSync(join(bin, 'initdb'), args, { ...options, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Blocks for at most two seconds, because the process is about to exit. */
function waitUntilGone(path: string): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; existsSync(path) && tries < 100; tries += 1) Atomics.wait(nothing, 0, 0, 20);
}

function debianBin(): string | null {
  if (!existsSync(DEBIAN)) return null;
  const versions = readdirSync(DEBIAN).filter((name) => existsSync(join(DEBIAN, name, 'bin/postgres')));
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? null : join(DEBIAN, newest, 'bin');
}

function postgresUser(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function untilReady(url: string): Promise<void> {
  for (const deadline = Date.now() + START_MS_MAX; ; await sleep(100)) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 });
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
