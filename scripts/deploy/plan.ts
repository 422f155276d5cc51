import { writeFileSync } from 'node:fs';
import { withoutPassword } from '../database-url.ts';
import { applyMigrations } from '../migrations.ts';
import { createResource } from './account.ts';
import type { Findings } from './findings.ts';
import { ingestFirst } from './first-ingestion.ts';
import { deployWorker } from './release.ts';

/** One change that a deployment makes. */
export interface Step {
  /** What it does, as a sentence begins: `create the queue x`. */
  does: string;
  run: () => Promise<void>;
}

/** What is to be done, in order. What is there already is left alone, so a step that failed can be run again. */
export function planSteps(findings: Findings): Step[] {
  const { secrets } = findings.configuration;
  const { DATABASE_URL = '' } = secrets;
  const { pending } = findings.database;
  let url = '';
  return [
    ...settingsStep(findings),
    ...findings.account.missing.map((resource) => ({
      does: `create the ${resource.kind} ${resource.name}`,
      run: () => createResource(resource),
    })),
    {
      does:
        pending.length === 0
          ? `leave ${withoutPassword(DATABASE_URL)} as it is: every migration is applied`
          : `migrate ${withoutPassword(DATABASE_URL)}: ${pending.join(', ')}`,
      run: () => applyMigrations(DATABASE_URL),
    },
    {
      does: `deploy the Worker with the secrets ${Object.keys(secrets).join(', ')}`,
      run: async () => {
        url = await deployWorker(secrets);
        console.log(`deployed ${url}`);
      },
    },
    ...ingestionStep(findings, () => url),
  ];
}

function settingsStep({ toml, profile }: Findings): Step[] {
  if (profile === undefined || toml.now === toml.wanted) return [];
  const run = async () => writeFileSync('wrangler.toml', toml.wanted);
  return [{ does: `write the settings of the profile ${profile} into wrangler.toml`, run }];
}

function ingestionStep(
  { configuration: { secrets, reads_need_token } }: Findings,
  url: () => string,
): Step[] {
  const token = firstOf(secrets.SCHEDULER_TOKEN);
  const read_token = firstOf(secrets.READ_TOKEN);
  if (token === undefined || (reads_need_token && read_token === undefined)) return [];
  const { signal } = new AbortController();
  const tokens = { token, ...(read_token !== undefined && { read_token }) };
  return [
    {
      does: 'poll every source once and wait for its rows',
      run: () => ingestFirst({ url: url(), ...tokens, print: console.log, signal }),
    },
  ];
}

/** A variable may hold a second token while the first is being replaced. */
const firstOf = (tokens: string | undefined) => tokens?.split(',')[0]?.trim();
