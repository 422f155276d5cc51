import type { Deps } from '../../src/deps.ts';
import { testDeps } from './deps.ts';
import { coingeckoUrl, coinpaprikaUrl } from './upstream.ts';

/** Base URLs of upstreams that are not on this machine, so that their plans' limits hold. */
const REMOTE = { COINPAPRIKA_BASE_URL: 'https://paprika.test', COINGECKO_BASE_URL: 'https://gecko.test' };

export interface Clock {
  now_ms: number;
  /** Waits that were asked for, in ms. */
  waits: number[];
}

/**
 * Deps whose clock is `clock`: it moves when somebody sleeps, or when the test moves it. The upstreams are the
 * scripted ones, under names that count as somebody else's.
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
