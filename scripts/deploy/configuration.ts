import { parse } from 'smol-toml';
import { z } from 'zod';
import { POLLED_SOURCES } from '../../src/sources/registry.ts';
import { databaseUrlFault } from '../database-url.ts';
import { reasonOf } from '../reason.ts';
import type { Resource } from './account.ts';

/** What of wrangler.toml a deployment depends on. */
const Config = z.object({
  vars: z.record(z.string(), z.string()),
  r2_buckets: z.array(z.object({ bucket_name: z.string() })),
  queues: z.object({ consumers: z.array(z.object({ queue: z.string() })) }),
});

/** Kept by Cloudflare as secrets; the environment of the deploy command supplies them. */
export const SECRETS: readonly string[] = [
  'DATABASE_URL',
  'SCHEDULER_TOKEN',
  'UPLOAD_TOKEN',
  'READ_TOKEN',
  ...POLLED_SOURCES.flatMap(({ variables }) =>
    variables.filter((one) => one.is_secret).map(({ name }) => name),
  ),
  'ALERT_WEBHOOK_URL',
];
/** Tokens that guard something: anyone may try, so they must not be guessable. */
const TOKENS = ['SCHEDULER_TOKEN', 'UPLOAD_TOKEN', 'READ_TOKEN'];
const TOKEN_LENGTH_MIN = 16;

export interface Configuration {
  /** Of the environment, by name. */
  secrets: Record<string, string>;
  resources: Resource[];
  /** READ_ACCESS is `token`. */
  reads_need_token: boolean;
  /** What must be mended before anything is changed. */
  faults: string[];
}

/** Reads wrangler.toml and the environment, and judges them with the Worker's own rules. */
export async function readConfiguration(
  toml: string,
  environment: NodeJS.Dict<string>,
): Promise<Configuration> {
  const { vars, r2_buckets, queues } = Config.parse(parse(toml));
  const secrets = Object.fromEntries(
    SECRETS.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  // Without a database the rest can be judged all the same.
  const faults = [
    databaseFault(secrets.DATABASE_URL),
    ...tokenFaults(secrets),
    await settingsFault({ DATABASE_URL: 'postgres://nobody@nowhere', ...vars, ...secrets }),
  ];
  return {
    secrets,
    resources: [
      ...r2_buckets.map(({ bucket_name }): Resource => ({ kind: 'R2 bucket', name: bucket_name })),
      ...queues.consumers.map(({ queue }): Resource => ({ kind: 'queue', name: queue })),
    ],
    reads_need_token: vars.READ_ACCESS === 'token',
    faults: faults.filter((fault) => fault !== undefined),
  };
}

function databaseFault(url: string | undefined): string | undefined {
  const fault = databaseUrlFault(url);
  if (fault !== undefined || url === undefined) return fault;
  const { hostname } = new URL(url);
  if (!/^(localhost|127\.|\[::1\])/.test(hostname)) return undefined;
  return `DATABASE_URL points to ${hostname}, which a deployed Worker cannot reach.`;
}

function tokenFaults(secrets: Record<string, string>): string[] {
  return TOKENS.filter((name) =>
    secrets[name]?.split(',').some((token) => token.trim().length < TOKEN_LENGTH_MIN),
  ).map((name) => `${name} is shorter than ${TOKEN_LENGTH_MIN} characters. Make one: openssl rand -hex 32`);
}

/** By the Worker's own rules. */
async function settingsFault(variables: Record<string, string>): Promise<string | undefined> {
  try {
    // By URL, because the Worker's modules are of another TypeScript project.
    const { readSettings } = await import(new URL('../../src/env.ts', import.meta.url).href);
    readSettings(variables);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
