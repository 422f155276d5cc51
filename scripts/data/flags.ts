import { parseArgs } from 'node:util';
import { DataError } from './data-error.ts';

export const FORMATS = ['csv', 'parquet'] as const;
export type Format = (typeof FORMATS)[number];

export interface Flags {
  url: string;
  /** Null if reads need no token. */
  token: string | null;
  /** The query of GET /data. */
  query: Record<string, string>;
  format: Format;
  /** The path of the file to write. */
  out: string;
}

export const HELP = `npm run data -- ASSET [flags]

Fetches the history of a coin from the tape into a file, page by page, as of one instant. The file appears when it is
complete; after a failure there is no file.

  ASSET              our id (btc-bitcoin), source:external_id or chain:address
  --from DATE        from this date or instant, by created_at
  --to DATE          before this instant; a date includes its whole day
  --source LIST      only these sources
  --kind LIST        spot, bar_close
  --format FORMAT    ${FORMATS.join(' or ')} (csv)
  --out FILE         file to write (ASSET.FORMAT)
  --url URL          address of the Worker (http://127.0.0.1:8787)
  --token TOKEN      read token, if reading needs one (READ_TOKEN of the environment)
  --help             this text
`;

const text = { type: 'string' } as const;
/** Flags, and their parameters of GET /data. */
const PARAMETERS = { from: 'start_date', to: 'end_date', source: 'source', kind: 'kind' } as const;

/** Reads the command line. Throws DataError for anything unknown. */
export function parseFlags(argv: string[], environment: NodeJS.ProcessEnv): Flags | 'help' {
  const { values, positionals } = read(argv);
  if (values.help) return 'help';
  const [asset, ...more] = positionals;
  if (asset === undefined || more.length > 0)
    throw new DataError('Name one asset: npm run data -- btc-bitcoin. See npm run data -- --help.');
  const format = formatOf(values.format ?? 'csv');
  const asked = Object.entries(PARAMETERS).flatMap(([flag, name]) => {
    const value = values[flag as keyof typeof PARAMETERS];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    url: baseUrl(values.url ?? 'http://127.0.0.1:8787'),
    token: values.token ?? firstOf(environment.READ_TOKEN),
    query: { asset, ...Object.fromEntries(asked) },
    format,
    out: values.out ?? `${asset.replaceAll(/[^\w.-]+/g, '_')}.${format}`,
  };
}

function read(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        from: text,
        to: text,
        source: text,
        kind: text,
        format: text,
        out: text,
        url: text,
        token: text,
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const reason = (error as Error).message.split('. ')[0];
    throw new DataError(`${reason}. See npm run data -- --help.`);
  }
}

function formatOf(given: string): Format {
  const format = FORMATS.find((one) => one === given);
  if (format !== undefined) return format;
  throw new DataError(`--format must be ${FORMATS.join(' or ')}, not "${given}".`);
}

function baseUrl(given: string): string {
  if (URL.canParse(given) && /^https?:\/\/[^?#]+$/.test(given)) return given.replace(/\/+$/, '');
  throw new DataError(`--url must be an http(s) URL, not "${given}".`);
}

/** READ_TOKEN may list several for rotation, and may name one: `app=secret`. */
function firstOf(tokens: string | undefined): string | null {
  const [own = ''] = (tokens ?? '').split(',').map((token) => token.trim());
  const secret = own.replace(/^[\w.-]+=(?=.)/, '');
  return secret === '' ? null : secret;
}
