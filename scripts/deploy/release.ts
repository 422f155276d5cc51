import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { runTool } from '../tool.ts';

const Deployed = z.object({ type: z.literal('deploy'), targets: z.array(z.string()).nullish() });

/** Uploads the Worker with its secrets; those it has besides stay. Returns its address. */
export async function deployWorker(secrets: Record<string, string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'cointape-deploy-')); // readable by its owner only
  try {
    const secretsFile = join(folder, 'secrets.json');
    const report = join(folder, 'report.ndjson');
    writeFileSync(secretsFile, JSON.stringify(secrets), { mode: 0o600 });
    const env = { WRANGLER_OUTPUT_FILE_PATH: report };
    const { code } = await runTool('wrangler', ['deploy', '--secrets-file', secretsFile], {
      env,
      show: true,
    });
    if (code !== 0) throw new Error('wrangler deploy failed; see above.');
    return addressIn(readFileSync(report, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function addressIn(report: string): string {
  for (const line of report.split('\n').filter(Boolean)) {
    const url = Deployed.safeParse(JSON.parse(line)).data?.targets?.find((target) => /^https?:/.test(target));
    if (url) return url;
  }
  throw new Error('Deployed, but wrangler names no address; is workers_dev off and no route set?');
}
