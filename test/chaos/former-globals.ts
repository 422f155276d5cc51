import { AsyncLocalStorage } from 'node:async_hooks';
import { ask, GECKO, type Market, PAPRIKA } from './upstream.ts';
import type { Actor, World } from './world.ts';

// The Worker of the previous release is a bundle: its clock, its waits and its requests to upstreams are globals of
// the runtime. Here they are replaced by the world's.

interface Place {
  world: World;
  market: Market;
  actor: Actor;
}

const places = new AsyncLocalStorage<Place>();

/** Runs a function with the world's globals. */
export const inWorld = <Result>(place: Place, work: () => Result): Result => places.run(place, work);

const { Date: PlainDate, setTimeout: plainSetTimeout } = globalThis;

const worldNow = ({ world, actor }: Place): number => world.clock_ms + actor.skew_ms;

const WorldDate = new Proxy(PlainDate, {
  construct(date, given) {
    const place = places.getStore();
    return Reflect.construct(date, given.length === 0 && place !== undefined ? [worldNow(place)] : given);
  },
  get(date, key) {
    const place = places.getStore();
    return key === 'now' && place !== undefined ? () => worldNow(place) : Reflect.get(date, key);
  },
});

const worldSetTimeout = (act: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) => {
  const place = places.getStore();
  if (place === undefined) return plainSetTimeout(act, ms, ...given);
  place.world.after(ms, 'wakes', () => act(...given), place.actor);
  return 0;
};

/** Installs the world's clock, waits and upstreams, until the returned function is called. */
export function installGlobals(): () => void {
  const plainFetch = globalThis.fetch;
  const worldFetch = (input: string, init?: RequestInit) => {
    const place = places.getStore();
    const address = String(input);
    if (place === undefined || ![PAPRIKA, GECKO].some((base) => address.startsWith(base)))
      return plainFetch(input, init);
    const { world, market, actor } = place;
    return world.operation(actor, 'upstream', address, (fault) => ask(market, address, fault));
  };
  Object.assign(globalThis, { Date: WorldDate, setTimeout: worldSetTimeout, fetch: worldFetch });
  return () => {
    Object.assign(globalThis, { Date: PlainDate, setTimeout: plainSetTimeout, fetch: plainFetch });
  };
}
