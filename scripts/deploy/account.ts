import { z } from 'zod';
import type { DeployDeps } from './deps.ts';
import type { BucketLocation } from './regions.ts';

/** A resource of Cloudflare that the Worker binds to. */
export type Resource =
  | { kind: 'R2 bucket'; name: string; location?: BucketLocation | undefined }
  | { kind: 'queue'; name: string };

export interface Account {
  /** Empty without a login. */
  id: string;
  name: string;
  /** Resources that must exist before the Worker can be deployed. */
  missing: Resource[];
  /** Names of the secrets that the Worker already has; their values cannot be read. */
  secrets: string[];
  /** Faults that must be fixed first, each with its cure. */
  faults: string[];
}

const COMMANDS = { 'R2 bucket': ['r2', 'bucket'], queue: ['queues'] } as const;

/** Reads the state of the Cloudflare account. Changes nothing. */
export async function readAccount(deps: DeployDeps, resources: Resource[]): Promise<Account> {
  const login = await readLogin(deps);
  if ('fault' in login) return { id: '', name: '', missing: [], secrets: [], faults: [login.fault] };
  const [answers, secrets] = await Promise.all([
    Promise.all(resources.map((resource) => lookUp(deps, resource))),
    listSecrets(deps),
  ]);
  return {
    ...login,
    missing: resources.filter((_, index) => answers[index] === 'missing'),
    secrets: secrets.names,
    faults: [...answers.filter((answer) => answer !== 'there' && answer !== 'missing'), ...secrets.faults],
  };
}

/** Creates one resource. Throws wrangler's output if it fails. */
export async function createResource({ wrangler }: DeployDeps, resource: Resource): Promise<void> {
  const { kind, name } = resource;
  const place = resource.kind === 'R2 bucket' && resource.location ? ['--location', resource.location] : [];
  const { code, output } = await wrangler([...COMMANDS[kind], 'create', name, ...place]);
  if (code !== 0) throw new Error(`The ${kind} ${name} could not be created: ${complaint(output)}`);
}

const Login = z.object({ accounts: z.array(z.object({ id: z.string(), name: z.string() })) });

async function readLogin(deps: DeployDeps): Promise<{ id: string; name: string } | { fault: string }> {
  const { code, stdout } = await deps.wrangler(['whoami', '--json']);
  if (code !== 0) {
    return { fault: 'Not logged in to Cloudflare: run npx wrangler login, or set CLOUDFLARE_API_TOKEN.' };
  }
  const { accounts } = Login.parse(jsonIn(stdout));
  const wanted = deps.environment.CLOUDFLARE_ACCOUNT_ID || undefined; // CI sets it to an empty string if it has none.
  const chosen = accounts.filter(({ id }) => wanted === undefined || id === wanted);
  if (chosen.length === 1 && chosen[0] !== undefined) return chosen[0];
  const list = accounts.map(({ id, name }) => `${id} (${name})`).join(', ');
  return {
    fault: `Set CLOUDFLARE_ACCOUNT_ID to the account that gets the Worker: ${list || 'none in reach'}.`,
  };
}

/** `there`, `missing`, or the fault. */
async function lookUp({ wrangler }: DeployDeps, { kind, name }: Resource): Promise<string> {
  const { code, output } = await wrangler([...COMMANDS[kind], 'info', name]);
  if (code === 0) return 'there';
  if (/does not exist|\[code: 10006\]/.test(output)) return 'missing';
  return `The ${kind} ${name} cannot be read: ${complaint(output)}`;
}

const Secrets = z.array(z.object({ name: z.string() }));

async function listSecrets({ wrangler }: DeployDeps): Promise<{ names: string[]; faults: string[] }> {
  const { code, stdout, output } = await wrangler(['secret', 'list', '--format', 'json']);
  if (code === 0) return { names: Secrets.parse(jsonIn(stdout)).map(({ name }) => name), faults: [] };
  if (/^.*Worker .* not found/m.test(output)) return { names: [], faults: [] }; // The Worker was never deployed.
  return { names: [], faults: [`The Worker’s secrets cannot be listed: ${complaint(output)}`] };
}

/** wrangler may print a warning before its JSON. */
export const jsonIn = (stdout: string): unknown =>
  JSON.parse(stdout.slice(Math.max(0, stdout.search(/^[[{]/m))));

/** The error in wrangler's output, with the lines that belong to it. */
function complaint(output: string): string {
  const at = output.search(/\[ERROR\]|✘/);
  return (at < 0 ? output : output.slice(at))
    .replace(/✘\s*|\[ERROR\]\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/Logs were written|report it at/.test(line))
    .slice(0, 4)
    .join(' ');
}
