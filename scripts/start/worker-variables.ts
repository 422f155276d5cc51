import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { POLLED_SOURCES } from '../../src/sources/registry.ts';
import { StartError } from './start-error.ts';

export type Variables = Record<string, string>;

/** Variables that a user may set. This program sets DATABASE_URL and UPSTREAMS. */
export const PASSED_ON: readonly string[] = [
  'SOURCES',
  ...POLLED_SOURCES.flatMap(({ variables }) => variables.map(({ name }) => name)),
  'POLL_MINUTES',
  'POLL_TOP',
  'KEEP_OBSERVATIONS_DAYS',
  'KEEP_RAW_DAYS',
  'LAKE',
  'SCHEDULER_TOKEN',
  'UPLOAD_TOKEN',
  'READ_TOKEN',
  'READ_ACCESS',
  'RAW_ACCESS',
  'BULK_ACCESS',
  'RATE_LIMIT',
  'UPLOAD_BYTES_MAX',
  'UPLOAD_UNPACKED_BYTES_MAX',
  'CACHE_SECONDS',
  'TOKEN_COPIES',
  'KEPT_REPLIES_MB',
  'BACKFILL_ASSETS',
  'HISTORY_ASSETS',
  'ALERT_WEBHOOK_URL',
  'LOG_LEVEL',
];

const LOCAL_DEFAULTS: Variables = {
  SCHEDULER_TOKEN: 'dev',
  UPLOAD_TOKEN: 'dev',
  READ_TOKEN: 'dev',
  READ_ACCESS: 'public',
  RAW_ACCESS: 'public',
  BULK_ACCESS: 'public',
  RATE_LIMIT: 'off',
  TOKEN_COPIES: 'off',
};

/** The user's variables override the local defaults; the environment overrides `.dev.vars`. */
export function readVariables(environment: NodeJS.ProcessEnv, devVars = readDevVars()): Variables {
  const given = { ...devVars, ...environment };
  const passed = PASSED_ON.flatMap((name) => (given[name] ? [[name, given[name]] as const] : []));
  return { ...LOCAL_DEFAULTS, ...Object.fromEntries(passed) };
}

function readDevVars(): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync('.dev.vars', 'utf8'));
  } catch {
    return {};
  }
}

/** Text of an env file that wrangler reads back unchanged: it expands `$` unless escaped, even in quotes. */
export function envFile(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quoted(name, value)}\n`)
    .join('');
}

function quoted(name: string, value: string): string {
  const quote = ["'", '`'].find((mark) => !value.includes(mark));
  if (quote === undefined) throw new StartError(`${name} may not hold both ' and \`.`);
  return `${quote}${value.replaceAll('$', '\\$')}${quote}`;
}
