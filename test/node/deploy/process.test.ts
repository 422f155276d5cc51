import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  CREATED,
  type Database,
  DEPLOYED,
  NO_API,
  openDatabase,
  openStage,
  type Stage,
  TOKENS,
} from './stage.ts';

// `npm run deploy` as a process that starts a fake wrangler. deploy.test.ts tests its decisions.

const SCRIPT = join(import.meta.dirname, '../../../scripts/deploy.ts');

let database: Database;
let stage: Stage;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  stage = await openStage();
  const [bin, fake] = [join(stage.folder, 'bin'), join(import.meta.dirname, 'fake-wrangler-process.ts')];
  mkdirSync(bin);
  writeFileSync(join(bin, 'wrangler'), `#!/bin/sh\nexec '${process.execPath}' '${fake}' "$@"\n`);
  chmodSync(join(bin, 'wrangler'), 0o755);
});
afterEach(() => stage.close());

async function deploy(args: string[] = []) {
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    cwd: stage.folder,
    env: {
      PATH: `${join(stage.folder, 'bin')}:${process.env.PATH}`,
      HOME: stage.folder,
      FAKE_ACCOUNT: stage.account_file,
      DATABASE_URL: database.url,
      ...NO_API,
      ...TOKENS,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code: code as number, output };
}

test('a first deployment creates, migrates, deploys with the secrets, and waits for rows', async () => {
  const { code, output } = await deploy();
  expect(output).toContain('ok      logged in to Cloudflare, account Acme');
  expect(output).toContain(
    'cost    Workers Paid is required; docs/operations/costs.md says what a deployment costs.',
  );
  expect(output).toMatch(/^do {6}migrate postgres@0\.0\.0\.0:\d+\/postgres: 0000_tape, 0001_guards, /m);
  expect(output).toMatch(
    /^ingest {2}coingecko {2}succeeded after .*: 1001 read, 1000 inserted, 0 duplicate, 1 rejected/m,
  );
  expect(output).toMatch(/^done\. /m);
  expect(code).toBe(0);
  expect(stage.account().calls).toEqual([...CREATED, DEPLOYED]);
  expect(stage.account().secrets).toEqual({ DATABASE_URL: database.url, ...TOKENS });
  expect(await database.hasTables()).toBe(true);
  expect(stage.worker.asked[0]).toEqual({ path: '/trigger-etl', token: `Bearer ${TOKENS.SCHEDULER_TOKEN}` });
});

test('an unknown flag is refused', async () => {
  expect(await deploy(['--froce'])).toEqual({
    code: 1,
    output: expect.stringContaining("error: Unknown option '--froce'"),
  });
});
