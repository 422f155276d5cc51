import { parseArgs } from 'node:util';
import { databaseUrlFault } from '../database-url.ts';
import { LakeError } from './lake-error.ts';

export type Flags = { url: string; token: string } & (
  | { command: 'verify'; day: string | null }
  | { command: 'restore'; day: string; database_url: string }
);

export const HELP = `npm run lake -- verify [DAY] | restore DAY [flags]

verify   reads the parts of all days or of one day, and compares bytes, counts and texts with the manifest
restore  restores the thinned rows that became known on a day (UTC), unchanged

  --url URL            address of the Worker (http://127.0.0.1:8787)
  --token TOKEN        read token (READ_TOKEN of the environment; "dev" on this machine)
  --database-url URL   for restore: the Worker's DATABASE_URL (DATABASE_URL of the environment)
  --help               this text
`;

const DAY = /^\d{4}-\d\d-\d\d$/;
const text = { type: 'string' } as const;

/** Reads the command line. Throws LakeError for anything unknown. */
export function parseFlags(argv: string[], environment: NodeJS.ProcessEnv): Flags | 'help' {
  const { values, positionals } = read(argv);
  if (values.help) return 'help';
  const [command, day, ...more] = positionals;
  const url = baseUrl(values.url ?? 'http://127.0.0.1:8787');
  const target = { url, token: values.token ?? tokenFor(environment) };
  if (more.length > 0 || (day !== undefined && !DAY.test(day)))
    throw new LakeError(`DAY is like 2025-01-10. ${SEE}`);
  if (command === 'verify') return { ...target, command, day: day ?? null };
  if (command !== 'restore' || day === undefined)
    throw new LakeError(`Say verify, or restore and a day. ${SEE}`);
  return {
    ...target,
    command,
    day,
    database_url: databaseUrl(values['database-url'] ?? environment.DATABASE_URL),
  };
}

const SEE = 'See npm run lake -- --help.';

function read(argv: string[]) {
  try {
    const options = {
      url: text,
      token: text,
      'database-url': text,
      help: { type: 'boolean', short: 'h' },
    } as const;
    return parseArgs({ args: argv, allowPositionals: true, options });
  } catch (error) {
    throw new LakeError(`${(error as Error).message.split('. ')[0]}. ${SEE}`);
  }
}

function baseUrl(given: string): string {
  if (URL.canParse(given) && /^https?:\/\/[^?#]+$/.test(given)) return given.replace(/\/+$/, '');
  throw new LakeError(`--url must be an http(s) URL, not "${given}".`);
}

/** The first of the tokens, without its name. */
function tokenFor({ READ_TOKEN }: NodeJS.ProcessEnv): string {
  const [own] = (READ_TOKEN ?? '').split(',').map((token) => token.trim());
  return own ? (own.split('=').at(-1) ?? own) : 'dev';
}

function databaseUrl(given: string | undefined): string {
  const fault = databaseUrlFault(given);
  if (given === undefined || fault) throw new LakeError(`${fault} Or give --database-url.`);
  return given;
}
