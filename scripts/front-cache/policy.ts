import CachePolicy from 'http-cache-semantics';

/** A stored reply as the library judges it. */
export interface Policy extends CachePolicy {
  /** It is stale from now on, whatever its headers say. The windows for serving it stale start now. */
  expire(): void;
}

/** Makes a policy from a request and its reply. */
export type MakePolicy = (request: CachePolicy.HttpRequest, response: CachePolicy.HttpResponse) => Policy;

/** Policies with the given clock, for a shared cache or for the cache of one client. */
export function policiesOf(now: () => number, shared: boolean): MakePolicy {
  class Clocked extends CachePolicy {
    #age_most = Number.POSITIVE_INFINITY;

    /** The library reads the time here. */
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
