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
  const draw = drawing(site, traffic);
  await readUntil(site, traffic.rate, stand.now_ms + WARM_UP_MS, draw);
  const before = { ...stand.front.counts };
  const requests_before = (await database.server.ask('counts', undefined)).requests;
  const told = await readUntil(site, traffic.rate, stand.now_ms + traffic.minutes * MINUTE_MS, draw);
  const asked = (await database.server.ask('counts', undefined)).requests - requests_before;
  const { counts } = stand.front;
  return {
    ...traffic,
    requests: told.requests,
    reached: counts.worker - before.worker,
    statements: asked - told.statements,
    polls: told.polls,
    calls: counts.calls - before.calls,
  };
}

interface Asked {
  target: string;
  is_once: boolean;
}

/** Draws one target after another, including those that occur only once. */
function drawing({ coins, stand }: Site, { never_repeated }: Traffic): () => Asked {
  const { next } = createRandom(SEED);
  const draw = drawFrom(coins, next);
  let number = 0;
  return () => {
    number += 1;
    const is_once = next() < never_repeated;
    return { target: is_once ? onceAsked(coins, next, number, stand.now_ms) : draw(), is_once };
  };
}

/** How the cache answered. */
async function read(stand: CacheStand, { target, is_once }: Asked): Promise<string> {
  const reply = await stand.read(target, !is_once);
  if (reply.status !== 200) throw new Error(`${target} gave ${reply.status}: ${await reply.text()}`);
  await reply.body?.cancel();
  return reply.headers.get('Cf-Cache-Status') ?? '';
}

/** Requests of so much simulated time come at one moment. */
const TOGETHER_MS = 100;
/** More would wait for a connection of the database server for longer than the Worker waits. */
const ON_THEIR_WAY_MAX = 64;

/**
 * The requests of one moment. Nothing changes in it, so that a target that was a hit once is one every time: only counted
 * from then on, which makes a run several times as quick.
 */
class Moment {
  readonly #stand: CacheStand;
  readonly #answers = new Map<string, Promise<string>>();
  #on_their_way = 0;

  constructor(stand: CacheStand) {
    this.#stand = stand;
  }

  async ask(asked: Asked): Promise<void> {
    const before = this.#answers.get(asked.target);
    if (before === undefined) this.#on_their_way += 1;
    const answer = before?.then((how) => (how === 'HIT' ? how : read(this.#stand, asked)));
    this.#answers.set(asked.target, answer ?? read(this.#stand, asked));
    if (this.#on_their_way >= ON_THEIR_WAY_MAX) await this.end();
  }

  /** Until all are answered. */
  async end(): Promise<void> {
    this.#on_their_way = 0;
    await Promise.all(this.#answers.values());
  }
}

/** Reads at an even pace; tells how often, and what polls have asked of the database meanwhile. */
async function readUntil(
  { stand, database, poll }: Site,
  rate: number,
  end_ms: number,
  draw: () => Asked,
): Promise<{ requests: number; polls: number; statements: number }> {
  const told = { requests: 0, polls: 0, statements: 0 };
  const apart = async (work: () => Promise<void>) => {
    const before = (await database.server.ask('counts', undefined)).requests;
    await work();
    told.statements += (await database.server.ask('counts', undefined)).requests - before;
  };
  const from_ms = stand.now_ms;
  let moment = new Moment(stand);
  for (; ; told.requests += 1) {
    const at_ms = from_ms + Math.floor((told.requests * 1000) / rate / TOGETHER_MS) * TOGETHER_MS;
    if (at_ms > stand.now_ms) {
      await moment.end();
      moment = new Moment(stand);
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
    await moment.ask(draw());
  }
  stand.now_ms = end_ms;
  return told;
}
