import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import type { ToolResult } from '../../../scripts/tool.ts';

/** A simulated Cloudflare account for wrangler. Its answers have wrangler's words, and are no more helpful. */
export interface FakeAccount {
  accounts: { id: string; name: string }[];
  buckets: string[];
  queues: string[];
  /** Null: none was chosen yet. Undefined: this login may not read it. */
  subdomain: string | null | undefined;
  /** Null: the Worker was never deployed. */
  secrets: Record<string, string> | null;
  /** The address of the deployed Worker, if it is not Cloudflare's default. */
  url?: string;
  /** Commands that fail, with their output. */
  refuses: Record<string, string>;
  calls: string[];
}

export const newAccount = (): FakeAccount => ({
  accounts: [{ id: 'a1', name: 'Acme' }],
  buckets: [],
  queues: [],
  subdomain: 'acme',
  secrets: null,
  refuses: {},
  calls: [],
});

interface Config {
  name: string;
  workers_dev?: boolean;
  routes?: (string | { pattern: string; custom_domain?: boolean; zone_name?: string })[];
  triggers: { crons: string[] };
  r2_buckets: { bucket_name: string }[];
  queues: { consumers: { queue: string }[] };
}

/** The choices of `wrangler r2 bucket create --location`. */
const LOCATIONS = ['weur', 'eeur', 'apac', 'wnam', 'enam', 'oc'];
const CHANGES = /^(\w+ )+create |^deploy --secrets-file/;

/** Runs one command of wrangler on the account, and changes the account. */
export function runFakeWrangler(
  account: FakeAccount,
  all: string[],
  env: Record<string, string | undefined>,
): ToolResult {
  const { args, config } = takeConfig(all);
  const line = args.join(' ');
  const option = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const command = Object.keys(COMMANDS).find((known) => line.startsWith(known)) ?? '';
  if (CHANGES.test(line)) account.calls.push(line.replace(/ \/\S+/, ' FILE'));
  try {
    const refusal = account.refuses[command];
    if (refusal !== undefined) throw new Error(refusal);
    const run = COMMANDS[command];
    if (run === undefined) throw new Error(`Unknown argument: ${line}`);
    const stdout = `${run({ account, args, config, env, option })}\n`;
    return { code: 0, stdout, output: stdout };
  } catch (error) {
    const { message } = error as Error;
    const stdout = message.startsWith('{')
      ? message
      : `\n✘ [ERROR] ${message}\n\n🪵  Logs were written to "x.log"\n`;
    return { code: 1, stdout, output: stdout };
  }
}

function takeConfig(all: string[]): { args: string[]; config: Config } {
  const at = all.indexOf('--config');
  if (at < 0) throw new Error('a deployment names its configuration, since it has settings of its own');
  const config = parse(readFileSync(all[at + 1] ?? '', 'utf8')) as unknown as Config;
  return { args: all.toSpliced(at, 2), config };
}

interface Call {
  account: FakeAccount;
  args: string[];
  config: Config;
  env: Record<string, string | undefined>;
  option: (name: string) => string | undefined;
}

/** The output of each command; throws its output if it fails. */
const COMMANDS: Record<string, (call: Call) => string> = {
  'whoami --json': ({ account: { accounts } }) => {
    if (accounts.length === 0) throw new Error('{"loggedIn":false}');
    return JSON.stringify({ loggedIn: true, accounts });
  },
  'auth token --json': () => JSON.stringify({ type: 'oauth', token: 'oauth-token' }),
  'r2 bucket info': ({ account, args }) =>
    found(account.buckets, args[3], 'The specified bucket does not exist. [code: 10006]'),
  'queues info': ({ account, args }) => found(account.queues, args[2], noQueue(args[2])),
  'r2 bucket create': ({ account, args, option }) => {
    const location = option('--location');
    if (args.includes('--location') && !LOCATIONS.includes(location ?? ''))
      throw new Error(`Invalid values:\n  Argument: location, Given: "${location}", Choices: ${LOCATIONS}`);
    account.buckets.push(args[3] ?? '');
    return `✅ Created bucket '${args[3]}' with default storage class of Standard.`;
  },
  'queues create': ({ account, args }) => {
    account.queues.push(args[2] ?? '');
    return `🌀 Creating queue '${args[2]}'`;
  },
  'secret list': ({ account: { secrets }, config }) => {
    if (secrets === null) throw new Error(`Worker "${config.name}" not found.`);
    return JSON.stringify(Object.keys(secrets).map((name) => ({ name, type: 'secret_text' })));
  },
  'deploy --dry-run': () => '--dry-run: exiting now.',
  'deploy --secrets-file': deploy,
};

const noQueue = (name: string | undefined) =>
  `Queue "${name}" does not exist. To create it, run: wrangler queues create ${name}`;

function found(names: string[], name: string | undefined, otherwise: string): string {
  if (names.includes(name ?? '')) return 'id: 1';
  throw new Error(otherwise);
}

/** In wrangler's order: bindings, the Worker with its secrets, and only then its addresses. */
function deploy({ account, config, env, option }: Call): string {
  for (const { queue } of config.queues.consumers) found(account.queues, queue, noQueue(queue));
  for (const { bucket_name } of config.r2_buckets)
    found(account.buckets, bucket_name, `R2 bucket '${bucket_name}' not found. [code: 10085]`);
  const given = JSON.parse(readFileSync(option('--secrets-file') ?? '', 'utf8')) as Record<string, string>;
  account.secrets = { ...account.secrets, ...given };
  const targets = targetsOf(account, config);
  const entry = { type: 'deploy', version: 1, targets };
  writeFileSync(env.WRANGLER_OUTPUT_FILE_PATH ?? '', `${JSON.stringify(entry)}\n`);
  return `Deployed ${config.name} triggers\n${targets.map((target) => `  ${target}\n`).join('')}`;
}

function targetsOf(account: FakeAccount, config: Config): string[] {
  const { name, routes = [], workers_dev = routes.length === 0, triggers, queues } = config;
  const own = workers_dev ? [account.url ?? workersDev(account, name)] : [];
  return [
    ...own,
    ...routes.map((route) => (typeof route === 'string' ? route : rendered(route))),
    ...triggers.crons.map((cron) => `schedule: ${cron}`),
    ...queues.consumers.map(({ queue }) => `Consumer for ${queue}`),
  ];
}

/** It prompts on a terminal whether to make one; without a terminal the answer is no. */
function workersDev({ subdomain, accounts }: FakeAccount, name: string): string {
  if (typeof subdomain === 'string') return `https://${name}.${subdomain}.workers.dev`;
  if (subdomain === undefined) throw new Error('Authentication error [code: 10000]');
  throw new Error(
    'You can either deploy your worker to one or more routes by specifying them in your wrangler.toml file, or register ' +
      `a workers.dev subdomain here:\nhttps://dash.cloudflare.com/${accounts[0]?.id}/workers/onboarding`,
  );
}

function rendered(route: { pattern: string; custom_domain?: boolean; zone_name?: string }): string {
  if (route.custom_domain) return `${route.pattern} (custom domain)`;
  return route.zone_name === undefined ? route.pattern : `${route.pattern} (zone name: ${route.zone_name})`;
}

/** Cloudflare's API, as far as a deployment uses it. */
export function answerApi(account: FakeAccount, path: string, authorization: string | null): Response {
  const error = (code: number, message: string, status: number) =>
    Response.json({ success: false, errors: [{ code, message }], result: null }, { status });
  if (authorization !== 'Bearer oauth-token') return error(10000, 'Authentication error', 403);
  if (path !== `/accounts/${account.accounts[0]?.id}/workers/subdomain`)
    return error(7003, `Could not route to ${path}`, 404);
  if (account.subdomain === undefined) return error(10000, 'Authentication error', 403);
  if (account.subdomain === null) return error(10007, "You haven't yet chosen a workers.dev subdomain.", 404);
  return Response.json({ success: true, errors: [], result: { subdomain: account.subdomain } });
}
