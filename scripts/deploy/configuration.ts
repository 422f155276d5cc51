import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { databaseUrlFault } from '../database-url.ts';
import { reasonOf } from '../reason.ts';

/** What of wrangler.toml a deployment depends on. */
const Config = z.object({
  vars: z.record(z.string(), z.string()),
  r2_buckets: z.array(z.object({ bucket_name: z.string() })),
  queues: z.object({ consumers: z.array(z.object({ queue: z.string() })) }),
});

/** Kept by Cloudflare as secrets; the environment of the deploy command supplies them. */
const SECRETS = [
  'DATABASE_URL',
  'SCHEDULER_TOKEN',
  'UPLOAD_TOKEN',
  'READ_TOKEN',
  'COINPAPRIKA_API_KEY',
  'COINGECKO_API_KEY',
  'ALERT_WEBHOOK_URL',
];
const WITHOUT: Record<string, string> = {
  UPLOAD_TOKEN: 'uploads answer 503',
  READ_TOKEN: 'raw bytes answer 503',
};

export interface Configuration {
  secrets: Record<string, string>;
  buckets: string[];
  queues: string[];
}

export interface Verdict {
  configuration: Configuration;
  /** What must be mended before anything is changed. */
  faults: string[];
  /** What works, but not as one might expect. */
  notes: string[];
}

/** Reads wrangler.toml and the environment, and judges them with the Worker's own rules. */
export async function readConfiguration(
  environment: NodeJS.Dict<string>,
  file = 'wrangler.toml',
): Promise<Verdict> {
  const { vars, r2_buckets, queues } = Config.parse(parse(readFileSync(file, 'utf8')));
  const secrets = Object.fromEntries(
    SECRETS.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  const faults = [
    databaseFault(secrets.DATABASE_URL),
    tokenFault(secrets.SCHEDULER_TOKEN),
    await settingsFault({ ...vars, ...secrets }),
  ].filter((fault) => fault !== undefined);
  const notes = Object.entries(WITHOUT)
    .filter(([name]) => secrets[name] === undefined)
    .map(([name, effect]) => `${name} is not in the environment: if it was never deployed, ${effect}.`);
  const configuration = {
    secrets,
    buckets: r2_buckets.map((bucket) => bucket.bucket_name),
    queues: queues.consumers.map((consumer) => consumer.queue),
  };
  return { configuration, faults, notes };
}

function databaseFault(url: string | undefined): string | undefined {
  const fault = databaseUrlFault(url);
  if (fault !== undefined || url === undefined) return fault;
  const { hostname } = new URL(url);
  if (!/^(localhost|127\.|\[::1\])/.test(hostname)) return undefined;
  return `DATABASE_URL points to ${hostname}, which a deployed Worker cannot reach.`;
}

function tokenFault(token: string | undefined): string | undefined {
  if (!token)
    return 'SCHEDULER_TOKEN is not set; it starts the first ingestion and guards POST /trigger-etl.';
  return token.length < 16 ? 'SCHEDULER_TOKEN is shorter than 16 characters.' : undefined;
}

async function settingsFault(variables: Record<string, string>): Promise<string | undefined> {
  if (variables.DATABASE_URL === undefined) return undefined; // said already
  try {
    // By URL, because the Worker's modules are of another TypeScript project.
    const { readSettings } = await import(new URL('../../src/env.ts', import.meta.url).href);
    readSettings(variables);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
