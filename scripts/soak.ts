import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase } from './bench/database.ts';
import { freePort } from './bench/free-port.ts';
import { startPostgres } from './bench/postgres.ts';
import { type Product, startProduct } from './chaos/product.ts';
import { ANSWER_MS_MAX, ask } from './soak/ask.ts';
import { Figures } from './soak/figures.ts';
import { type Flags, HELP, parseFlags } from './soak/flags.ts';
import { describeMemory, watchMemory } from './soak/memory.ts';
import { type StallProxy, startStallProxy } from './soak/stall-proxy.ts';
import { traffic } from './soak/traffic.ts';

const DATABASE = 'soak';
const STALL_MS = 40_000;
const FLOOD_REQUESTS = 3_000;
const FLOOD_AT_ONCE = 300;
/** As on Cloudflare: without a limit memory would tell how rarely V8 collects. */
const HEAP = { MINIFLARE_WORKERD_V8_FLAGS: '--max-heap-size=128' };
const VARIABLES = {
  ...HEAP,
  POLL_MINUTES: '1',
  LOG_LEVEL: 'error',
  COINPAPRIKA_BASE_URL: '',
  COINGECKO_BASE_URL: '',
};

const print = (line: string) => console.log(line);

/** Whether every request was answered as it should be. */
async function soak({ minutes, readers }: Flags): Promise<boolean> {
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'cointape-soak-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const database = await openDatabase(opened);
  const start = async (variables: Record<string, string> = {}) => {
    const flags = ['--sandbox', ...(database === null ? [] : ['--database-url', database.url])];
    const data_dir = join(folder, 'data');
    const product = startProduct({
      port: await freePort(),
      data_dir,
      flags,
      variables: { ...VARIABLES, ...variables },
    });
    await product.ready;
    return product;
  };
  print(
    `database  ${database === null ? 'embedded: one session, and it cannot be made to hang' : 'Postgres of our own'}`,
  );

  const product = opened.adopt(await start(), (it) => it.stop());
  const watch = watchMemory(join(folder, 'data'));
  const figures = [await steadily(product, { minutes, readers })];
  if (database !== null) figures.push(await whileItHangs(product, database.proxy, readers));
  watch.stop();
  print(`\n${describeMemory(watch.samples)}`);
  await product.stop();

  const limited = opened.adopt(await start({ RATE_LIMIT: 'on' }), (it) => it.stop());
  figures.push(await flood(limited));
  return figures.every(({ complaints }) => complaints.length === 0);
}

interface Database {
  url: string;
  proxy: StallProxy;
}

/** A Postgres behind a wire that can hang, where one is installed. */
async function openDatabase(opened: AsyncDisposableStack): Promise<Database | null> {
  if (!existsSync('/usr/lib/postgresql')) return null;
  const postgres = opened.adopt(await startPostgres(undefined), (it) => it.close());
  await createDatabase(postgres, DATABASE);
  const url = new URL(postgres.url(DATABASE));
  const proxy = opened.adopt(await startStallProxy(Number(url.port)), (it) => it.close());
  url.port = String(proxy.port);
  return { url: url.href, proxy };
}

async function steadily({ url }: Product, { minutes, readers }: Flags): Promise<Figures> {
  const figures = new Figures();
  const signal = AbortSignal.timeout(minutes * 60_000);
  await traffic({ url, figures, signal, also: [] }, readers);
  show(`steadily, ${readers} readers, ${minutes} minutes`, figures);
  return figures;
}

/** The database hangs, then goes on: what is asked meanwhile is told so, and what comes behind is served. */
async function whileItHangs({ url }: Product, proxy: StallProxy, readers: number): Promise<Figures> {
  const figures = new Figures();
  const over = new AbortController();
  const asking = traffic({ url, figures, signal: over.signal, also: [503] }, readers);
  proxy.stall();
  await sleep(STALL_MS);
  proxy.flow();
  over.abort();
  await asking;
  show(`the database hung for ${STALL_MS / 1000} s`, figures);
  if (figures.count('503') === 0) figures.complain('Nobody was told that the database hangs.');
  const after = new Figures();
  await untilServed(url, after);
  return figures;
}

async function untilServed(url: string, figures: Figures): Promise<void> {
  for (const deadline = Date.now() + ANSWER_MS_MAX; Date.now() < deadline; await sleep(500)) {
    await ask(figures, url, { name: 'again', path: '/data?limit=1', expects: [200, 503] });
    if (figures.count('200') > 0) return;
  }
  throw new Error('It does not serve again after the database came back.');
}

/** Far more at once than are allowed: some are served, the others are told to wait. */
async function flood({ url }: Product): Promise<Figures> {
  const figures = new Figures();
  let left = FLOOD_REQUESTS;
  const visitor = async () => {
    for (; left > 0; ) {
      left -= 1;
      await ask(figures, url, { name: 'flood', path: `/data?limit=50&_=${left}`, expects: [200, 429, 503] });
    }
  };
  await Promise.all(Array.from({ length: FLOOD_AT_ONCE }, visitor));
  show(`${FLOOD_REQUESTS} requests, ${FLOOD_AT_ONCE} at once, RATE_LIMIT on`, figures);
  if (figures.count('429') === 0) figures.complain('Nobody was limited.');
  return figures;
}

function show(title: string, figures: Figures): void {
  print(`\n${title}`);
  for (const line of figures.lines()) print(`  ${line}`);
}

try {
  const flags = parseFlags(process.argv.slice(2));
  if (flags === 'help') print(HELP);
  else process.exitCode = (await soak(flags)) ? 0 : 1;
} catch (error) {
  console.error('error:', error);
  process.exitCode = 1;
}
