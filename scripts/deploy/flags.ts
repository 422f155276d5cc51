import { parseArgs } from 'node:util';
import { SECRETS } from './configuration.ts';
import { PROFILES, type Profile } from './profiles.ts';

export interface Flags {
  dry_run: boolean;
  /** Undefined leaves wrangler.toml as it is. */
  profile: Profile | undefined;
}

export const HELP = `npm run deploy -- [flags]

Checks everything, then creates what is missing on Cloudflare, migrates the database, deploys the Worker with
its secrets, and waits for the first rows. Running it again changes only what is not yet so.

  --dry-run          checks, and says what would be done; changes nothing
  --profile frugal   writes the settings of a small deployment into wrangler.toml: a poll every 30 minutes, the
                     500 largest coins, observations in full for 90 days, upstream bytes for 30
  --profile full     writes: a poll every 5 minutes, every coin, everything kept for ever
                     (neither: wrangler.toml as it is)
  --help             this text

The environment holds the secrets: DATABASE_URL and, to set or change them,
${SECRETS.filter((name) => name !== 'DATABASE_URL').join(', ')}.
See docs/operations/deploy.md.
`;

/** Reads the command line. Throws for anything it does not know. */
export function parseFlags(args: string[]): Flags | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      'dry-run': { type: 'boolean' },
      profile: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  return { dry_run: values['dry-run'] ?? false, profile: profileOf(values.profile) };
}

function profileOf(name: string | undefined): Profile | undefined {
  if (name === undefined || name in PROFILES) return name as Profile | undefined;
  throw new Error(`--profile takes ${Object.keys(PROFILES).join(' or ')}, not "${name}".`);
}
