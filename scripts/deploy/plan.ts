import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutPassword } from '../database-url.ts';
import { firstReadToken, firstToken } from '../tokens.ts';
import { createResource, type Resource } from './account.ts';
import type { DeployDeps } from './deps.ts';
import type { Findings } from './findings.ts';
import { ingestFirst } from './first-ingestion.ts';
import { deployWorker } from './release.ts';

/** One change that a deployment makes. */
export interface Step {
  /** Its effect, as a verb phrase: `create the queue x`. */
  does: string;
  run: () => Promise<void>;
}

/** The steps, in order. They leave existing things alone, so a failed step can be repeated. */
export function planSteps(deps: DeployDeps, findings: Findings): Step[] {
  const { secrets } = findings.configuration;
  const { DATABASE_URL = '' } = secrets;
  const { pending } = findings.database;
  let url = '';
  return [
    ...settingsStep(deps, findings),
    ...findings.account.missing.map((resource) => ({
      does: `create the ${resource.kind} ${resource.name}${placeOf(resource)}`,
      run: () => createResource(deps, resource),
    })),
    {
      does:
        pending.length === 0
          ? `leave ${withoutPassword(DATABASE_URL)} as it is: every migration is applied`
          : `migrate ${withoutPassword(DATABASE_URL)}: ${pending.join(', ')}`,
      run: () => deps.database.prepare(DATABASE_URL, findings.store_id),
    },
    {
      does: `deploy the Worker ${findings.configuration.name} with the secrets ${Object.keys(secrets).join(', ')}`,
      run: async () => {
        const addresses = await deployWorker(deps, secrets);
        url = addresses[0] ?? '';
        for (const address of addresses) deps.print(`deployed ${address}`);
      },
    },
    ...ingestionStep(deps, findings, () => url),
  ];
}

const placeOf = (resource: Resource): string =>
  resource.kind === 'R2 bucket' && resource.location !== undefined ? ` in ${resource.location}` : '';

function settingsStep({ folder }: DeployDeps, { settings: { own, own_file } }: Findings): Step[] {
  if (own.now === own.wanted) return [];
  const run = async () => writeFileSync(join(folder, own_file), own.wanted);
  return [{ does: `write the settings of the profile into ${own_file}`, run }];
}

function ingestionStep(
  deps: DeployDeps,
  { configuration: { secrets, reads_need_token } }: Findings,
  url: () => string,
): Step[] {
  const token = firstToken(secrets.SCHEDULER_TOKEN);
  const read_token = firstReadToken(secrets.READ_TOKEN);
  if (token === undefined || (reads_need_token && read_token === undefined)) return [];
  const { signal } = new AbortController();
  const tokens = { token, ...(read_token !== undefined && { read_token }) };
  return [
    {
      does: 'poll every source once and wait for its rows',
      run: async () => {
        const warnings = await ingestFirst({
          url: url(),
          ...tokens,
          print: deps.print,
          signal,
          fetch: deps.fetch,
        });
        for (const warning of warnings) deps.complain(`warning ${warning}`);
      },
    },
  ];
}
