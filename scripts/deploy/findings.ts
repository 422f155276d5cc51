import { readFileSync } from 'node:fs';
import { runTool } from '../tool.ts';
import { type Account, readAccount } from './account.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { type Database, readDatabase } from './database.ts';
import { type Profile, withProfile } from './profiles.ts';
import { planSecrets } from './secrets.ts';

/** Everything a deployment wants to know before it changes anything. */
export interface Findings {
  profile: Profile | undefined;
  /** wrangler.toml as it is, and as the profile wants it. */
  toml: { now: string; wanted: string };
  configuration: Configuration;
  account: Account;
  database: Database;
  faults: string[];
  notes: string[];
}

/** Looks at wrangler.toml, the environment, the build, the account and the database. Changes nothing. */
export async function look(
  profile: Profile | undefined,
  environment: NodeJS.Dict<string>,
): Promise<Findings> {
  const now = readFileSync('wrangler.toml', 'utf8');
  const toml = { now, wanted: profile === undefined ? now : withProfile(now, profile) };
  const configuration = await readConfiguration(toml.wanted, environment);
  const build = await runTool('wrangler', ['deploy', '--dry-run']);
  const account = await readAccount(configuration.resources);
  const { DATABASE_URL } = configuration.secrets;
  const database: Database =
    DATABASE_URL === undefined || configuration.faults.some((fault) => fault.startsWith('DATABASE_URL'))
      ? { version: 0, pending: [], faults: [] } // said already
      : await readDatabase(DATABASE_URL);
  const given = Object.keys(configuration.secrets);
  // Without a login nobody knows what the Worker has already.
  const secrets = account.name === '' ? { faults: [], notes: [] } : planSecrets(given, account.secrets);
  const faults = [
    ...configuration.faults,
    ...(build.code === 0 ? [] : [`The Worker does not build:\n${build.output}`]),
    ...account.faults,
    ...secrets.faults,
    ...database.faults,
  ];
  return { profile, toml, configuration, account, database, faults, notes: secrets.notes };
}
