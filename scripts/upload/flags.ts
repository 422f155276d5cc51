import { parseArgs } from 'node:util';
import { PARAMETERS } from '../../src/domain/files/parameters.ts';
import { UploadError } from './upload-error.ts';

export interface Flags {
  file: string;
  url: string;
  token: string;
  /** The parameters of the file, by the names of POST /uploads. */
  query: Record<string, string>;
  part_bytes: number;
}

/** Below the 95 MB that a Worker accepts by default. */
export const PART_BYTES_DEFAULT = 90_000_000;
const PART_BYTES_MIN = 2_000_000;

function flagOf(name: string): string {
  return name.replaceAll('_', '-');
}

export const HELP = `npm run upload -- FILE [flags]

Sends a CSV file (plain or .gz) of any size, waits until it is ingested and prints the result. It gzips the file,
and splits a file that is too large for one request between records; each part has the header.

  --url URL            address of the Worker (http://127.0.0.1:8787)
  --token TOKEN        upload token (UPLOAD_TOKEN of the environment; "dev" on this machine)
${Object.entries(PARAMETERS)
  .map(([name, said]) => `  ${`--${flagOf(name)} …`.padEnd(19)}  ${said.replaceAll('`', '')}`)
  .join('\n')}
  --dry-run            show how the file is read and what would be stored; store nothing
  --part-bytes N       largest size of a request (${PART_BYTES_DEFAULT}); at most the Worker's UPLOAD_BYTES_MAX
  --help               this text
`;

const text = { type: 'string' } as const;

/** The hints for each parameter of POST /uploads, under its own name. */
const HINTS = Object.fromEntries(Object.keys(PARAMETERS).map((name) => [flagOf(name), text]));

/** Reads the command line. Throws UploadError for anything unknown. */
export function parseFlags(argv: string[], environment: NodeJS.ProcessEnv): Flags | 'help' {
  const { values, positionals } = read(argv);
  if (values.help) return 'help';
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    throw new UploadError('Name one file: npm run upload -- FILE. See npm run upload -- --help.');
  const url = baseUrl(values.url ?? 'http://127.0.0.1:8787');
  const hints = Object.keys(PARAMETERS).flatMap((name) => {
    const value = (values as Record<string, unknown>)[flagOf(name)];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return {
    file,
    url,
    token: values.token ?? tokenFor(url, environment),
    query: { ...Object.fromEntries(hints), ...(values['dry-run'] ? { dry_run: 'true' } : {}) },
    part_bytes: partBytes(values['part-bytes'] ?? String(PART_BYTES_DEFAULT)),
  };
}

function read(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        url: text,
        token: text,
        ...HINTS,
        'dry-run': { type: 'boolean' },
        'part-bytes': text,
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const reason = (error as Error).message.split('. ')[0];
    throw new UploadError(`${reason}. See npm run upload -- --help.`);
  }
}

function baseUrl(given: string): string {
  if (URL.canParse(given) && /^https?:\/\/[^?#]+$/.test(given)) return given.replace(/\/+$/, '');
  throw new UploadError(`--url must be an http(s) URL, not "${given}".`);
}

function tokenFor(url: string, { UPLOAD_TOKEN }: NodeJS.ProcessEnv): string {
  const [own] = (UPLOAD_TOKEN ?? '').split(',').map((token) => token.trim());
  if (own) return own;
  if (/^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)) return 'dev';
  throw new UploadError('Give the token with --token, or as UPLOAD_TOKEN in the environment.');
}

function partBytes(given: string): number {
  const bytes = Number(given);
  if (/^\d{1,12}$/.test(given) && bytes >= PART_BYTES_MIN) return bytes;
  throw new UploadError(`--part-bytes must be a number from ${PART_BYTES_MIN}, not "${given}".`);
}
