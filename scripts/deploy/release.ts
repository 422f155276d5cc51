import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { runTool } from '../tool.ts';

const Deployed = z.object({ type: z.literal('deploy'), targets: z.array(z.string()).nullish() });
const TRIGGER_TRIES = 10;

/** Uploads the Worker with its secrets. Returns its address. */
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

/** Starts the first ingestion. A fresh deployment needs some seconds until every place knows its secrets. */
export async function triggerIngestion(url: string, token: string): Promise<string> {
  let answer = '';
  for (let tries = 0; tries < TRIGGER_TRIES; tries++) {
    const response = await fetch(`${url}/trigger-etl`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    answer = `${response.status} ${await response.text()}`;
    if (response.status === 202) return new URL(response.headers.get('location') ?? '/runs', url).href;
    await sleep(3000);
  }
  throw new Error(`The first ingestion could not be started: ${answer}`);
}
