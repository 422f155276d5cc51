import { join } from 'node:path';
import { createRandom } from '../../test/chaos/random.ts';
import type { Bundle } from './bundle.ts';
import { type CacheRun, judgeCache } from './cache-figures.ts';
import { COINS, drawFrom, onceAsked } from './cache-mix.ts';
import { CacheStand, startListening } from './cache-stand.ts';
import { startChild } from './child.ts';
import { type BenchDatabase, createDatabase, dropDatabase, openDatabase } from './database.ts';
import type { Outcome } from './outcome.ts';
import type { BenchPostgres } from './postgres.ts';
import type { UpstreamAnswers } from './upstream-process.ts';
import { startWorkers, WORKERS } from './worker.ts';

export interface CachePlan {
  /** Requests per second of simulated time. */
  rates: readonly number[];
  /** Minutes of simulated time for each run. */
  minutes: number;
}

interface CacheBench {
  bundle: Bundle;
  folder: string;
  plan: CachePlan;
  tell: (line: string) => void;
}

const DATABASE = 'cointape_bench_cache';
const MINUTE_MS = 60_000;
const POLL_MS = 5 * MINUTE_MS;
const WARM_UP_MS = MINUTE_MS;
/** Polls before the first read. They settle the assets and start the candles. */
const POLLS_BEFORE = 2;
const NEVER_REPEATED = 0.1;
const SEED = 1;

/**
 * Sends the requests of a price site through the strict cache, in simulated time, and counts those that reach the
 * Worker and Postgres.
 */
export async function benchCache(
  postgres: BenchPostgres,
  { bundle, folder, plan, tell }: CacheBench,
): Promise<Outcome> {
  await using opened = new AsyncDisposableStack();
  await createDatabase(postgres, DATABASE);
  opened.defer(() => dropDatabase(postgres, DATABASE));
  const database = opened.adopt(await openDatabase(postgres, DATABASE), (it) => it.close());
  const upstream = opened.adopt(await startChild<UpstreamAnswers>('upstream-process.ts'), (it) => it.stop());
  const upstream_url = await upstream.ask('url', undefined);
  const listening = opened.adopt(await startListening(), (it) => it.close());
  const variables = {
    DATABASE_URL: database.neon_url,
    COINPAPRIKA_BASE_URL: `${upstream_url}/coinpaprika`,
    COINGECKO_BASE_URL: `${upstream_url}/coingecko`,
    BACKFILL_ASSETS: '0',
    BENCH_URL: listening.url,
  };
  const wrapper = join(WORKERS, 'clocked.js');
  const spec = { name: 'cached', script: bundle.path, wrapper, variables };
  const workers = opened.adopt(await startWorkers([spec], folder), (it) => it.close());
  const start_ms = await upstream.ask('startMs', undefined);
  const stand = new CacheStand(workers, await workers.url('cached'), start_ms);
  listening.listen(stand);
  // Every reading is taken at the moment of its request.
  const poll = async () => {
    await upstream.ask('setEpoch', (stand.now_ms - start_ms) / MINUTE_MS);
    await stand.poll();
  };
  for (let polls = 0; polls < POLLS_BEFORE; polls += 1) {
    stand.now_ms += POLL_MS;
    await poll();
  }
  const coins = await coinsOf(stand);
  const site: Site = { stand, database, coins, poll };
  const runs: CacheRun[] = [];
  for (const rate of plan.rates)
    for (const never_repeated of [0, NEVER_REPEATED]) {
      const { minutes } = plan;
      tell(`${rate} requests a second for ${minutes} minutes, ${never_repeated * 100} % never repeated`);
      const run = await play(site, { rate, minutes, never_repeated });
      tell(
        `${run.statements} statements for ${run.requests} requests, of which ${run.reached} reached the Worker`,
      );
      runs.push(run);
    }
  return judgeCache(runs);
}

/** The coins, ordered by rank. */
async function coinsOf(stand: CacheStand): Promise<string[]> {
  const coins: string[] = [];
  for (let offset = 0; offset < COINS; offset += 1000) {
    const reply = await stand.read(`/assets?limit=1000&offset=${offset}`, false);
    const { data } = (await reply.json()) as { data: { asset: string }[] };
    coins.push(...data.map(({ asset }) => asset));
  }
  if (coins.length < COINS) throw new Error(`There are ${coins.length} coins, not ${COINS}.`);
  return coins.slice(0, COINS);
}

interface Site {
  stand: CacheStand;
  database: BenchDatabase;
  coins: readonly string[];
  poll: () => Promise<void>;
}

interface Traffic {
  rate: number;
  minutes: number;
  never_repeated: number;
}

/**
 * Plays a run that starts one minute after a tick, with a poll every five minutes. The first minute is not counted.
 */
async function play(site: Site, traffic: Traffic): Promise<CacheRun> {
  const { stand, database } = site;
  stand.now_ms = Math.ceil(stand.now_ms / POLL_MS) * POLL_MS + WARM_UP_MS;
  stand.emptyCache();
  const ask = asking(site, traffic);
  await readUntil(site, traffic.rate, stand.now_ms + WARM_UP_MS, ask);
  const before = { ...stand.front.counts, statuses: { ...stand.front.counts.statuses } };
  const requests_before = (await database.server.ask('counts', undefined)).requests;
  const polled = await readUntil(site, traffic.rate, stand.now_ms + traffic.minutes * MINUTE_MS, ask);
  const requests = (await database.server.ask('counts', undefined)).requests - requests_before;
  const { counts } = stand.front;
  return {
    ...traffic,
    requests: counts.requests - before.requests,
    reached: counts.worker - before.worker,
    statements: requests - polled.statements,
    polls: polled.polls,
    calls: counts.calls - before.calls,
  };
}

/** Draws one target after another, including those that occur only once. */
function asking({ coins, stand }: Site, { never_repeated }: Traffic): () => Promise<void> {
  const { next } = createRandom(SEED);
  const draw = drawFrom(coins, next);
  let number = 0;
  return async () => {
    number += 1;
    const isOnce = next() < never_repeated;
    const target = isOnce ? onceAsked(coins, next, number, stand.now_ms) : draw();
    const reply = await stand.read(target, !isOnce);
    if (reply.status !== 200) throw new Error(`${target} gave ${reply.status}: ${await reply.text()}`);
    await reply.body?.cancel();
  };
}

/** Requests within this much simulated time are in flight together, as if they arrived at one moment. */
const TOGETHER_MS = 100;

/** Reads at an even pace, and returns how many statements the polls sent meanwhile. */
async function readUntil(
  { stand, database, poll }: Site,
  rate: number,
  end_ms: number,
  ask: () => Promise<void>,
): Promise<{ polls: number; statements: number }> {
  const told = { polls: 0, statements: 0 };
  const apart = async (work: () => Promise<void>) => {
    const before = (await database.server.ask('counts', undefined)).requests;
    await work();
    told.statements += (await database.server.ask('counts', undefined)).requests - before;
  };
  const from_ms = stand.now_ms;
  let together: Promise<void>[] = [];
  for (let sent = 0; ; sent += 1) {
    const at_ms = from_ms + Math.floor((sent * 1000) / rate / TOGETHER_MS) * TOGETHER_MS;
    if (at_ms > stand.now_ms) {
      await Promise.all(together);
      together = [];
    }
    const tick_ms = Math.ceil((stand.now_ms + 1) / POLL_MS) * POLL_MS;
    if (tick_ms <= Math.min(at_ms, end_ms)) {
      stand.now_ms = tick_ms;
      told.polls += 1;
      await apart(poll);
    }
    if (at_ms >= end_ms) break;
    stand.now_ms = Math.max(stand.now_ms, at_ms);
    if (stand.hasDue) await apart(() => stand.deliver());
    together.push(ask());
  }
  stand.now_ms = end_ms;
  return told;
}
