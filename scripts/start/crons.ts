import { readFileSync } from 'node:fs';
import { Cron } from 'croner';
import { parse } from 'smol-toml';
import { z } from 'zod';

const Config = z.object({ triggers: z.object({ crons: z.array(z.string()) }) });
/** Cloudflare's limit for a cron invocation. */
const INVOCATION_MS_MAX = 15 * 60_000;

export interface Crons {
  stop(): void;
}

/**
 * Fires crons as Cloudflare would (UTC), because wrangler does not. Calls `failed` for every tick that did not end
 * well. While a tick works, the next ticks of its pattern are skipped.
 */
export function startCrons(
  scheduledUrl: string,
  patterns: string[],
  failed: (message: string) => void,
): Crons {
  const stopped = new AbortController();
  const jobs = patterns.map(
    (pattern) =>
      new Cron(pattern, { timezone: 'UTC', protect: true }, async () => {
        try {
          await fire(scheduledUrl, pattern, stopped.signal);
        } catch (error) {
          if (!stopped.signal.aborted) failed(`cron ${pattern}: ${(error as Error).message}`);
        }
      }),
  );
  return {
    stop() {
      stopped.abort();
      for (const job of jobs) job.stop();
    },
  };
}

/** The cron patterns of wrangler.toml. */
export function readCrons(file = 'wrangler.toml'): string[] {
  return Config.parse(parse(readFileSync(file, 'utf8'))).triggers.crons;
}

async function fire(scheduledUrl: string, cron: string, stopped: AbortSignal): Promise<void> {
  const query = new URLSearchParams({ cron, time: String(Date.now()), format: 'json' });
  const response = await fetch(`${scheduledUrl}?${query}`, {
    signal: AbortSignal.any([stopped, AbortSignal.timeout(INVOCATION_MS_MAX)]),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`the Worker's scheduled handler failed (${response.status}) ${text.slice(0, 300)}`);
}
