import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { FrontCache } from '../front-cache/front.ts';
import type { Workers } from './worker.ts';

interface Message {
  body: unknown;
  at_ms: number;
  attempts: number;
}

const VERSION = 'bench';
const CONSUME = '/bench/consume';

/** The Worker in simulated time, behind the cache, with its queue. Its counterpart is workers/clocked.js. */
export class CacheStand {
  now_ms: number;
  front: FrontCache;
  readonly #queue: Message[] = [];
  readonly #url: string;
  readonly #workers: Workers;
  readonly #requests = new Map<string, Request>();

  constructor(workers: Workers, url: string, start_ms: number) {
    this.#workers = workers;
    this.#url = url;
    this.now_ms = start_ms;
    this.front = this.emptyCache();
  }

  /** Lower tiers do not affect which requests reach the Worker: all of them ask the upper tier. */
  emptyCache(): FrontCache {
    this.front = new FrontCache({ now: () => this.now_ms, places: 0 });
    return this.front;
  }

  /** Sends a reader's request. Nobody reads the body. */
  async read(target: string, keep: boolean): Promise<Response> {
    const request = this.#requests.get(target) ?? new Request(`http://tape.test${target}`);
    if (keep) this.#requests.set(target, request);
    const fetchIt = (asked: Request) => this.#ask(target, { headers: conditionsOf(asked) });
    return this.front.fetch(request, { version: VERSION, fetch: fetchIt });
  }

  /** Fires the cron of this moment, and delivers all messages that it sends for now. */
  async poll(): Promise<void> {
    await this.#workers.tick(this.now_ms);
    await this.deliver();
  }

  get hasDue(): boolean {
    return this.#queue.some(({ at_ms }) => at_ms <= this.now_ms);
  }

  /** Delivers the messages that are due. */
  async deliver(): Promise<void> {
    for (;;) {
      const message = this.#queue.find(({ at_ms }) => at_ms <= this.now_ms);
      if (message === undefined) return;
      this.#queue.splice(this.#queue.indexOf(message), 1);
      const attempts = message.attempts + 1;
      const body = JSON.stringify({ body: message.body, attempts });
      const reply = await this.#ask(CONSUME, { method: 'POST', body });
      const { retry_s } = (await reply.json()) as { retry_s: number | null };
      if (retry_s !== null) this.#queue.push({ ...message, attempts, at_ms: this.now_ms + retry_s * 1000 });
    }
  }

  /** Handles the Worker's calls to its queue and its cache. */
  async hear(what: string, said: unknown): Promise<unknown> {
    if (what === 'queue') {
      for (const { body, delaySeconds } of said as { body: unknown; delaySeconds: number }[])
        this.#queue.push({ body, attempts: 0, at_ms: this.now_ms + delaySeconds * 1000 });
      return {};
    }
    const calls = this.front.contextOf(VERSION);
    return what === 'purge' ? calls.purge(said as object) : calls.invalidate(said as object);
  }

  #ask(target: string, init: RequestInit): Promise<Response> {
    const headers = { ...init.headers, 'x-bench-now': String(this.now_ms), 'accept-encoding': 'identity' };
    return fetch(`${this.#url}${target}`, { ...init, headers });
  }
}

function conditionsOf({ headers }: Request): Record<string, string> {
  const tag = headers.get('if-none-match');
  return tag === null ? {} : { 'if-none-match': tag };
}

/** A loopback server for the Worker's calls. The handler is set later. */
export async function startListening(): Promise<{
  url: string;
  listen: (stand: CacheStand) => void;
  close: () => Promise<void>;
}> {
  let stand: CacheStand | null = null;
  const server = createServer(async (request, response) => {
    const said: unknown = JSON.parse(await text(request));
    const answer = await stand?.hear((request.url ?? '').slice(1), said);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    listen: (given) => {
      stand = given;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
