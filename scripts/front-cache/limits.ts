// developers.cloudflare.com/cache/how-to/purge-cache/, "Availability and limits". Workers Cache always has the
// limits of the free plan (developers.cloudflare.com/workers/cache/limitations/), and an invalidation counts as a
// purge.

const BUCKET = 25;
const PER_MINUTE = 5;
const ITEMS_MAX = 100;

/** Counts the calls of an account. */
export class PurgeLimits {
  readonly #now: () => number;
  #tokens = BUCKET;
  #since: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  /** Why a call with this many tags and prefixes is refused, or null. */
  refuses(items: number): string | null {
    const now = this.#now();
    this.#tokens = Math.min(BUCKET, this.#tokens + (Math.max(0, now - this.#since) / 60_000) * PER_MINUTE);
    this.#since = now;
    if (items > ITEMS_MAX) return `A call takes ${ITEMS_MAX} tags and prefixes; it had ${items}.`;
    if (this.#tokens < 1) return 'The account has purged too often; wait a while.';
    this.#tokens -= 1;
    return null;
  }
}
