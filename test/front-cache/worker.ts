import type { Deployed, FrontCache } from '../../scripts/front-cache/front.ts';
import { connect } from '../../src/db/client.ts';
import { behindFrontCache, type Deps } from '../../src/deps.ts';
import type { Env } from '../../src/env.ts';
import { type FrontCalls, noCallsYet } from '../../src/front-cache.ts';
import { createApp } from '../../src/http/app.ts';
import { consume } from '../../src/ingest/queue/consume.ts';
import { tick } from '../../src/ingest/queue/tick.ts';
import type { KeptReplies } from '../../src/kept-replies.ts';
import { GECKO, PAPRIKA } from '../chaos/upstream.ts';
import { testDeps } from '../support/deps.ts';
import { testEnv } from '../support/http.ts';
import { type Deed, TOLD_MS, textOf, type WorkerReply } from './facts.ts';
import type { Memory } from './memory.ts';
import { heldOf, isSame } from './oracle.ts';
import { upstreamsAt } from './upstreams.ts';
import { urlOver, type Wire } from './wire.ts';

export interface Clock {
  ms: number;
}

interface Message {
  body: { type: string };
  at_ms: number;
  attempts: number;
}

export const TOKEN = 'reader';
const ATTEMPTS_MAX = 20;

/** The Worker, as the platform calls it: its deployments, its cron and its queue, with the clock of a play. */
export class PlayedWorker {
  /** All its actions, in order. */
  readonly deeds: Deed[] = [];
  round = 0;
  #version = 'version-1';
  readonly #clock: Clock;
  readonly #front: FrontCache;
  readonly #env: Env;
  readonly #is_down: () => boolean;
  readonly #replies: WorkerReply[] = [];
  readonly #queue: Message[] = [];
  readonly #waited = new Set<Promise<unknown>>();
  /** Answers without any cache, and keeps nothing. */
  readonly #plain = isolate();
  readonly #memory: Memory;
  #isolates: Isolate[];
  #events = 0;

  constructor(
    { clock, front, memory }: { clock: Clock; front: FrontCache; memory: Memory },
    variables: Record<string, string>,
    is_down: () => boolean,
  ) {
    this.#clock = clock;
    this.#memory = memory;
    this.#isolates = this.#newIsolates();
    this.#front = front;
    this.#is_down = is_down;
    this.#env = {
      ...testEnv,
      COINPAPRIKA_BASE_URL: PAPRIKA,
      COINGECKO_BASE_URL: GECKO,
      COINGECKO_PAGES: '2',
      BACKFILL_ASSETS: '0',
      LOG_LEVEL: 'silent',
      LAKE: 'on',
      READ_TOKEN: TOKEN,
      ...variables,
    } as Env;
  }

  get version(): string {
    return this.#version;
  }

  deploy(version: string): void {
    this.#version = version;
    this.#isolates = this.#newIsolates();
  }

  #newIsolates = (): Isolate[] => [isolate(this.#memory.replies()), isolate(this.#memory.replies())];

  /** The Worker behind the cache. `arrives` delays the database's answers. */
  deployed(arrives?: () => Promise<void>): Deployed {
    const { version } = this;
    const fetch = async (request: Request): Promise<Response> => {
      const begun = { target: targetOf(request), began_ms: this.#clock.ms, deeds_before: this.deeds.length };
      const uses = this.#memory.uses();
      const reply = await this.#answer(request, this.#event(), {
        is_down: this.#is_down,
        ...(arrives && { arrives }),
      });
      if (arrives === undefined && reply.status === 200 && uses.isKept())
        await this.#stillHolds(request, reply);
      return this.#noted(reply, begun);
    };
    return { version, fetch };
  }

  /** Fails if the Worker sent a reply from its memory that it would not write now. */
  async #stillHolds(request: Request, reply: Response): Promise<void> {
    this.#memory.counts.kept += 1;
    const asked = new Request(request.url, { headers: request.headers });
    asked.headers.delete('If-None-Match');
    const [sent, truth] = [await heldOf(reply.clone()), await heldOf(await this.truth(asked))];
    if (!isSame(sent, truth))
      throw new Error(`${targetOf(request)} came from the Worker's memory and is not true.`);
  }

  /** Its answer to a request at a given time of its clock, from the present data, without any cache. */
  truth(request: Request, now_ms = this.#clock.ms): Promise<Response> {
    return this.#answer(request, null, {}, now_ms);
  }

  /** The reply that the header of a served one identifies. */
  replyOf({ headers }: Response): WorkerReply {
    const reply = this.#replies[Number(headers.get(SEEN) ?? -1)];
    if (reply === undefined) throw new Error('Nobody knows where this reply came from.');
    return reply;
  }

  /** The reply with this body; the last, if there are several. */
  makerOf(target: string, text: string): WorkerReply {
    const reply = this.#replies.findLast(
      (each) => each.target === target && each.text === text && !each.is_copy,
    );
    if (reply === undefined) throw new Error('The Worker never said this.');
    return reply;
  }

  /** Performs an action that may change its answers. */
  async do(name: string, work: () => Promise<unknown>): Promise<Deed> {
    const { ms } = this.#clock;
    const deed: Deed = { name, ended_ms: ms, is_lost: false, arrives_ms: ms };
    this.deeds.push(deed);
    await work();
    await this.#waitedFor();
    deed.ended_ms = this.#clock.ms;
    return deed;
  }

  /** Actions for which a call at this moment may be made. */
  deedsToTell(): Deed[] {
    return this.deeds.filter(({ ended_ms }) => this.#clock.ms - ended_ms <= TOLD_MS);
  }

  async tick(): Promise<void> {
    await tick(this.#eventDeps(), this.#clock.ms);
    await this.deliver();
  }

  /** A request that changes something. Throws `Refused` if it is refused. */
  async post(
    path: string,
    body: BodyInit | null = null,
    headers: Record<string, string> = {},
  ): Promise<unknown> {
    const init = { method: 'POST', headers: { Authorization: 'Bearer dev', ...headers }, body };
    const reply = await this.#answer(new Request(`https://tape.test${path}`, init), this.#event(), {});
    const text = await reply.text();
    if (reply.status >= 400 && reply.status < 500)
      throw new Refused(`POST ${path} gave ${reply.status}: ${text}`);
    if (!reply.ok) throw new Error(`POST ${path} gave ${reply.status}: ${text}`);
    return JSON.parse(text);
  }

  send(body: { type: string }, delaySeconds = 0): void {
    this.#queue.push({ body, at_ms: this.#clock.ms + delaySeconds * 1000, attempts: 0 });
  }

  /** Whether the queue has due work other than announcements. */
  get hasDueWork(): boolean {
    return this.#queue.some(({ body, at_ms }) => at_ms <= this.#clock.ms && body.type !== 'invalidate');
  }

  /** Lets the queue deliver due messages until none is left; or only announcements. */
  async deliver(only: 'invalidate' | null = null): Promise<void> {
    for (;;) {
      const message = this.#queue.find(
        ({ at_ms, body }) => at_ms <= this.#clock.ms && (only === null || body.type === only),
      );
      if (message === undefined) break;
      this.#queue.splice(this.#queue.indexOf(message), 1);
      await this.#consume({ ...message, attempts: message.attempts + 1 });
    }
    await this.#waitedFor();
  }

  /** The work left to `waitUntil`. */
  async #waitedFor(): Promise<void> {
    while (this.#waited.size > 0) await Promise.allSettled(this.#waited);
  }

  async #consume(message: Message): Promise<void> {
    const { body, attempts } = message;
    const retry = ({ delaySeconds = 0 } = {}) => {
      if (attempts < ATTEMPTS_MAX)
        this.#queue.push({ ...message, at_ms: this.#clock.ms + delaySeconds * 1000 });
    };
    await consume(this.#eventDeps(), { id: 'm', body, attempts, ack: () => {}, retry });
  }

  #deps(wire: Partial<Wire> = {}, now_ms?: number): Deps {
    const now = () => now_ms ?? this.#clock.ms;
    const deps = testDeps({}, this.#env as unknown as Record<string, string>);
    const queue = {
      send: async (body: { type: string }, options?: QueueSendOptions) =>
        this.send(body, options?.delaySeconds),
      sendBatch: async (batch: Iterable<MessageSendRequest<{ type: string }>>) => {
        for (const { body, delaySeconds } of batch) this.send(body, delaySeconds);
      },
    };
    return {
      ...deps,
      db: connect(urlOver({ now_ms: () => this.#clock.ms, ...wire }, this.#env.DATABASE_URL)),
      queue: queue as unknown as Queue,
      fetch: upstreamsAt(this.#clock.ms, this.round) as typeof fetch,
      now: () => new Date(now()),
    };
  }

  #eventDeps(): Deps {
    const { context, isolate } = this.#event();
    return behindFrontCache(this.#deps(), context, isolate.calls);
  }

  /** Without an event no cache is used. */
  #answer(
    request: Request,
    event: PlatformEvent | null,
    wire: Partial<Wire>,
    now_ms?: number,
  ): Promise<Response> {
    const { app, kept } = event?.isolate ?? this.#plain;
    const env = {
      ...this.#env,
      VERSION: { id: this.version, tag: '', timestamp: '' },
      DEPS: { ...this.#deps(wire, now_ms), kept },
    };
    return Promise.resolve(app.fetch(request, env, event?.context));
  }

  /** The event for handlers, in one of two isolates alternately. */
  #event(): PlatformEvent {
    this.#events += 1;
    const waitUntil = (work: Promise<unknown>) => {
      this.#waited.add(work);
      const over = () => this.#waited.delete(work);
      work.then(over, over);
    };
    const cache = this.#front.contextOf(this.version);
    const context = {
      waitUntil,
      passThroughOnException() {},
      props: {},
      cache,
    } as unknown as ExecutionContext;
    return { context, isolate: this.#isolates[this.#events % this.#isolates.length] ?? this.#plain };
  }

  async #noted(
    reply: Response,
    begun: Pick<WorkerReply, 'target' | 'began_ms' | 'deeds_before'>,
  ): Promise<Response> {
    const { status } = reply;
    const bytes = await reply.arrayBuffer();
    const headers = new Headers(reply.headers);
    headers.set(SEEN, String(this.#replies.length));
    const text = status === 304 ? null : textOf(bytes);
    this.#replies.push({ ...begun, made_ms: this.#clock.ms, headers, text, is_copy: headers.has('Age') });
    return new Response(bytes.byteLength === 0 ? null : bytes, { status, headers });
  }
}

/** The Worker reports that an action is impossible. */
export class Refused extends Error {}

interface Isolate {
  calls: FrontCalls;
  /** Replies that it keeps between its requests. */
  kept: KeptReplies | null;
  app: ReturnType<typeof createApp>;
}

/** An isolate whose requests bring their deps along. */
function isolate(kept: KeptReplies | null = null): Isolate {
  const calls = noCallsYet();
  return {
    calls,
    kept,
    app: createApp({ calls, makeDeps: ({ DEPS }) => DEPS as Deps }),
  };
}

interface PlatformEvent {
  context: ExecutionContext;
  isolate: Isolate;
}

/** The header that identifies the reply that was served, or that confirmed it last. */
const SEEN = 'X-Play-Seen';

export function targetOf(request: Request): string {
  const { pathname, search } = new URL(request.url);
  return pathname + search;
}
