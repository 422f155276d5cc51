import { type Entry, entryOf, freshened, isVariantFor, judged, type Storing } from './entry.ts';
import { keyOf } from './key.ts';
import { policiesOf } from './policy.ts';
import { type CacheStatus, serve } from './serve.ts';

/** Where a cache sends a request that it cannot answer: the next cache, or the Worker. */
export type Ask = (request: Request) => Promise<Response>;

/** The argument of `purge` and `invalidate`. */
export interface Selection {
  tags?: string[];
  pathPrefixes?: string[];
  purgeEverything?: boolean;
}

export interface TierOptions {
  now: () => number;
  /**
   * Whether it serves many clients. False is the cache of one browser: it follows only `Cache-Control`, and nobody
   * can purge it.
   */
  shared?: boolean;
  /** Whether an invalidated reply may be served within `stale-while-revalidate` and `stale-if-error`. */
  serves_invalidated?: boolean;
}

const ERROR = { status: 500, headers: {} };

/** One cache. It stores, serves and confirms only as RFC 9111 and the documents of Workers Cache allow. */
export class Tier {
  readonly #entries = new Map<string, Entry[]>();
  readonly #flights = new Map<string, Promise<unknown>>();
  readonly #background = new Set<Promise<unknown>>();
  readonly #storing: Storing;
  readonly #serves_invalidated: boolean;

  constructor({ now, shared = true, serves_invalidated = true }: TierOptions) {
    this.#storing = { shared, policyOf: policiesOf(now, shared) };
    this.#serves_invalidated = serves_invalidated;
  }

  async answer(request: Request, version: string, ask: Ask): Promise<Response> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return marked(await ask(request), 'BYPASS');
    const key = keyOf(request, version);
    const found = this.#find(key, request);
    if (found !== undefined) return this.#answerFrom(found, { key, request, ask });
    const flight = this.#flights.get(key);
    if (flight === undefined) return this.#inFlight(key, () => this.#fill({ key, request, ask }, 'MISS'));
    // "Request collapsing": simultaneous requests get the same reply, unless the cache may not share it.
    await flight.catch(() => {});
    const filled = this.#find(key, request);
    return filled === undefined ? this.#fill({ key, request, ask }, 'MISS') : serve(filled, request, 'HIT');
  }

  /** Deletes the selected replies, or marks them as stale. Returns their number. */
  drop(selection: Selection, how: 'purge' | 'invalidate', version: string | null): number {
    let dropped = 0;
    for (const [key, variants] of this.#entries) {
      const [of_version] = JSON.parse(key) as [string];
      if (version !== null && of_version !== version) continue;
      // "Variants share a single purge identity."
      if (!variants.some((entry) => isSelected(entry, selection))) continue;
      dropped += variants.length;
      if (how === 'purge') this.#entries.delete(key);
      else for (const entry of variants) this.#expire(entry);
    }
    return dropped;
  }

  /** All entries: tests check that the cache holds nothing forbidden. */
  *entries(): Iterable<Entry> {
    for (const variants of this.#entries.values()) yield* variants;
  }

  /** Waits until no confirmation runs in the background. */
  async settled(): Promise<void> {
    while (this.#background.size > 0) await Promise.allSettled(this.#background);
  }

  #find(key: string, request: Request): Entry | undefined {
    return this.#entries.get(key)?.find((entry) => isVariantFor(entry, request));
  }

  #expire(entry: Entry): void {
    entry.policy.expire();
    entry.is_withheld = !this.#serves_invalidated;
  }

  async #answerFrom(entry: Entry, asked: Asked): Promise<Response> {
    const { request, key } = asked;
    const { response, revalidation } = entry.policy.evaluateRequest(judged(request));
    if (response !== undefined && revalidation === undefined) return serve(entry, request, 'HIT');
    if (response === undefined || entry.is_withheld)
      return this.#inFlight(key, () => this.#confirm(entry, asked));
    if (!entry.is_asking) {
      const confirmed = this.#confirm(entry, asked).catch(() => {});
      this.#background.add(confirmed);
      void confirmed.finally(() => this.#background.delete(confirmed));
    }
    return serve(entry, request, 'UPDATING');
  }

  /** Asks whether the entry is still valid. */
  async #confirm(entry: Entry, { key, request, ask }: Asked): Promise<Response> {
    entry.is_asking = true;
    try {
      const etag = entry.headers.get('etag');
      const reply = await ask(wholeRequest(request, etag)).catch(() => null);
      if (reply === null || reply.status >= 500) return this.#afterError(entry, request, reply);
      if (reply.status !== 304) return await this.#take({ key, request, ask }, reply, 'EXPIRED');
      const { matches } = entry.policy.revalidatedPolicy(judged(request), {
        status: 304,
        headers: Object.fromEntries(reply.headers),
      });
      if (!matches) return await this.#fill({ key, request, ask }, 'EXPIRED');
      const { status, body } = entry;
      const next = entryOf(
        request,
        { status, body, headers: freshened(entry.headers, reply) },
        this.#storing,
      );
      if (next === null) {
        this.#remove(key, entry);
        return serve({ ...entry, headers: freshened(entry.headers, reply) }, request, 'BYPASS');
      }
      this.#store(key, request, next);
      return serve(next, request, 'REVALIDATED');
    } finally {
      entry.is_asking = false;
    }
  }

  /** "Serve stale on error": the library knows whether the entry is young enough. */
  #afterError(entry: Entry, request: Request, reply: Response | null): Response {
    const { matches } = entry.policy.revalidatedPolicy(judged(request), ERROR);
    if (matches && !entry.is_withheld) return serve(entry, request, 'STALE');
    return marked(reply ?? new Response('The Worker threw an exception.', { status: 500 }), 'BYPASS');
  }

  /** Requests the whole reply: HEAD becomes GET, and this cache answers conditions and ranges itself. */
  async #fill(asked: Asked, how: CacheStatus): Promise<Response> {
    return this.#take(asked, await asked.ask(wholeRequest(asked.request, null)), how);
  }

  async #take({ key, request }: Asked, reply: Response, how: CacheStatus): Promise<Response> {
    const { status, headers } = reply;
    const probe = entryOf(request, { status, headers, body: new ArrayBuffer() }, this.#storing);
    if (probe === null) return withoutBodyOfHead(request, marked(reply, 'BYPASS'));
    const body = await reply.arrayBuffer();
    const entry = entryOf(request, { status, headers: new Headers(headers), body }, this.#storing) ?? probe;
    this.#store(key, request, entry);
    return serve(entry, request, how);
  }

  #store(key: string, request: Request, entry: Entry): void {
    const others = (this.#entries.get(key) ?? []).filter((each) => !isVariantFor(each, request));
    this.#entries.set(key, [...others, entry]);
  }

  #remove(key: string, entry: Entry): void {
    this.#entries.set(
      key,
      (this.#entries.get(key) ?? []).filter((each) => each !== entry),
    );
  }

  #inFlight(key: string, work: () => Promise<Response>): Promise<Response> {
    const flight = work();
    this.#flights.set(key, flight);
    const over = () => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    flight.then(over, over);
    return flight;
  }
}

interface Asked {
  key: string;
  request: Request;
  ask: Ask;
}

function isSelected(
  { tags, path }: Entry,
  { tags: wanted = [], pathPrefixes = [], purgeEverything }: Selection,
): boolean {
  if (purgeEverything) return true;
  const isUnder = (prefix: string) => path.startsWith(prefix.startsWith('/') ? prefix : `/${prefix}`);
  return wanted.some((tag) => tags.has(tag.toLowerCase())) || pathPrefixes.some(isUnder);
}

/** The request for the whole reply; with an ETag, only if the reply has changed. */
function wholeRequest(request: Request, etag: string | null): Request {
  const headers = new Headers(request.headers);
  for (const name of ['if-none-match', 'if-modified-since', 'if-range', 'range']) headers.delete(name);
  if (etag !== null) headers.set('If-None-Match', etag);
  return new Request(request.url, { method: 'GET', headers });
}

function marked(reply: Response, how: CacheStatus): Response {
  const headers = new Headers(reply.headers);
  headers.set('Cf-Cache-Status', how);
  const { status, body } = reply;
  return new Response(status === 204 || status === 304 ? null : body, { status, headers });
}

function withoutBodyOfHead({ method }: Request, reply: Response): Response {
  if (method !== 'HEAD') return reply;
  void reply.body?.cancel();
  return new Response(null, { status: reply.status, headers: reply.headers });
}
