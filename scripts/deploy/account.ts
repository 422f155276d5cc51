import { runTool } from '../tool.ts';
import type { Configuration } from './configuration.ts';

/** Asks Cloudflare whether everything the Worker binds to is there. One line per fault, with its cure. */
export async function accountFaults({ buckets, queues }: Configuration): Promise<string[]> {
  const { code, output } = await runTool('wrangler', ['whoami']);
  if (code !== 0 || output.includes('not authenticated')) {
    return ['Not logged in to Cloudflare: set CLOUDFLARE_API_TOKEN, or run npx wrangler login.'];
  }
  const faults = await Promise.all([
    ...buckets.map((name) => missing('R2 bucket', name, ['r2', 'bucket'])),
    ...queues.map((name) => missing('queue', name, ['queues'])),
  ]);
  return faults.filter((fault) => fault !== undefined);
}

async function missing(what: string, name: string, command: string[]): Promise<string | undefined> {
  const { code } = await runTool('wrangler', [...command, 'info', name]);
  if (code === 0) return undefined;
  return `The ${what} ${name} cannot be read: npx wrangler ${command.join(' ')} create ${name}`;
}
