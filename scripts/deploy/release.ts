import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { addressesIn } from './addresses.ts';
import type { DeployDeps } from './deps.ts';

const Deployed = z.object({ type: z.literal('deploy'), targets: z.array(z.string()).nullish() });

/**
 * Uploads the Worker with its secrets and keeps its other secrets. Returns its addresses, the most reliable first.
 */
export async function deployWorker(
  { wrangler }: DeployDeps,
  secrets: Record<string, string>,
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cointape-deploy-')); // readable only by its owner
  try {
    const secretsFile = join(folder, 'secrets.json');
    const report = join(folder, 'report.ndjson');
    writeFileSync(secretsFile, JSON.stringify(secrets), { mode: 0o600 });
    const env = { WRANGLER_OUTPUT_FILE_PATH: report };
    const { code } = await wrangler(['deploy', '--secrets-file', secretsFile], { env, show: true });
    if (code !== 0) throw new Error('wrangler deploy failed; see above.');
    const addresses = targetsIn(readFileSync(report, 'utf8'));
    if (addresses.length === 0)
      throw new Error('Deployed, but wrangler names no address to check; see above.');
    return addresses;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const targetsIn = (report: string): string[] =>
  report
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => addressesIn(Deployed.safeParse(JSON.parse(line)).data?.targets ?? []));
