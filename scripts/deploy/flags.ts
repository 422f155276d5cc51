import { parseArgs } from 'node:util';
import { SECRETS } from './configuration.ts';
import { PROFILES, type Profile } from './profiles.ts';

export interface Flags {
  dry_run: boolean;
  /** Undefined keeps the settings. */
  profile: Profile | undefined;
  /** A second deployment, with its own Worker, bucket, queues and settings. */
  environment: string | undefined;
}

export const HELP = `npm run deploy -- [flags]

Checks everything, then creates what is missing on Cloudflare, migrates the database, deploys the Worker with
its secrets, and waits for the first rows. You can run it again: it changes only what differs.

  --dry-run          checks everything and shows what it would do; changes nothing
  --env NAME         deploys a second environment, such as staging: the Worker cointape-NAME with its own bucket
                     and queues, and the settings of wrangler.NAME.toml
  --profile frugal   writes the settings of a small deployment into wrangler.deploy.toml: a poll every 30 minutes,
                     the 500 largest coins, observations in full for 90 days, upstream bytes for 30
  --profile full     writes: a poll every 5 minutes, every coin, everything kept
                     (without a profile the settings do not change)
  --help             this text

wrangler.deploy.toml has the settings of this deployment that differ from wrangler.toml; git ignores it. The environment has
the secrets: DATABASE_URL and, to set or change them,
${SECRETS.filter((name) => name !== 'DATABASE_URL').join(', ')}.
See docs/operations/deploy.md.
`;

/** Reads the command line. Throws for anything unknown. */
export function parseFlags(args: string[]): Flags | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      'dry-run': { type: 'boolean' },
      profile: { type: 'string' },
      env: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  return {
    dry_run: values['dry-run'] ?? false,
    profile: profileOf(values.profile),
    environment: environmentOf(values.env),
  };
}

/** A part of the names of a Worker, a bucket, and a file beside wrangler.toml. */
function environmentOf(name: string | undefined): string | undefined {
  if (name === undefined || (/^[a-z][a-z0-9-]{0,19}$/.test(name) && name !== 'deploy')) return name;
  throw new Error(
    `--env takes a name of lower-case letters, digits and hyphens other than deploy, not "${name}".`,
  );
}

function profileOf(name: string | undefined): Profile | undefined {
  if (name === undefined || name in PROFILES) return name as Profile | undefined;
  throw new Error(`--profile takes ${Object.keys(PROFILES).join(' or ')}, not "${name}".`);
}
