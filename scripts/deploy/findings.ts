import { type Account, readAccount } from './account.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { type Database, storeFault, storeIdOf, UNKNOWN } from './database.ts';
import { databaseNotes } from './database-notes.ts';
import type { DeployDeps } from './deps.ts';
import { planSecrets, tokenFaults } from './secrets.ts';
import type { DeploySettings } from './settings.ts';
import { readSubdomain } from './subdomain.ts';
import { upstreamNotes } from './upstream-notes.ts';

/** Everything that a deployment needs to know before it changes anything. */
export interface Findings {
  settings: DeploySettings;
  configuration: Configuration;
  account: Account;
  database: Database;
  /** The object store id of the bucket for the files. */
  store_id: string;
  /** The Worker's future addresses, as far as they are known. */
  addresses: string[];
  faults: string[];
  notes: string[];
}

/** Reads the settings, the environment, the build, the account and the database. Changes nothing. */
export async function look(deps: DeployDeps, settings: DeploySettings): Promise<Findings> {
  const configuration = await readConfiguration(settings, deps.environment);
  const build = await deps.wrangler(['deploy', '--dry-run']);
  const account = await readAccount(deps, configuration.resources);
  const { DATABASE_URL } = configuration.secrets;
  const url = configuration.faults.some((fault) => fault.startsWith('DATABASE_URL'))
    ? undefined // The configuration reports this fault already.
    : DATABASE_URL;
  const database = url === undefined ? UNKNOWN : await deps.database.read(url);
  const store_id = storeIdOf(account.id, configuration.resources[0]?.name ?? '');
  const address = await lookForAddress(deps, configuration, account.id);
  const told = adviceOn(settings, configuration, account, database);
  const stored = account.id === '' ? undefined : storeFault(database, store_id);
  return {
    settings,
    configuration,
    account,
    database,
    store_id,
    addresses: address.addresses,
    faults: [
      ...configuration.faults,
      ...tokenFaults(configuration.secrets),
      ...(build.code === 0 ? [] : [`The Worker does not build:\n${build.output}`]),
      ...account.faults,
      ...address.faults,
      ...told.faults,
      ...database.faults,
      ...(stored === undefined ? [] : [stored]),
    ],
    notes: [...configuration.notes, ...address.notes, ...told.notes],
  };
}

/** Findings that depend on the Worker's secrets, which are unknown without a login. */
function adviceOn(
  { own_file }: DeploySettings,
  { secrets, vars, region, reads_need_token }: Configuration,
  account: Account,
  { is_new, version }: Database,
): { faults: string[]; notes: string[] } {
  const given = Object.keys(secrets);
  const isSet = (name: string) => given.includes(name) || account.secrets.includes(name);
  const plan =
    account.id === ''
      ? { faults: [], notes: [] }
      : planSecrets(given, account.secrets, { reads_need_token, own_file });
  const { DATABASE_URL } = secrets;
  const database =
    DATABASE_URL === undefined || version === 0
      ? []
      : databaseNotes(DATABASE_URL, { region, is_new, own_file });
  return { faults: plan.faults, notes: [...plan.notes, ...database, ...upstreamNotes(vars, isSet)] };
}

interface Address {
  addresses: string[];
  faults: string[];
  notes: string[];
}

async function lookForAddress(
  deps: DeployDeps,
  { name, workers_dev, routes }: Configuration,
  account_id: string,
): Promise<Address> {
  const domains = routes.flatMap((route) =>
    typeof route === 'object' && route.custom_domain ? [`https://${route.pattern}`] : [],
  );
  if (!workers_dev || account_id === '') return { addresses: domains, faults: [], notes: [] };
  const subdomain = await readSubdomain(deps, account_id);
  if (subdomain.is === 'there')
    return {
      addresses: [`https://${name}.${subdomain.name}.workers.dev`, ...domains],
      faults: [],
      notes: [],
    };
  const [faults, notes] =
    subdomain.is === 'missing'
      ? [[NO_SUBDOMAIN(account_id)], []]
      : [[], [`Whether the account has a workers.dev subdomain could not be checked: ${subdomain.why}.`]];
  return { addresses: domains, faults, notes };
}

const NO_SUBDOMAIN = (account_id: string) =>
  `The account has no workers.dev subdomain yet: choose one at https://dash.cloudflare.com/${account_id}/workers/onboarding, ` +
  'or set workers_dev = false and a custom domain (docs/operations/deploy.md).';
