import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { FILES_ID } from '../../src/sources/registry.ts';
import { reasonOf } from '../reason.ts';
import { type AcceptedRun, followRuns, type Ingestion, triggerRuns } from '../start/ingest.ts';

const Health = z.object({
  sources: z.array(
    z.object({ source: z.string(), last_success_at: z.string().nullable(), message: z.string().nullable() }),
  ),
});
const TRIES_MAX = 30;
const PAUSE_MS = 3_000;

/**
 * Runs every polled source once and follows the runs. Returns the sources without rows, which the next polls may
 * bring. Throws if no source has rows.
 */
export async function ingestFirst(ingestion: Ingestion): Promise<string[]> {
  const { fetch: ask = fetch } = ingestion;
  await followRuns(ingestion, await triggerWhenUp(ingestion));
  const { sources } = Health.parse(await (await ask(`${ingestion.url}/health`)).json());
  const polled = sources.filter(({ source }) => source !== FILES_ID);
  const reasons = polled
    .filter(({ last_success_at }) => last_success_at === null)
    .map(({ source, message }) => `${source} has no rows yet: ${message ?? 'no run has ended yet.'}`);
  if (reasons.length < polled.length) return reasons;
  throw new Error(`Deployed, but without rows. ${reasons.join(' ')} See ${ingestion.url}/health`);
}

/**
 * A new deployment needs some seconds, and a new address a minute, until every location knows it and its secrets.
 */
async function triggerWhenUp(ingestion: Ingestion): Promise<AcceptedRun[]> {
  for (let tries = 1; ; tries++) {
    try {
      return await triggerRuns(ingestion);
    } catch (error) {
      if (tries === TRIES_MAX)
        throw new Error(
          `Deployed, but the first ingestion could not be started: ${reasonOf(error)} A new custom domain may take ` +
            'some minutes to get its certificate; the cron polls meanwhile.',
        );
      await sleep(PAUSE_MS);
    }
  }
}
