import { parseArgs } from 'node:util';
import { databaseUrlFault } from '../database-url.ts';
import { StartError } from './start-error.ts';

export interface Flags {
  port: number;
  host: string;
  data_dir: string;
  database_url: string | undefined;
  /** undefined: the mode of the database. A new database is live, or sandbox if no upstream is reachable. */
  mode: 'live' | 'sandbox' | undefined;
  /** Whether the sandbox enforces the limits of the plans. */
  limits?: boolean | undefined;
  ingest: boolean;
  /** Whether all structured logs are printed. */
  verbose: boolean;
}

export const HELP = `npm start -- [flags]

Starts everything on this machine: the database, the migrations, the Worker and a first ingestion. Then it polls on
the schedule of wrangler.toml. Ctrl-C stops it; the next start continues with the same data.

  --port N            port of the API (8787; 0 takes a free one)
  --host H            address it listens on (127.0.0.1)
  --data-dir DIR      database, local R2 and queue state, log file (.data)
  --database-url URL  a real Postgres instead of the embedded one
  --live              poll the real upstreams
  --sandbox           poll a local synthetic market; its data stays in DIR/sandbox
                      Without either flag an existing database continues in its mode. A new one is live, or
                      sandbox when no upstream can be reached.
  --limits            with --sandbox: keep the limits of the vendors' plans and answer 429 beyond them
                      (the demo plan with COINGECKO_API_KEY; COINGECKO_CALLS_PER_MONTH, … for others)
  --no-ingest         skip the first ingestion and the sample file
  --verbose           print all structured logs; otherwise only warnings and errors (the log file has all)
  --help              this text

The Worker gets its variables (COINGECKO_API_KEY, POLL_MINUTES, …; see .dev.vars.example) from the environment and
from .dev.vars. A base URL of a source (COINGECKO_BASE_URL, …) replaces its upstream and counts as live.
`;

/** Reads the command line. Throws StartError for anything it does not know. */
export function parseFlags(argv: string[]): Flags | 'help' {
  const values = read(argv);
  if (values.help) return 'help';
  if (values.live && values.sandbox) throw new StartError('--live and --sandbox exclude each other.');
  if (values.limits && !values.sandbox) throw new StartError('--limits goes with --sandbox.');
  return {
    port: portOf(values.port ?? '8787'),
    host: values.host ?? '127.0.0.1',
    data_dir: values['data-dir'] ?? '.data',
    database_url: databaseUrlOf(values['database-url']),
    mode: values.live ? 'live' : values.sandbox ? 'sandbox' : undefined,
    limits: values.limits,
    ingest: !values['no-ingest'],
    verbose: values.verbose ?? false,
  };
}

function read(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        'data-dir': { type: 'string' },
        'database-url': { type: 'string' },
        live: { type: 'boolean' },
        sandbox: { type: 'boolean' },
        limits: { type: 'boolean' },
        'no-ingest': { type: 'boolean' },
        verbose: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    const reason = (error as Error).message.split('. ')[0];
    throw new StartError(`${reason}. See npm start -- --help.`);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new StartError(`--port must be a number from 0 to 65535, not "${text}".`);
}

function databaseUrlOf(url: string | undefined): string | undefined {
  const fault = url === undefined ? undefined : databaseUrlFault(url);
  if (fault) throw new StartError(fault.replaceAll('DATABASE_URL', '--database-url'));
  return url;
}
