import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runClients } from './load/clients.ts';
import { Figures } from './load/figures.ts';
import { ANSWER_MS_MAX, ask } from './soak/ask.ts';
import { type Flags, HELP, parseFlags } from './soak/flags.ts';
import { watchMemory } from './soak/memory.ts';
import { type Service, startService } from './soak/service.ts';
import type { StallProxy } from './soak/stall-proxy.ts';
import { traffic } from './soak/traffic.ts';

const TICK_EVERY_MS = 20_000;
const STALL_MS = 40_000;
const FLOOD_REQUESTS = 3_000;
const FLOOD_AT_ONCE = 300;

const print = (line: string) => console.log(line);

/** Whether every request got an expected answer. */
async function soak(flags: Flags): Promise<boolean> {
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'cointape-soak-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const service = await startService(folder, opened);
  print(
    `database  ${service.wire === null ? 'embedded: one session, and it cannot hang' : 'Postgres of our own'}`,
  );
  await service.workers.tick(Date.now());

  const watch = watchMemory(service.workers.pid);
  const figures = [await steadily(service, flags)];
  if (service.wire !== null) figures.push(await whileItHangs(service, service.wire, flags.readers));
  figures.push(await flood(service.limited_url));
  watch.stop();
  print(`\n${watch.describe()}`);
  return figures.every(({ complaints }) => complaints.length === 0);
}

async function steadily({ url, workers }: Service, { minutes, readers }: Flags): Promise<Figures> {
  const figures = new Figures();
  const signal = AbortSignal.timeout(minutes * 60_000);
  const ticking = tickOn(workers, figures, signal);
  await traffic({ url, figures, signal, also: [] }, readers);
  await ticking;
  show(`steadily, ${readers} readers, ${minutes} minutes`, figures);
  return figures;
}

async function tickOn(workers: Service['workers'], figures: Figures, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const started = performance.now();
    try {
      await workers.tick(Date.now());
      figures.add('tick', performance.now() - started, 'ticked');
    } catch (error) {
      figures.complain(`a tick failed: ${String(error)}`);
    }
    await sleep(TICK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

/** The database hangs, then continues: requests in between get 503, later ones succeed. */
async function whileItHangs({ url }: Service, wire: StallProxy, readers: number): Promise<Figures> {
  const figures = new Figures();
  const over = new AbortController();
  const asking = traffic({ url, figures, signal: over.signal, also: [503] }, readers);
  wire.stall();
  await sleep(STALL_MS);
  wire.flow();
  over.abort();
  await asking;
  show(`the database hung for ${STALL_MS / 1000} s`, figures);
  if (figures.count('503') === 0) figures.complain('No request reported that the database hangs.');
  await untilServed(url);
  return figures;
}

async function untilServed(url: string): Promise<void> {
  const figures = new Figures();
  for (const deadline = Date.now() + ANSWER_MS_MAX; Date.now() < deadline; await sleep(500)) {
    await ask(figures, url, { name: 'again', path: '/data?limit=1', expects: [200, 503] });
    if (figures.count('200') > 0) return;
  }
  throw new Error('It did not recover after the database came back.');
}

/** Far more simultaneous requests than allowed: some succeed, the others get 429. */
async function flood(url: string): Promise<Figures> {
  const figures = new Figures();
  let left = FLOOD_REQUESTS;
  await runClients(
    FLOOD_AT_ONCE,
    () => left <= 0,
    async () => {
      left -= 1;
      const path = `/data?limit=50&_=${left}`;
      await ask(figures, url, { name: 'flood', path, expects: [200, 429, 503] });
    },
  );
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
