import { z } from 'zod';
import { POLLED_SOURCES } from '../../src/sources/registry.ts';
import { databaseUrlFault } from '../database-url.ts';
import { reasonOf } from '../reason.ts';
import { PASSED_ON } from '../start/worker-variables.ts';
import type { Resource } from './account.ts';
import { bucketLocation } from './regions.ts';
import type { DeploySettings } from './settings.ts';

const Route = z.union([z.string(), z.object({ pattern: z.string(), custom_domain: z.boolean().optional() })]);
/** A route in the form that wrangler accepts. */
export type Route = z.infer<typeof Route>;
/** The settings that a deployment depends on. */
const Config = z.object({
  name: z.string(),
  workers_dev: z.boolean().optional(),
  route: Route.optional(),
  routes: z.array(Route).optional(),
  placement: z.object({ region: z.string().optional() }).optional(),
  vars: z.record(z.string(), z.string()),
  r2_buckets: z.array(z.object({ bucket_name: z.string() })).min(1),
  queues: z.object({ consumers: z.array(z.object({ queue: z.string() })) }),
});

/** Cloudflare stores them as secrets; the environment of the deploy command supplies them. */
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
/** A value that `npm start` decides is also a variable. */
const VARIABLES = [...PASSED_ON, 'UPSTREAMS'];

export interface Configuration {
  /** The name of the Worker. */
  name: string;
  vars: Record<string, string>;
  /** The secrets of the environment, by name. */
  secrets: Record<string, string>;
  resources: Resource[];
  region: string | undefined;
  /** Where clients reach the Worker. */
  workers_dev: boolean;
  routes: Route[];
  /** READ_ACCESS is `token`. */
  reads_need_token: boolean;
  /** Faults that must be fixed before anything is changed. */
  faults: string[];
  notes: string[];
}

/** Reads the settings and the environment, and checks them with the Worker's rules. */
export async function readConfiguration(
  { merged, own_file }: DeploySettings,
  environment: NodeJS.Dict<string>,
): Promise<Configuration> {
  const { name, vars, r2_buckets, queues, placement, route, ...config } = Config.parse(merged);
  const secrets = Object.fromEntries(
    SECRETS.flatMap((secret) => (environment[secret] ? [[secret, environment[secret]]] : [])),
  );
  const region = placement?.region;
  const routes = [...(config.routes ?? []), ...(route === undefined ? [] : [route])];
  const workers_dev = config.workers_dev ?? routes.length === 0;
  // The other settings can be checked without a database.
  const faults = [
    databaseFault(secrets.DATABASE_URL),
    ...SECRETS.filter((secret) => secret in vars).map(
      (secret) =>
        `${secret} is a secret and must not be in [vars]: remove it there, and set it in the environment.`,
    ),
    workers_dev || routes.length > 0 ? undefined : NO_ADDRESS(own_file),
    await settingsFault({ DATABASE_URL: 'postgres://nobody@nowhere', ...vars, ...secrets }),
  ];
  return {
    name,
    vars,
    secrets,
    resources: [
      ...r2_buckets.map(
        ({ bucket_name }): Resource => ({
          kind: 'R2 bucket',
          name: bucket_name,
          location: bucketLocation(region),
        }),
      ),
      ...queues.consumers.map(({ queue }): Resource => ({ kind: 'queue', name: queue })),
    ],
    region,
    workers_dev,
    routes,
    reads_need_token: vars.READ_ACCESS === 'token',
    faults: faults.filter((fault) => fault !== undefined),
    notes: Object.keys(vars)
      .filter((variable) => !VARIABLES.includes(variable) && !SECRETS.includes(variable))
      .map((variable) => `${variable} in [vars] is not a variable of the Worker and has no effect.`),
  };
}

const NO_ADDRESS = (own_file: string) =>
  'workers_dev is false and there is no route, so nothing could reach the Worker. Put into ' +
  `${own_file}: routes = [{ pattern = "tape.example.com", custom_domain = true }], above every [table].`;

function databaseFault(url: string | undefined): string | undefined {
  const fault = databaseUrlFault(url);
  if (fault !== undefined || url === undefined) return fault;
  const { hostname } = new URL(url);
  if (!/^(localhost|127\.|\[::1\])/.test(hostname)) return undefined;
  return `DATABASE_URL points to ${hostname}, which a deployed Worker cannot reach.`;
}

/** Checks variables with the Worker's rules. */
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
