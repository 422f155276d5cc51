import { env } from 'cloudflare:workers';
import { type Deps, makeDeps } from '../../src/deps.ts';
import type { Env } from '../../src/env.ts';
import { consume, consumeDead } from '../../src/ingest/queue/consume.ts';
import { tick } from '../../src/ingest/queue/tick.ts';
import { actorDeps, type Surroundings } from './actor-deps.ts';
import { Clients } from './clients.ts';
import type { Disturb } from './database.ts';
import type { FaultPlan } from './faults.ts';
import { lastRun, openWork, type Since } from './open-work.ts';
import { createQueue, type Delivery } from './queue.ts';
import { createRandom } from './random.ts';
import { GECKO, type Market, marketAt, PAPRIKA } from './upstream.ts';
import { type Actor, World } from './world.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 0, 10, 10);
const ROUNDS_TO_HEAL_MAX = 60;
/** Longer, and a message would meet more faults than the queue has tries. */
const STORMY_STEPS = 700;

export interface Phase {
  /** What clients ask for and crons fire, all at once when faults are on and one after another otherwise. */
  jobs: ((play: Play) => Promise<void>)[];
  /** The market moves on before it, when it is another one. */
  round: number;
  /** So long after the phase before. */
  days_later?: number;
  /** What is older is given up. */
  keep_days?: number;
  /** It is not over before each endpoint with prices has been read again. */
  rereads?: true;
}

/** One run of the whole service, from an empty database on. */
export class Play {
  readonly world: World;
  readonly clients: Clients;
  readonly #around: Surroundings;
  readonly #market: Market = { bodies: new Map() };
  readonly #isClean: boolean;
  readonly #hasTimeless: boolean;
  /** The last run before each phase. */
  readonly #runs_before: number[] = [];

  constructor(options: {
    seed: number;
    faults: FaultPlan;
    clean: boolean;
    /** Whether the market holds a record without a time of its own. */
    timeless: boolean;
    parallel: number;
    disturb: Disturb | null;
  }) {
    this.#isClean = options.clean;
    this.#hasTimeless = options.timeless;
    this.world = new World({
      random: createRandom(options.seed),
      faults: options.faults,
      parallel: options.parallel,
      start_ms: START_MS,
    });
    this.#around = {
      base: chaosDeps(undefined),
      bucket: (env as unknown as Env).UPLOADS,
      world: this.world,
      market: this.#market,
      queue: createQueue(this.world, (delivery, dead) => this.#consume(delivery, dead)),
      disturb: options.disturb,
    };
    this.clients = new Clients({
      world: this.world,
      deps: (actor) => this.#deps(actor),
      tick: () => this.tick(),
    });
  }

  /** Plays one phase through to the point where nothing is open any more. */
  async phase({ jobs, round, days_later = 0, keep_days }: Phase): Promise<void> {
    const later_ms = days_later * 24 * 60 * MINUTE_MS;
    this.world.clock_ms += 2 * 60 * MINUTE_MS + later_ms;
    this.#around.base = chaosDeps(keep_days);
    this.#market.bodies = marketAt(
      round,
      START_MS + round * 2 * 60 * MINUTE_MS + later_ms,
      this.#hasTimeless,
    ).bodies;
    this.#runs_before.push(await lastRun(this.#around.base.db));
    this.world.stir(STORMY_STEPS);
    await this.#run(jobs);
  }

  async #run(jobs: Phase['jobs']): Promise<void> {
    const failed: unknown[] = [];
    let open = 0;
    for (const job of jobs) {
      open += 1;
      job(this)
        .catch((error: unknown) => failed.push(error))
        .finally(() => {
          open -= 1;
        });
      if (this.#isClean) await this.world.settle(() => open === 0);
    }
    await this.world.settle(() => open === 0);
    if (failed.length > 0) throw failed[0];
  }

  /** Faults stop, crons fire on, until all is as it should be. */
  async heal({ rereads, keep_days }: Phase): Promise<void> {
    this.world.calm();
    const now = new Date(this.world.clock_ms).toISOString();
    const since = { read: rereads ? now : null, maintained: keep_days ? now : null };
    for (let round = 0; round < ROUNDS_TO_HEAL_MAX; round += 1) {
      await this.#nextTick();
      if ((await this.#open(since)) !== null) continue;
      // The hourly tick looks at everything once more.
      const hour_ms = 60 * MINUTE_MS;
      this.world.clock_ms = Math.ceil(this.world.clock_ms / hour_ms) * hour_ms - MINUTE_MS;
      await this.#nextTick();
      return;
    }
    throw new Error(`It does not heal: ${await this.#open(since)}`);
  }

  /** The cron fires, once for each of so many Workers. */
  async tick(workers = 1): Promise<void> {
    const at_ms = Math.floor(this.world.clock_ms / (5 * MINUTE_MS)) * 5 * MINUTE_MS;
    await Promise.all(
      Array.from({ length: workers }, (_, i) =>
        this.world.spawn(`tick ${i + 1}`, (actor) => tick(this.#deps(actor), at_ms)),
      ),
    );
  }

  /** Takes back every poll since the phase before began. */
  async withdrawPolls(): Promise<void> {
    await this.clients.withdrawPolls(this.#runs_before.at(-2) ?? 0);
  }

  #deps(actor: Actor): Deps {
    return actorDeps(this.#around, actor);
  }

  async #consume(delivery: Delivery, dead: boolean): Promise<'killed' | 'threw' | 'returned'> {
    const { type } = delivery.body as { type: string };
    const handle = dead ? consumeDead : consume;
    const end = await this.world.spawn(
      `${dead ? 'dead letter' : 'consumer'} ${delivery.id} (${type})`,
      (actor) => handle(this.#deps(actor), delivery),
    );
    if (end === 'killed') return 'killed';
    return 'error' in end ? 'threw' : 'returned';
  }

  async #nextTick(): Promise<void> {
    this.world.clock_ms = (Math.floor(this.world.clock_ms / (5 * MINUTE_MS)) + 1) * 5 * MINUTE_MS;
    const ended = this.tick();
    await this.world.settle();
    await ended;
  }

  /** What is still open, or null. */
  async #open(since: Since): Promise<string | null> {
    const messages = this.#around.queue.open();
    const work = await openWork(this.#around.base.db, this.#market, since);
    return work ?? (messages > 0 ? `${messages} messages` : null);
  }
}

/** The real Worker's deps, asking the simulated upstreams. */
function chaosDeps(keepDays: number | undefined): Deps {
  return makeDeps({
    ...(env as unknown as Env),
    COINPAPRIKA_BASE_URL: PAPRIKA,
    COINGECKO_BASE_URL: GECKO,
    COINGECKO_PAGES: '2',
    BACKFILL_ASSETS: '0',
    ...(keepDays && { KEEP_OBSERVATIONS_DAYS: String(keepDays), KEEP_RAW_DAYS: String(keepDays) }),
    LOG_LEVEL: 'silent',
  });
}
