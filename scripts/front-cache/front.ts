import { STRIPPED } from './directives.ts';
import { PurgeLimits } from './limits.ts';
import { type Ask, type Selection, Tier } from './tier.ts';

/** A call that was accepted. */
export interface Call {
  how: 'purge' | 'invalidate';
  selection: Selection;
  version: string;
}

export interface FrontOptions {
  /** The current time in ms. */
  now: () => number;
  /** Data centres, each with a lower tier; 0 means an upper tier alone. */
  places?: number;
  serves_invalidated?: boolean;
  /** How long an accepted call takes to reach a tier; null means never. The upper tier is number 0. */
  delay_ms?: (call: Call, tier: number) => number | null;
  /** Whether a call is refused regardless of the limits, because others of the account may have called. */
  refuses?: (call: Call) => boolean;
}

export interface FrontCounts {
  requests: number;
  /** Counts by `Cf-Cache-Status`. */
  statuses: Record<string, number>;
  /** Requests that ran the Worker. */
  worker: number;
  calls: number;
  refused: number;
  /** Accepted calls that never reach a tier. */
  lost: number;
}

/** The result of a call. */
export interface CallResult {
  success: boolean;
  errors: { code: number; message: string }[];
}

/** `ctx.cache`. */
export interface CacheCalls {
  purge(selection: Selection): Promise<CallResult>;
  invalidate(selection: Selection): Promise<CallResult>;
}

/** One deployed version of a Worker. */
export interface Deployed {
  version: string;
  fetch: Ask;
}

interface Arrival {
  at_ms: number;
  tier: Tier;
  call: Call;
}

/**
 * Workers Cache as documented, and as unfavourable as its documents allow: lower tiers near the clients, one upper
 * tier, and the Worker behind (developers.cloudflare.com/workers/cache/, "Tiered cache").
 */
export class FrontCache {
  readonly counts: FrontCounts = { requests: 0, statuses: {}, worker: 0, calls: 0, refused: 0, lost: 0 };
  readonly #now: () => number;
  readonly #limits: PurgeLimits;
  readonly #upper: Tier;
  readonly #lower: Tier[];
  readonly #delay_ms: NonNullable<FrontOptions['delay_ms']>;
  readonly #refuses: NonNullable<FrontOptions['refuses']>;
  #arrivals: Arrival[] = [];

  constructor({
    now,
    places = 1,
    serves_invalidated = true,
    delay_ms = () => 0,
    refuses = () => false,
  }: FrontOptions) {
    this.#now = now;
    this.#limits = new PurgeLimits(now);
    const tier = () => new Tier({ now, serves_invalidated });
    this.#upper = tier();
    this.#lower = Array.from({ length: places }, tier);
    this.#delay_ms = delay_ms;
    this.#refuses = refuses;
  }

  /** Answers a request that reached a data centre. */
  async fetch(request: Request, { version, fetch }: Deployed, place = 0): Promise<Response> {
    this.arrive();
    this.counts.requests += 1;
    const lower = this.#lower[place];
    if (lower === undefined && this.#lower.length > 0) throw new Error(`There is no place ${place}.`);
    const worker: Ask = (asked) => {
      this.counts.worker += 1;
      return fetch(asked);
    };
    const upper: Ask = (asked) => this.#upper.answer(asked, version, worker);
    const reply = await (lower?.answer(request, version, upper) ?? upper(request));
    const how = reply.headers.get('Cf-Cache-Status') ?? '';
    this.counts.statuses[how] = (this.counts.statuses[how] ?? 0) + 1;
    return stripped(reply);
  }

  /** The `ctx.cache` of the handlers of this version. */
  contextOf(version: string): CacheCalls {
    return {
      purge: async (selection) => this.#accept({ how: 'purge', selection, version }),
      invalidate: async (selection) => this.#accept({ how: 'invalidate', selection, version }),
    };
  }

  /** Applies the calls that are due. */
  arrive(): void {
    const now = this.#now();
    const due = this.#arrivals.filter(({ at_ms }) => at_ms <= now);
    this.#arrivals = this.#arrivals.filter(({ at_ms }) => at_ms > now);
    // The documents do not say whether a call reaches entries of another version. Here it does not.
    for (const { tier, call } of due) tier.drop(call.selection, call.how, call.version);
  }

  get tiers(): readonly Tier[] {
    return [this.#upper, ...this.#lower];
  }

  /** Waits until no confirmation runs in the background. */
  async settled(): Promise<void> {
    for (const tier of this.tiers) await tier.settled();
  }

  #accept(call: Call): CallResult {
    const { tags = [], pathPrefixes = [] } = call.selection;
    this.counts.calls += 1;
    const limit = this.#limits.refuses(tags.length + pathPrefixes.length);
    const message = limit ?? (this.#refuses(call) ? 'Others of the account have purged too often.' : null);
    if (message !== null) {
      this.counts.refused += 1;
      return { success: false, errors: [{ code: 1134, message }] };
    }
    for (const [place, tier] of this.tiers.entries()) {
      const delay_ms = this.#delay_ms(call, place);
      if (delay_ms === null) this.counts.lost += 1;
      else this.#arrivals.push({ at_ms: this.#now() + delay_ms, tier, call });
    }
    this.arrive();
    return { success: true, errors: [] };
  }
}

function stripped(reply: Response): Response {
  const headers = new Headers(reply.headers);
  for (const name of STRIPPED) headers.delete(name);
  const { status, body } = reply;
  return new Response(body, { status, headers });
}
