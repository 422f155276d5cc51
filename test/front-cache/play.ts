import { type Deployed, FrontCache } from '../../scripts/front-cache/front.ts';
import { Tier } from '../../scripts/front-cache/tier.ts';
import type { KeptReplies } from '../../src/kept-replies.ts';
import { createRandom, type Random } from '../chaos/random.ts';
import type { Known } from '../fuzz/requests.ts';
import { copiesBy } from './copies.ts';
import { ACTS } from './deeds.ts';
import { TOLD_MS } from './facts.ts';
import { Memory } from './memory.ts';
import {
  allowedByBrowser,
  allowedByFront,
  faultOf,
  faultOfHeaders,
  type Held,
  heldOf,
  READ_MS_MAX,
  SECONDS_TICKING,
} from './oracle.ts';
import { type Question, type Questions, questionsFor } from './questions.ts';
import { type Clock, PlayedWorker, Refused, TOKEN, targetOf } from './worker.ts';

/** A play of readers, commits and mishaps, with a cache between the readers and the Worker. */
export interface PlayOptions {
  seed: number;
  spoilt?: Spoilt | undefined;
}

/** A fault that a play must find: else it proves nothing of the cache without one. */
export interface Spoilt {
  /** What the cache gets in place of a reply of the Worker. */
  reply?: (reply: Response, target: string) => Response;
  /** The cache accepts calls and forgets them. */
  forgets_calls?: boolean;
  /** What the Worker keeps in its memory. */
  memory?: (replies: KeptReplies) => KeptReplies;
  /** The clock of the cache stands still, so that it keeps everything for ever. */
  stands_still?: boolean;
}

const START_MS = Date.UTC(2026, 0, 10, 10, 0, 0);
const MINUTE_MS = 60_000;
const TICK_MS = 5 * MINUTE_MS;
const PLACES = 2;
/** A delayed reply arrives within this time. */
const HELD_MS_MAX = READ_MS_MAX - 1000;
/** Steps with longer pauses. */
const PASSING_MS = 1000;

interface Reader {
  token: string | null;
  browser: Tier | null;
}

interface Sent {
  question: Question;
  reader: Reader;
  request: Request;
}

interface Remembered {
  etag: string;
  held: Held;
}

export class Play {
  readonly story: string[] = [];
  readonly front: FrontCache;
  readonly worker: PlayedWorker;
  readonly memory: Memory;
  readonly counts = {
    reads: 0,
    of_a_browser: 0,
    copies: 0,
    not_modified: 0,
    deeds: 0,
    refused_deeds: 0,
    held: 0,
    outages: 0,
    deployments: 0,
  };
  /** Replies that came directly from the Worker, by status. */
  readonly directs: Record<string, number> = {};
  readonly #random: Random;
  readonly #clock: Clock = { ms: START_MS };
  readonly #readers: Reader[];
  /** The client with the most requests. */
  readonly #usual: Reader | undefined;
  readonly #remembered = new Map<string, Remembered[]>();
  readonly #is_reliable: boolean;
  readonly #spoilt: Spoilt;
  #questions: Questions = { usual: [], drawn: [] };
  #down_until_ms = 0;
  #held: { target: string; from_ms: number; release: () => void; end: Promise<void> } | null = null;

  constructor({ seed, spoilt = {} }: PlayOptions) {
    this.#random = createRandom(seed);
    this.#spoilt = spoilt;
    this.#is_reliable = seed % 3 === 1;
    const now = () => this.#clock.ms;
    this.front = new FrontCache({
      now: spoilt.stands_still ? () => START_MS : now,
      places: PLACES,
      serves_invalidated: seed % 2 === 0,
      delay_ms: (_, tier) => {
        const delay_ms = this.#delay(tier);
        return spoilt.forgets_calls ? null : delay_ms;
      },
      refuses: () => this.#refuses(),
    });
    const variables: Record<string, string> = {
      READ_ACCESS: seed % 4 === 3 ? 'token' : 'public',
      BULK_ACCESS: seed % 2 === 0 ? 'token' : 'public',
      RAW_ACCESS: seed % 5 === 2 ? 'token' : 'public',
      KEEP_OBSERVATIONS_DAYS: '1',
    };
    this.memory = new Memory(spoilt.memory);
    this.worker = new PlayedWorker(
      { clock: this.#clock, front: this.front, memory: this.memory },
      variables,
      () => now() < this.#down_until_ms,
    );
    const browser = () => new Tier({ now, shared: false });
    this.#readers = [
      ANYBODY,
      { token: null, browser: browser() },
      { token: TOKEN, browser: null },
      { token: TOKEN, browser: browser() },
      { token: 'wrong', browser: null },
    ];
    this.#usual = this.#readers[variables.READ_ACCESS === 'token' ? 2 : 0];
  }

  /** The Worker's `caches`. */
  readonly copies = copiesBy(() => this.#clock.ms);

  /** A tape with rows of every type. */
  async begin(known: () => Promise<Known>): Promise<void> {
    await this.#act('a poll');
    await this.#act('a file');
    await this.worker.post('/replays', '{"source":"coingecko"}');
    await this.worker.post('/lake');
    await this.worker.deliver();
    this.#questions = questionsFor(this.#random, await known(), new Date(this.#clock.ms));
  }

  /** Continues the play. Throws a fault with the steps that led to it. */
  async run(steps: number): Promise<void> {
    for (let step = 0; step < steps; step += 1) await this.#step();
    await this.#release();
    await this.#pass(DOWN_MS_MAX);
    await this.#askAfterCommit();
    await this.#askAtTurns();
    // Nothing more is committed, and all announcements have arrived: every served reply is right now.
    for (const seconds of [40, 3 * 3600]) {
      await this.#pass(seconds * 1000);
      for (const question of this.#questions.usual) await this.#read(question);
    }
  }

  async #step(): Promise<void> {
    const random = this.#random;
    if (this.#held !== null && this.#clock.ms - this.#held.from_ms > HELD_MS_MAX - 3000)
      await this.#release();
    const dice = random.next();
    if (dice < 0.76) return this.#readSome();
    if (dice < 0.86) return this.#pass(random.between(1, this.#held === null ? 8 : 3) * 1000);
    if (dice < 0.91) return this.#actSome();
    if (dice < 0.94) return this.#hold();
    await this.#release();
    if (dice < 0.965) return this.#actSome();
    if (dice < 0.98) return this.#pass(random.between(40, 7200) * 1000);
    if (dice < 0.99) return this.#deploy();
    this.counts.outages += 1;
    this.#down_until_ms = this.#clock.ms + random.between(5, 30) * 1000;
    this.#tell(`the database is away for ${(this.#down_until_ms - this.#clock.ms) / 1000} s`);
  }

  /** Everything that becomes due on the way comes on time, to the second. */
  async #pass(ms: number): Promise<void> {
    this.#tell(`${ms / 1000} s pass`);
    const end_ms = this.#clock.ms + ms;
    while (this.#clock.ms < end_ms) {
      this.#clock.ms = Math.min(end_ms, this.#clock.ms + PASSING_MS);
      this.front.arrive();
      await this.worker.deliver('invalidate');
      if (this.worker.hasDueWork && this.#clock.ms >= this.#down_until_ms)
        await this.worker.do('messages', () => this.worker.deliver());
    }
  }

  /** Asks what was kept before a commit, as soon as all calls of the commit have come. */
  async #askAfterCommit(): Promise<void> {
    for (const question of this.#questions.usual) await this.#read(question);
    await this.#act('a file');
    await this.#pass(TOLD_MS + PASSING_MS);
    for (const question of this.#questions.usual) await this.#read(question);
  }

  /** Asks again and again while rows turn stale. */
  async #askAtTurns(): Promise<void> {
    for (const question of TURNING) {
      await this.#act('a poll');
      const turn_ms = await this.#turnOf(question);
      if (turn_ms === null) throw new Error(`Nothing of ${question.target} turns stale.`);
      await this.#pass(turn_ms - SECONDS_BEFORE_TURN * 1000 - this.#clock.ms);
      while (this.#clock.ms < turn_ms + SECONDS_TICKING * 1000) {
        await this.#read(question);
        await this.#pass(this.#random.between(1, 4) * 1000);
      }
    }
  }

  /** The second from which on the Worker would call more rows stale than now, sought by its answers alone. */
  async #turnOf({ target }: Question): Promise<number | null> {
    const staleAt = async (now_ms: number) => {
      const asked = new Request(`https://tape.test${target}`, TOKENED);
      return (await heldOf(await this.worker.truth(asked, now_ms))).text.split('"stale":true').length;
    };
    const now = await staleAt(this.#clock.ms);
    let [before_ms, from_ms] = [this.#clock.ms, this.#clock.ms + TURNED_MS_MAX];
    if ((await staleAt(from_ms)) === now) return null;
    while (from_ms - before_ms > 1000) {
      const middle_ms = Math.floor((before_ms + from_ms) / 2);
      if ((await staleAt(middle_ms)) === now) before_ms = middle_ms;
      else from_ms = middle_ms;
    }
    return from_ms;
  }

  #deploy(): void {
    this.counts.deployments += 1;
    this.worker.deploy(`version-${this.counts.deployments + 1}`);
    this.#tell(`${this.worker.version} is deployed`);
  }

  async #actSome(): Promise<void> {
    if (this.#clock.ms < this.#down_until_ms) return;
    // A poll waits for its tick, and a delayed reply would wait too long for it.
    const acts = ACTS.filter(([name]) => this.#held === null || name !== 'a poll');
    const drawn = acts.flatMap(([name, weight]) => Array.from({ length: weight }, () => name));
    await this.#act(this.#random.pick(drawn) ?? '');
  }

  async #act(wanted: string): Promise<void> {
    const [name, , act] = ACTS.find(([each]) => each === wanted) ?? [];
    if (name === undefined || act === undefined) throw new Error(`There is no deed ${wanted}.`);
    if (name === 'a poll') this.#clock.ms = Math.ceil(this.#clock.ms / TICK_MS) * TICK_MS;
    this.worker.round += 1;
    this.counts.deeds += 1;
    const before = { ...this.front.counts };
    const deed = await this.worker.do(name, () =>
      act(this.worker, this.#random).catch((error) => this.#refused(error)),
    );
    const [calls, refused] = [
      this.front.counts.calls - before.calls,
      this.front.counts.refused - before.refused,
    ];
    deed.is_lost ||= refused > 0;
    this.#tell(`${name}: ${calls} calls, ${refused} of them refused`);
  }

  /** Actions that are impossible at the moment, for example to withdraw a running withdrawal. */
  #refused(error: unknown): void {
    if (!(error instanceof Refused)) throw error;
    this.counts.refused_deeds += 1;
    this.#tell(error.message);
  }

  #refuses(): boolean {
    if (this.#is_reliable || !this.#random.chance(0.1)) return false;
    this.#tell('a call is refused');
    for (const deed of this.worker.deedsToTell()) deed.is_lost = true;
    return true;
  }

  /** When a call takes effect in a tier; the result is stored with the actions for which it may have been made. */
  #delay(tier: number): number | null {
    const luck = this.#is_reliable ? 0 : this.#random.next();
    const delay_ms = luck > 0.9 ? null : luck < 0.6 ? 0 : this.#random.between(1, 8) * 1000;
    this.#tell(
      `a call ${delay_ms === null ? 'never comes to' : `comes after ${delay_ms} ms to`} tier ${tier}`,
    );
    for (const deed of this.worker.deedsToTell()) {
      deed.is_lost ||= delay_ms === null;
      deed.arrives_ms = Math.max(deed.arrives_ms, this.#clock.ms + (delay_ms ?? 0));
    }
    return delay_ms;
  }

  /** A read whose answer leaves the database now, and arrives later. */
  async #hold(): Promise<void> {
    if (this.#held !== null) return;
    const question = this.#draw();
    const gate = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const sent = this.#sent(question);
    this.counts.held += 1;
    const end = this.#send(sent, () => {
      left.resolve();
      return gate.promise;
    });
    this.#held = { target: question.target, from_ms: this.#clock.ms, release: gate.resolve, end };
    // Until then no time may pass, because the Worker has not yet read its clock. Some need no database.
    await Promise.race([left.promise, end.catch(() => {})]); // a fault is reported when it is released
    this.#tell(`held: ${question.target}`);
  }

  async #release(): Promise<void> {
    const held = this.#held;
    this.#held = null;
    held?.release();
    await held?.end;
  }

  #draw(): Question {
    const { usual, drawn } = this.#questions;
    const list = this.#random.chance(USUAL_SHARE) ? usual : drawn;
    // The first ones are requested most often.
    return list[Math.floor(list.length * this.#random.next() ** 3)] ?? NOTHING;
  }

  async #readSome(): Promise<void> {
    const question = this.#draw();
    if (question.target !== this.#held?.target) await this.#read(question);
    if (this.#random.chance(0.4)) await this.#pass(1000);
  }

  #read(question: Question): Promise<void> {
    return this.#send(this.#sent(question));
  }

  #sent(question: Question): Sent {
    const random = this.#random;
    const reader = (random.chance(0.4) ? this.#usual : random.pick(this.#readers)) ?? ANYBODY;
    const headers = new Headers();
    const accept = random.pick([
      ...NO_ACCEPT,
      'application/json',
      'text/csv',
      'application/x-ndjson',
      'text/html',
    ]);
    if (accept !== null && accept !== undefined) headers.set('Accept', accept);
    if (random.chance(0.1)) headers.set('Accept-Encoding', 'gzip');
    if (reader.token !== null) headers.set('Authorization', `Bearer ${reader.token}`);
    const known = random.pick(this.#remembered.get(question.target) ?? []);
    if (reader.browser === null && known !== undefined && random.chance(0.3))
      headers.set('If-None-Match', known.etag);
    if (random.chance(0.05)) headers.set('X-Forwarded-Host', 'evil.test');
    const method = random.chance(0.08) ? 'HEAD' : 'GET';
    return {
      question,
      reader,
      request: new Request(`https://tape.test${question.target}`, { method, headers }),
    };
  }

  async #send({ question, reader, request }: Sent, arrives?: () => Promise<void>): Promise<void> {
    this.counts.reads += 1;
    const place = this.#random.chance(FIRST_PLACE_SHARE) ? 0 : this.#random.between(1, PLACES - 1);
    const deployed = this.#deployed(arrives);
    const ask = (asked: Request) => this.front.fetch(asked, deployed, place);
    const reply = await (reader.browser?.answer(request, 'browser', ask) ?? ask(request));
    await this.front.settled();
    await reader.browser?.settled();
    const how = reply.headers.get('Cf-Cache-Status') ?? '';
    if (reader.browser !== null) this.counts.of_a_browser += 1;
    this.#tell(
      `${how} ${reply.status} ${request.method} ${question.target} ${shown(request, reader, place)}`,
    );
    await this.#judge({ question, reader, request }, reply, how);
  }

  #deployed(arrives?: () => Promise<void>): Deployed {
    const deployed = this.worker.deployed(arrives);
    const { reply: spoil } = this.#spoilt;
    if (spoil === undefined) return deployed;
    return { ...deployed, fetch: async (asked) => spoil(await deployed.fetch(asked), targetOf(asked)) };
  }

  async #judge({ question, reader, request }: Sent, reply: Response, how: string): Promise<void> {
    this.#holdsNothingPrivate();
    // Directly from the Worker, and not from its copies.
    const is_copy = how === 'BYPASS' && reply.headers.has('Age');
    if (how === 'BYPASS' && !is_copy) {
      const name = `direct_${reply.status}`;
      this.directs[name] = (this.directs[name] ?? 0) + 1;
      return void (await reply.arrayBuffer());
    }
    if (is_copy) this.counts.copies += 1;
    const seen = this.worker.replyOf(reply);
    const fault = is_copy || reader.browser !== null ? null : faultOfHeaders(question, seen.headers);
    if (fault !== null) throw this.#found(question, fault);
    const held = await this.#shown(request, reply);
    if (held === null) return;
    const asked = new Request(request.url, { headers: request.headers });
    asked.headers.delete('If-None-Match');
    const truth = await heldOf(await this.worker.truth(asked));
    const maker = this.worker.makerOf(targetOf(request), held.text);
    const by_its_clock = async () => heldOf(await this.worker.truth(asked, maker.began_ms));
    const wrong = await faultOf({
      question,
      now_ms: this.#clock.ms,
      held,
      seen: is_copy ? maker : seen,
      truth,
      by_its_clock,
      allowed_s: Math.max(
        is_copy ? SECONDS_TICKING : allowedByFront(seen.headers),
        reader.browser ? allowedByBrowser(seen.headers) : 0,
      ),
      is_beyond_calls: is_copy || reader.browser !== null,
      deeds: this.worker.deeds.slice(seen.deeds_before),
    });
    if (wrong !== null) throw this.#found(question, wrong, { held, truth });
  }

  /** The text that the client shows: the new reply, or its own copy after a 304. Null for HEAD. */
  async #shown(request: Request, reply: Response): Promise<Held | null> {
    const etag = reply.headers.get('ETag');
    const known = this.#remembered.get(targetOf(request)) ?? [];
    if (reply.status === 304) {
      this.counts.not_modified += 1;
      const own = known.find((each) => each.etag === etag && request.headers.get('If-None-Match') === etag);
      if (own === undefined) throw new Error(`304 to a tag that nobody sent: ${etag}`);
      return own.held;
    }
    const held = await heldOf(reply);
    if (request.method === 'HEAD') return null;
    if (etag !== null && reply.status === 200)
      this.#remembered.set(targetOf(request), [
        ...known.filter((each) => each.etag !== etag).slice(-4),
        { etag, held },
      ]);
    return held;
  }

  #holdsNothingPrivate(): void {
    for (const tier of this.front.tiers)
      for (const { headers, path } of tier.entries())
        if (/\b(private|no-store)\b/.test(headers.get('Cache-Control') ?? ''))
          throw new Error(`A shared cache keeps what is for one reader: ${path}`);
  }

  #tell(what: string): void {
    const at = new Date(this.#clock.ms).toISOString().slice(8, 23);
    this.story.push(`${at}  ${what}`);
  }

  /** With the relevant steps. */
  #found({ target }: Question, fault: string, { held, truth }: { held?: Held; truth?: Held } = {}): Error {
    const steps = this.story.filter((line) => !/ (GET|HEAD) /.test(line) || line.includes(` ${target} `));
    const bodies = held === undefined || truth === undefined ? [] : differing(held.text, truth.text);
    return new Error([`${target}: ${fault}`, ...bodies, ...steps.slice(-STEPS_SHOWN)].join('\n'));
  }
}

/** Most clients send no such headers, so they share the cached replies. */
const NO_ACCEPT = Array.from({ length: 12 }, () => null);
const ANYBODY: Reader = { token: null, browser: null };
/** Most requests reach the first data centre. */
const FIRST_PLACE_SHARE = 0.7;
const USUAL_SHARE = 0.85;
const DOWN_MS_MAX = 30_000;
const SECONDS_BEFORE_TURN = 30;
/** By then every row of a poll is stale. */
const TURNED_MS_MAX = 6 * 3600 * 1000;
const TURNING: Question[] = [
  { route: '/prices', target: '/prices?asset=btc-bitcoin' },
  { route: '/assets', target: '/assets?limit=20' },
];
const TOKENED = { headers: { Authorization: `Bearer ${TOKEN}` } };
const NOTHING: Question = { route: '/livez', target: '/livez' };

const STEPS_SHOWN = 60;
const CHARS_SHOWN = 200;

/** Both texts, from a little before their first difference. */
function differing(held: string, truth: string): string[] {
  let place = 0;
  while (place < held.length && held[place] === truth[place]) place += 1;
  const from = Math.max(0, place - CHARS_SHOWN / 2);
  return [
    `got:     ${held.slice(from, from + CHARS_SHOWN)}`,
    `now is:  ${truth.slice(from, from + CHARS_SHOWN)}`,
  ];
}

function shown({ headers }: Request, { token, browser }: Reader, place: number): string {
  const said = ['Accept', 'Accept-Encoding', 'If-None-Match'].map((name) => headers.get(name) ?? '-');
  return `[${said.join(' ')} ${token ?? 'no token'}${browser ? ', a browser' : ''}, place ${place}]`;
}
