import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { freePort } from '../bench/free-port.ts';
import { startEmbeddedPostgres } from '../embedded-postgres.ts';
import { startNeonServer } from '../neon-server.ts';
import { startSandbox } from '../sandbox/server.ts';
import { comparisonOf } from './compare.ts';
import { type Product, startProduct } from './product.ts';

// Kills npm start with all its processes again and again, and compares it with one that was left alone.

const ROWS_PER_FILE = 12_000;
/** A run whose message was lost is given up after ten minutes. */
const HEAL_MS_MAX = 900_000;
const STANDSTILL_MS = 3 * 3_600_000;
const BEARER = { authorization: 'Bearer dev' };

const Uploads = z.object({
  data: z.array(z.object({ filename: z.string().nullable(), status: z.string() })),
});
const Runs = z.object({ data: z.array(z.object({ id: z.number(), status: z.string() })) });
const Health = z.object({ status: z.string() });

/** Kills `kills` times, heals, and prints the differences from a clean run. Returns whether there are none. */
export async function playKills(kills: number, print: (line: string) => void): Promise<boolean> {
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'cointape-kills-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const sandbox = opened.adopt(await startSandbox(), (it) => it.close());
  // The market is frozen, so every reading is the same at any moment. A row older than an hour remains older than
  // an hour.
  sandbox.setClock(new Date(Date.now() - STANDSTILL_MS));
  const variables = {
    COINPAPRIKA_BASE_URL: `${sandbox.url}/coinpaprika`,
    COINGECKO_BASE_URL: `${sandbox.url}/coingecko`,
    BACKFILL_ASSETS: '2',
    POLL_MINUTES: '1',
  };
  const start = async (name: string) =>
    startProduct({ port: await freePort(), data_dir: join(folder, name), variables });
  const files = Array.from({ length: kills }, (_, i) => i);

  const clean = await start('clean');
  const began = Date.now();
  await clean.ready;
  const ready_ms = Date.now() - began;
  print(`clean start ready after ${ready_ms} ms`);
  await refuseSecond(join(folder, 'clean'), variables, print);
  await heal(clean, files);
  await clean.stop();

  for (const file of files) {
    const product = await start('killed');
    const moment_ms = 500 + Math.random() * (ready_ms + 5_000);
    const sending = send(product, file, AbortSignal.timeout(Math.ceil(moment_ms)));
    await sleep(moment_ms);
    await product.kill();
    await sending;
    print(`kill ${file + 1} after ${Math.round(moment_ms)} ms: ${lastLine(product.output())}`);
  }
  const healed = await start('killed');
  await healed.ready;
  await heal(healed, files);
  await healed.stop();
  return await compare(join(folder, 'clean'), join(folder, 'killed'), print);
}

const lastLine = (output: string) => output.trimEnd().split('\n').at(-1) ?? '';

/** The folder is in use: another start on it must end with an error. */
async function refuseSecond(
  data_dir: string,
  variables: Record<string, string>,
  print: (line: string) => void,
): Promise<void> {
  const second = startProduct({ port: await freePort(), data_dir, variables });
  const code = await second.ended;
  if (code !== 1 || !second.output().includes('Another start'))
    throw new Error(`A second start on the same folder was not refused (${code}):\n${second.output()}`);
  print('a second start on the same folder was refused');
}

/** Prices of one coin per file, some of which contradict earlier ones. */
function csv(file: number): string {
  const lines = Array.from({ length: ROWS_PER_FILE }, (_, i) => {
    const at = new Date(Date.UTC(2015, 0, 1 + file) + ((i * 7) % (ROWS_PER_FILE - 500)) * 60_000);
    return `K${file},Kill ${file},${i % 997 === 0 ? 'none' : `${i}.${file}0`},${at.toISOString()}`;
  });
  return `symbol,name,price_usd,created_at\n${lines.join('\n')}\n`;
}

/** Sends a file until the Worker accepts it; gives up at the signal. */
async function send({ url }: Product, file: number, signal: AbortSignal): Promise<boolean> {
  const body = csv(file);
  while (!signal.aborted) {
    const reply = await fetch(`${url}/uploads?filename=kill-${file}.csv`, {
      method: 'POST',
      headers: BEARER,
      body,
      signal,
    }).catch(() => null);
    if (reply?.status === 202) return true;
    await sleep(300);
  }
  return false;
}

/** Sends the files that were not accepted yet, and waits until no work is open and all is well. */
async function heal(product: Product, files: number[]): Promise<void> {
  const deadline = Date.now() + HEAL_MS_MAX;
  for (const file of files)
    if (!(await send(product, file, AbortSignal.timeout(60_000))))
      throw new Error(`File ${file} is not taken.`);
  for (let quiet = 0; quiet < 3; await sleep(2_000)) {
    const open = await openWork(product.url);
    quiet = open === null ? quiet + 1 : 0;
    if (Date.now() > deadline) throw new Error(`It does not heal: ${open}\n${product.output()}`);
  }
}

/** The work that is still open, or null. */
async function openWork(url: string): Promise<string | null> {
  const ask = async (path: string) => (await fetch(`${url}${path}`, { headers: BEARER })).json();
  const uploads = Uploads.parse(await ask('/uploads?limit=1000')).data;
  const upload = uploads.find(({ status }) => status !== 'succeeded');
  if (upload) return `${upload.filename} is ${upload.status}`;
  const [run] = Runs.parse(await ask('/runs?status=queued,running')).data;
  if (run) return `run ${run.id} is ${run.status}`;
  const { status } = Health.parse(await ask('/health'));
  return status === 'ok' ? null : `health is ${status}`;
}

async function compare(clean: string, killed: string, print: (line: string) => void): Promise<boolean> {
  await using opened = new AsyncDisposableStack();
  const open = async (data_dir: string) => {
    const postgres = opened.adopt(await startEmbeddedPostgres(join(data_dir, 'pg')), (it) => it.close());
    const server = await startNeonServer({
      target: postgres.url,
      connections: 1,
      connect: postgres.connect,
    });
    return opened.adopt(server, (it) => it.close()).url;
  };
  return await comparisonOf([await open(clean), await open(killed)], print);
}
