import CachePolicy from 'http-cache-semantics';

/** A stored reply as the library judges it. */
export interface Policy extends CachePolicy {
  /** It is stale from now on, whatever its headers say; the windows in which it may be served stale begin now. */
  expire(): void;
}

/** Makes a policy of a request and its reply. */
export type MakePolicy = (request: CachePolicy.HttpRequest, response: CachePolicy.HttpResponse) => Policy;

/** Policies that go by a clock of ours, in a cache that is shared or of one client alone. */
export function policiesOf(now: () => number, shared: boolean): MakePolicy {
  class Clocked extends CachePolicy {
    #age_most = Number.POSITIVE_INFINITY;

    /** What the library asks for the time. */
    now(): number {
      return now();
    }

    override maxAge(): number {
      return Math.min(super.maxAge(), this.#age_most);
    }

    expire(): void {
      this.#age_most = Math.min(this.#age_most, this.age());
    }
  }
  return (request, response) => new Clocked(request, response, { shared });
}
