import type { Deps } from '../../src/deps.ts';
import { testDeps } from './deps.ts';
import { coingeckoUrl, coinpaprikaUrl } from './upstream.ts';

/** Base URLs of upstreams outside this machine, for which the limits of their plans apply. */
const REMOTE = { COINPAPRIKA_BASE_URL: 'https://paprika.test', COINGECKO_BASE_URL: 'https://gecko.test' };

export interface Clock {
  now_ms: number;
  /** The requested waits, in ms. */
  waits: number[];
}

/**
 * Deps whose clock is `clock`: it moves when the code sleeps, or when the test moves it. The upstreams are the
 * scripted ones, under external host names.
 */
export function remoteDeps(
  clock: Clock,
  replaced: Partial<Deps> = {},
  variables: Record<string, string> = {},
): Deps {
  return testDeps(
    {
      now: () => new Date(clock.now_ms),
      sleep: async (ms) => {
        clock.waits.push(ms);
        clock.now_ms += ms;
      },
      fetch: (url, init) =>
        fetch(
          String(url)
            .replace('https://paprika.test', coinpaprikaUrl())
            .replace('https://gecko.test', coingeckoUrl()),
          init,
        ),
      ...replaced,
    },
    { ...REMOTE, ...variables },
  );
}

export const clockAt = (text: string): Clock => ({ now_ms: Date.parse(text), waits: [] });
