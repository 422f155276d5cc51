import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { reasonOf } from '../reason.ts';
import { type AcceptedRun, followRuns, type Ingestion, triggerRuns } from '../start/ingest.ts';

const Health = z.object({
  sources: z.array(
    z.object({ source: z.string(), last_success_at: z.string().nullable(), message: z.string().nullable() }),
  ),
});
const TRIES_MAX = 30;
const PAUSE_MS = 3_000;

/** Runs every polled source once and follows it. Throws when a source has no rows then. */
export async function ingestFirst(ingestion: Ingestion): Promise<void> {
  await followRuns(ingestion, await triggerWhenUp(ingestion));
  const { sources } = Health.parse(await (await fetch(`${ingestion.url}/health`)).json());
  const empty = sources.filter(({ source, last_success_at }) => source !== 'csv' && last_success_at === null);
  if (empty.length === 0) return;
  const reasons = empty.map(({ source, message }) => `${source}: ${message ?? 'no run has ended yet'}`);
  throw new Error(`Deployed, but without rows yet. ${reasons.join(' ')} See ${ingestion.url}/health`);
}

/** A fresh deployment needs some seconds, a fresh address a minute, until every place knows it and its secrets. */
async function triggerWhenUp(ingestion: Ingestion): Promise<AcceptedRun[]> {
  for (let tries = 1; ; tries++) {
    try {
      return await triggerRuns(ingestion);
    } catch (error) {
      if (tries === TRIES_MAX)
        throw new Error(`The first ingestion could not be started: ${reasonOf(error)}`);
      await sleep(PAUSE_MS);
    }
  }
}
