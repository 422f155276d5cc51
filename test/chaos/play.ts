import { env } from 'cloudflare:workers';
import { makeDeps } from '../../src/deps.ts';
import type { Env } from '../../src/env.ts';
import type { Surroundings } from './actor-deps.ts';
import { Clients } from './clients.ts';
import type { Disturb } from './database.ts';
import type { FaultPlan } from './faults.ts';
import { lastRun, openWork, type Since } from './open-work.ts';
import { createQueue, type Delivery } from './queue.ts';
import { createRandom } from './random.ts';
import { AGE_MS, GECKO, type Market, marketAt, PAPRIKA } from './upstream.ts';
import { type ChaosWorker, currentWorker, formerWorker } from './workers.ts';
import { World } from './world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const START_MS = Date.UTC(2026, 0, 10, 10);
const ROUNDS_TO_HEAL_MAX = 60;
/** With more steps, a message would meet more faults than the queue has tries. */
const STORMY_STEPS = 700;

export interface Phase {
  /** The requests of clients and the ticks of crons: all at once if faults are on, otherwise one after another. */
  jobs: ((play: Play) => Promise<void>)[];
  /** If the market has another number, it moves on first. */
  round: number;
  /** The distance from the previous phase. */
  days_later?: number;
  /** Older data is given up. */
  keep_days?: number;
  /** It ends only when each endpoint with prices has been read again. */
  rereads?: true;
}

/** One run of the whole service, starting with an empty database. */
export class Play {
  readonly world: World;
  readonly clients: Clients;
  readonly #around: Surroundings;
  readonly #market: Market = { bodies: new Map() };
  readonly #isClean: boolean;
  readonly #hasTimeless: boolean;
  /** How far upstreams are ahead of the world's clock, if their readings are of the present. */
  readonly #upstream_ms: number | null;
  /** When each round of the market began. */
  readonly #rounds = new Map<number, number>();
  readonly #current: ChaosWorker;
  readonly #former: ChaosWorker;
  /** The last run before each phase. */
  readonly #runs_before: number[] = [];

  constructor(options: {
    seed: number;
    faults: FaultPlan;
    clean: boolean;
    parallel: number;
    disturb: Disturb | null;
  }) {
    this.#isClean = options.clean;
    this.#hasTimeless = !options.faults.movesClocks;
    this.#upstream_ms = options.faults.apart?.upstream_ms ?? null;
    this.world = new World({
      random: createRandom(options.seed),
      faults: options.faults,
      parallel: options.parallel,
      start_ms: START_MS,
    });
    this.#around = {
      ...surroundingsOf(undefined),
      bucket: (env as unknown as Env).UPLOADS,
      world: this.world,
      market: this.#market,
      queue: createQueue(this.world, (delivery, dead) => this.#consume(delivery, dead)),
      disturb: options.disturb,
    };
    this.#current = currentWorker(this.#around);
    this.#former = formerWorker(this.#around);
    this.clients = new Clients({
      world: this.world,
      worker: () => this.#worker(),
      tick: () => this.tick(),
    });
  }

  /** Plays one phase until no work is open any more. */
  async phase({ jobs, round, days_later = 0, keep_days }: Phase): Promise<void> {
    const later_ms = days_later * 24 * 60 * MINUTE_MS;
    this.world.clock_ms += 2 * 60 * MINUTE_MS + later_ms;
    Object.assign(this.#around, surroundingsOf(keep_days));
    this.#market.bodies = this.#marketOf(round, later_ms).bodies;
    this.#runs_before.push(await lastRun(this.#around.base.db));
    this.world.stir(STORMY_STEPS);
    await this.#run(jobs);
  }

  /** The time of the upstreams' readings in a round: hours old, or the moment in which it began. */
  #marketOf(round: number, later_ms: number): Market {
    const timeless = this.#hasTimeless;
    if (this.#upstream_ms === null)
      return marketAt(START_MS + round * 2 * 60 * MINUTE_MS + later_ms - AGE_MS, { round, timeless });
    // The clock of a clean run is also here, however long this run took to heal.
    this.world.clock_ms = Math.ceil(this.world.clock_ms / DAY_MS) * DAY_MS + 10 * 60 * MINUTE_MS;
    const began_ms = this.#rounds.get(round) ?? this.world.clock_ms;
    this.#rounds.set(round, began_ms);
    return marketAt(began_ms + this.#upstream_ms, { round, timeless });
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

  /** Faults stop and crons continue until everything is as it should be. */
  async heal({ rereads, keep_days }: Phase): Promise<void> {
    this.world.calm();
    const now = new Date(this.world.clock_ms).toISOString();
    const since = { read: rereads ? now : null, maintained: keep_days ? now : null };
    for (let round = 0; round < ROUNDS_TO_HEAL_MAX; round += 1) {
      await this.#nextTick();
      if ((await this.#open(since)) !== null) continue;
      // The hourly tick checks everything once more.
      const hour_ms = 60 * MINUTE_MS;
      this.world.clock_ms = Math.ceil(this.world.clock_ms / hour_ms) * hour_ms - MINUTE_MS;
      await this.#nextTick();
      return;
    }
    throw new Error(`It does not heal: ${await this.#open(since)}`);
  }

  /** Fires the cron once for each of this many Workers. */
  async tick(workers = 1): Promise<void> {
    const at_ms = Math.floor(this.world.clock_ms / (5 * MINUTE_MS)) * 5 * MINUTE_MS;
    await Promise.all(Array.from({ length: workers }, (_, i) => this.#fire(`tick ${i + 1}`, at_ms)));
  }

  /** Cron triggers come at least once, and not exactly at their minute. */
  async #fire(name: string, at_ms: number): Promise<void> {
    const { world } = this;
    const fault = world.draw('tick');
    if (fault !== null) world.note(fault, name);
    if (fault === 'tick_missed') return;
    const run = () => world.spawn(name, (actor) => this.#worker().tick(actor, at_ms));
    if (fault === 'tick_late')
      await new Promise<void>((resolve) =>
        world.after(world.random.between(1, 900) * 1_000, `late ${name}`, resolve),
      );
    if (fault === 'tick_doubled')
      world.after(world.random.between(0, 300) * 1_000, `second ${name}`, () => void run());
    await run();
  }

  /** The Worker that takes the next event. */
  #worker(): ChaosWorker {
    return this.world.isFormer() ? this.#former : this.#current;
  }

  /** Withdraws every poll since the start of the previous phase. */
  async withdrawPolls(): Promise<void> {
    await this.clients.withdrawPolls(this.#runs_before.at(-2) ?? 0);
  }

  async #consume(delivery: Delivery, dead: boolean): Promise<'killed' | 'threw' | 'returned'> {
    const { type } = delivery.body as { type: string };
    const end = await this.world.spawn(
      `${dead ? 'dead letter' : 'consumer'} ${delivery.id} (${type})`,
      (actor) => this.#worker().consume(actor, delivery, dead),
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

  /** The work that is still open, or null. */
  async #open(since: Since): Promise<string | null> {
    const messages = this.#around.queue.open();
    const work = await openWork(this.#around.base.db, this.#market, since);
    return work ?? (messages > 0 ? `${messages} messages` : null);
  }
}

/** The deps of the real Worker, with the simulated upstreams. */
function surroundingsOf(keepDays: number | undefined): Pick<Surroundings, 'env' | 'base'> {
  const given: Env = {
    ...(env as unknown as Env),
    COINPAPRIKA_BASE_URL: PAPRIKA,
    COINGECKO_BASE_URL: GECKO,
    COINGECKO_PAGES: '2',
    BACKFILL_ASSETS: '0',
    ...(keepDays && { KEEP_OBSERVATIONS_DAYS: String(keepDays), KEEP_RAW_DAYS: String(keepDays) }),
    LOG_LEVEL: 'silent',
  };
  return { env: given, base: makeDeps(given) };
}
