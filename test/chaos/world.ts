import { type Boundary, type FaultKind, type FaultPlan, LOST_ANSWERS } from './faults.ts';
import type { Random } from './random.ts';

// Everything that touches the outside waits here. One operation at a time continues, in an order that follows from
// the seed, so a race, a lost reply and a killed process can be repeated.

/** A simulated process: it has its own clock, and can be killed. */
export interface Actor {
  readonly name: string;
  /** Its last operation, to explain why it does not continue. */
  last: string;
  skew_ms: number;
  /** Set when it has ended in any way, or was killed. */
  ended: boolean;
}

export type End<T> = { value: T } | { error: unknown } | 'killed';

interface Waiting {
  actor: Actor;
  label: string;
  boundary: Boundary;
  perform: (fault: FaultKind | null) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

interface Timer {
  at_ms: number;
  /** The actor that it wakes; null for none in particular. */
  actor: Actor | null;
  label: string;
  act: () => unknown;
}

export interface WorldOptions {
  random: Random;
  faults: FaultPlan;
  /** The number of parallel operations: 1 can be repeated exactly; more are for a database that allows them. */
  parallel: number;
  start_ms: number;
}

const STEPS_MAX = 20_000;
/** Turns of the event loop after which nothing more comes from what was set going; the last ones take time, too. */
const TURNS_MAX = 18;
const QUICK_TURNS = 16;
const PROMISES_MAX = 100;
const QUIET_TURNS_MAX = 300;

/** A turn of the event loop. That of a timer takes a millisecond or more, seven times one that reads a body. */
const turn = (isQuick: boolean): Promise<unknown> =>
  isQuick ? new Response('x').text() : new Promise((resolve) => setTimeout(resolve, 0));

export class World {
  readonly random: Random;
  readonly counts = new Map<FaultKind, number>();
  /** The faults and events, by step. */
  readonly story: string[] = [];
  clock_ms: number;
  database_skew_ms = 0;
  steps = 0;
  #stormy_until = 0;
  #read_only_until_ms = 0;
  readonly #answers = new Map<string, number>();
  readonly #faults: FaultPlan;
  readonly #parallel: number;
  readonly #waiting: Waiting[] = [];
  readonly #timers: Timer[] = [];
  readonly #actors = new Set<Actor>();
  readonly #killed = new WeakMap<Actor, () => void>();

  constructor({ random, faults, parallel, start_ms }: WorldOptions) {
    this.random = random;
    this.#faults = faults;
    this.#parallel = parallel;
    this.clock_ms = start_ms;
  }

  /** Starts a process. Its end is recorded, never thrown. */
  spawn<T>(name: string, work: (actor: Actor) => Promise<T>): Promise<End<T>> {
    const actor: Actor = { name, last: 'nothing yet', skew_ms: this.#standingSkewMs(), ended: false };
    this.#actors.add(actor);
    const end = (how: End<T>): End<T> => {
      actor.ended = true;
      this.#actors.delete(actor);
      return how;
    };
    return Promise.race([
      new Promise<End<T>>((resolve) => this.#killed.set(actor, () => resolve('killed'))),
      work(actor).then(
        (value) => end({ value }),
        (error: unknown) => end({ error }),
      ),
    ]);
  }

  /** An actor's operation at a boundary. `perform` gets the fault to play, if any. */
  operation<T>(
    actor: Actor,
    boundary: Boundary,
    label: string,
    perform: (fault: FaultKind | null) => Promise<T>,
  ): Promise<T> {
    if (actor.ended) return new Promise(() => {}); // a dead process records nothing more
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ actor, boundary, label, perform, resolve: resolve as () => void, reject });
    });
  }

  sleep(actor: Actor, ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, 'wakes', resolve, actor));
  }

  /** Schedules an action. */
  after(ms: number, label: string, act: () => unknown, actor: Actor | null = null): void {
    this.#timers.push({ at_ms: this.clock_ms + ms, actor, label, act });
  }

  note(kind: FaultKind, where: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    this.tell(kind, where);
  }

  /** Adds a line to the story. */
  tell(what: string, where: string): void {
    this.story.push(`${String(this.steps).padStart(5)}  ${what.padEnd(18)} ${where}`);
  }

  draw(boundary: Boundary): FaultKind | null {
    return this.#isStormy ? this.#faults.draw(boundary) : null;
  }

  get #isStormy(): boolean {
    return this.steps < this.#stormy_until;
  }

  #standingSkewMs(): number {
    return (this.#isStormy && this.#faults.apart?.worker_ms) || 0;
  }

  /** How the answer to this kind of commit is lost, if every second one is. */
  loseAnswer(kind: string): FaultKind | null {
    if (!this.#isStormy || !this.#faults.losesAnswers) return null;
    const before = this.#answers.get(kind) ?? 0;
    this.#answers.set(kind, before + 1);
    return before % 2 === 0 ? (LOST_ANSWERS[(before / 2) % LOST_ANSWERS.length] ?? null) : null;
  }

  /** Whether the next event goes to a Worker of the previous release. */
  isFormer(): boolean {
    return this.#isStormy && this.random.chance(this.#faults.former_share);
  }

  #beginReadOnly(): void {
    this.#read_only_until_ms = this.clock_ms + this.random.between(10, 600) * 1_000;
  }

  get isReadOnly(): boolean {
    return this.clock_ms < this.#read_only_until_ms;
  }

  /** Faults occur, for at most this many steps. */
  stir(steps: number): void {
    this.#stormy_until = this.steps + steps;
    this.database_skew_ms = this.#faults.apart?.database_ms ?? 0;
  }

  /** Faults stop; clocks are right again. */
  calm(): void {
    this.#stormy_until = 0;
    this.#read_only_until_ms = 0;
    this.database_skew_ms = 0;
    for (const actor of this.#actors) actor.skew_ms = 0;
  }

  /** Continues until nothing waits and `isOver` is true. */
  async settle(isOver: () => boolean = () => true): Promise<void> {
    for (let quiet = 0; ; ) {
      const due = this.#timers.filter((timer) => timer.at_ms <= this.clock_ms);
      if (this.#waiting.length + due.length > 0) {
        this.steps += 1;
        if (this.steps > STEPS_MAX) throw new Error('The world does not come to rest.');
        quiet = (await this.#step(due)) ? 0 : 1;
        continue;
      }
      // An actor may be between two operations, at work on its data.
      const next_ms = Math.min(...this.#timers.map((timer) => timer.at_ms));
      const isAtWork = next_ms === Infinity && (this.#actors.size > 0 || !isOver());
      if (quiet > (isAtWork ? QUIET_TURNS_MAX : 0)) {
        if (isAtWork) throw new Error(`Nobody will ever wake ${this.#names()}.`);
        if (next_ms === Infinity) return;
        this.clock_ms = next_ms;
        quiet = 0;
        continue;
      }
      quiet += 1;
      await this.#rest(() => this.#waiting.length > 0);
    }
  }

  #names(): string {
    return [...this.#actors].map(({ name, last }) => `${name} (after: ${last})`).join(', ');
  }

  /** Plays one operation. False: some turns passed, but the started actor has not reached its next operation. */
  async #step(due: Timer[]): Promise<boolean> {
    const chosen = this.random.between(0, this.#waiting.length + due.length - 1);
    const timer = due[chosen - this.#waiting.length];
    if (timer !== undefined) {
      this.#timers.splice(this.#timers.indexOf(timer), 1);
      const before = this.#waiting.length;
      await timer.act();
      return this.#rest(() => this.#waiting.length > before);
    }
    const first = this.#waiting.splice(chosen, 1);
    const more = Math.min(this.#waiting.length, this.random.between(0, this.#parallel - 1));
    for (let i = 0; i < more; i += 1)
      first.push(...this.#waiting.splice(this.random.between(0, this.#waiting.length - 1), 1));
    this.clock_ms += this.random.between(1, 40);
    await Promise.all(first.map((operation) => this.#play(operation)));
    const released = new Set(first.map(({ actor }) => actor));
    return this.#rest(() =>
      [...released].every((actor) => actor.ended || this.#waiting.some((next) => next.actor === actor)),
    );
  }

  /** Waits until the started actor has reached its next operation, or has none. */
  async #rest(isOver: () => boolean): Promise<boolean> {
    // Usually only promises are involved, which need no turn of the event loop.
    for (let promise = 0; promise < PROMISES_MAX; promise += 1) {
      await undefined;
      if (isOver()) return true;
    }
    for (let turns = 0; turns < TURNS_MAX; turns += 1) {
      await turn(turns < QUICK_TURNS);
      if (isOver()) return true;
    }
    return false;
  }

  async #play(operation: Waiting): Promise<void> {
    const { actor, boundary, label, perform, resolve, reject } = operation;
    if (actor.ended) return;
    actor.last = label;
    const fault = this.draw(boundary);
    if (fault !== null) this.note(fault, `${actor.name}: ${label}`);
    if (fault === 'killed_before') return this.#kill(actor);
    if (fault === 'paused') {
      const stall_ms = this.random.between(11_000, 95_000); // others continue meanwhile, and leases expire
      return this.after(stall_ms, label, () => this.#waiting.push(operation), actor);
    }
    if (fault === 'clock_worker') actor.skew_ms = this.#jump(7_200);
    if (fault === 'clock_database') this.database_skew_ms = this.#jump(600);
    if (fault === 'db_read_only') this.#beginReadOnly();
    try {
      const value = await perform(fault);
      if (fault === 'killed_after') return this.#kill(actor);
      resolve(value);
    } catch (error) {
      reject(error);
    }
  }

  #jump(seconds: number): number {
    return this.random.between(-seconds, seconds) * 1_000;
  }

  #kill(actor: Actor): void {
    actor.ended = true;
    this.#actors.delete(actor);
    for (const list of [this.#waiting, this.#timers]) {
      const left = list.filter((item: { actor: Actor | null }) => item.actor !== actor);
      list.splice(0, list.length, ...(left as never[]));
    }
    this.#killed.get(actor)?.();
  }
}
