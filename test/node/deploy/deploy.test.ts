import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../scripts/embedded-postgres.ts';
import { type DeployedWorker, startDeployedWorker } from './deployed-worker.ts';
import type { FakeAccount } from './fake-wrangler.ts';

// `npm run deploy` as a process, before a fake wrangler, a real database, and a server that answers as the Worker.

const REPOSITORY = join(import.meta.dirname, '../../..');
const TOKENS = {
  SCHEDULER_TOKEN: 'scheduler-token-0123456789',
  UPLOAD_TOKEN: 'upload-token-0123456789',
  READ_TOKEN: 'read-token-0123456789',
};
const NEW: Omit<FakeAccount, 'url'> = {
  accounts: [{ id: 'a1', name: 'Acme' }],
  buckets: [],
  queues: [],
  secrets: null,
  refuses: {},
  calls: [],
};

let postgres: EmbeddedPostgres;
let worker: DeployedWorker;
let folder: string;
let database: string;
beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
  // By a name that is not plainly this machine's: a deployment refuses a database that only this machine reaches.
  database = postgres.url.replace('127.0.0.1', '0.0.0.0');
});
afterAll(() => postgres.close());
beforeEach(async () => {
  await query('drop schema public cascade; create schema public; drop schema if exists drizzle cascade');
  worker = await startDeployedWorker();
  folder = mkdtempSync(join(tmpdir(), 'cointape-deploy-test-'));
  cpSync(join(REPOSITORY, 'wrangler.toml'), join(folder, 'wrangler.toml'));
  symlinkSync(join(REPOSITORY, 'migrations'), join(folder, 'migrations'));
  mkdirSync(join(folder, 'bin'));
  const fake = join(import.meta.dirname, 'fake-wrangler.ts');
  writeFileSync(join(folder, 'bin/wrangler'), `#!/bin/sh\nexec '${process.execPath}' '${fake}' "$@"\n`);
  chmodSync(join(folder, 'bin/wrangler'), 0o755);
  setAccount({});
});
afterEach(async () => {
  await worker.close();
  rmSync(folder, { recursive: true });
});

async function query(text: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    const result = await client.query(text);
    return result;
  } finally {
    await client.end();
  }
}

const accountFile = () => join(folder, 'account.json');
const setAccount = (account: Partial<FakeAccount>) =>
  writeFileSync(accountFile(), JSON.stringify({ ...NEW, url: worker.url, ...account }));
const account = () => JSON.parse(readFileSync(accountFile(), 'utf8')) as FakeAccount;
const toml = () => readFileSync(join(folder, 'wrangler.toml'), 'utf8');
const tables = async () =>
  (await query("select to_regclass('observations') is not null as there")).rows[0].there as boolean;

async function deploy(args: string[] = [], environment: Record<string, string> = TOKENS) {
  const child = spawn(process.execPath, [join(REPOSITORY, 'scripts/deploy.ts'), ...args], {
    cwd: folder,
    env: {
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      HOME: folder,
      FAKE_ACCOUNT: accountFile(),
      DATABASE_URL: database,
      ...environment,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code: code as number, output };
}

const CREATED = [
  'r2 bucket create cointape',
  'queues create cointape-ingest',
  'queues create cointape-ingest-dead',
];
const DEPLOYED = 'deploy --secrets-file FILE';

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
  expect(account().calls).toEqual([...CREATED, DEPLOYED]);
  expect(account().secrets).toEqual({ DATABASE_URL: database, ...TOKENS });
  expect(await tables()).toBe(true);
  expect(worker.asked[0]).toEqual({ path: '/trigger-etl', token: `Bearer ${TOKENS.SCHEDULER_TOKEN}` });
});

test('a second one creates nothing, applies nothing, and keeps secrets that are not in the environment', async () => {
  await deploy();
  const { code, output } = await deploy([], { UPLOAD_TOKEN: 'another-upload-token-01' });
  expect(code).toBe(0);
  expect(output).toContain('note    The Worker keeps the secrets SCHEDULER_TOKEN, READ_TOKEN that it has.');
  expect(output).toContain('as it is: every migration is applied');
  expect(account().calls).toEqual([...CREATED, DEPLOYED, DEPLOYED]);
  expect(account().secrets).toEqual({
    DATABASE_URL: database,
    ...TOKENS,
    UPLOAD_TOKEN: 'another-upload-token-01',
  });
  expect(worker.asked.filter(({ path }) => path === '/trigger-etl')).toHaveLength(1);
});

test('--dry-run says everything it would do, and changes nothing', async () => {
  const before = { account: account(), toml: toml() };
  const { code, output } = await deploy(['--dry-run', '--profile', 'frugal']);
  expect(output.match(/^would .*/gm)).toEqual([
    'would   write the settings of the profile frugal into wrangler.toml',
    'would   create the R2 bucket cointape',
    'would   create the queue cointape-ingest',
    'would   create the queue cointape-ingest-dead',
    expect.stringMatching(/^would {3}migrate postgres@0\.0\.0\.0:\d+\/postgres: 0000_tape, /),
    'would   deploy the Worker with the secrets DATABASE_URL, SCHEDULER_TOKEN, UPLOAD_TOKEN, READ_TOKEN',
    'would   poll every source once and wait for its rows',
  ]);
  expect(code).toBe(0);
  expect({ account: account(), toml: toml() }).toEqual(before);
  expect(await tables()).toBe(false);
  expect(worker.asked).toEqual([]);
});

test('a profile is written into wrangler.toml and needs no flag the next time', async () => {
  await deploy(['--profile', 'frugal']);
  expect(toml()).toContain('POLL_MINUTES = "30"');
  const { output } = await deploy();
  expect(output).not.toContain('write the settings');
  expect(toml()).toContain('POLL_MINUTES = "30"');
});

const REFUSED: [string, Partial<FakeAccount>, Record<string, string>, string][] = [
  [
    'no login',
    { accounts: [] },
    TOKENS,
    'Not logged in to Cloudflare: run npx wrangler login, or set CLOUDFLARE_API_TOKEN.',
  ],
  [
    'several accounts',
    {
      accounts: [
        { id: 'a1', name: 'Acme' },
        { id: 'b2', name: 'Bolt' },
      ],
    },
    TOKENS,
    'Set CLOUDFLARE_ACCOUNT_ID to the account that gets the Worker: a1 (Acme), b2 (Bolt).',
  ],
  [
    'R2 not switched on',
    { refuses: { 'r2 bucket info': 'Please enable R2 through the Cloudflare Dashboard. [code: 10042]' } },
    TOKENS,
    'The R2 bucket cointape cannot be read: Please enable R2 through the Cloudflare Dashboard. [code: 10042]',
  ],
  [
    'no token',
    {},
    {},
    'SCHEDULER_TOKEN is not set: export SCHEDULER_TOKEN=$(openssl rand -hex 32), and keep it.',
  ],
  ['a short token', {}, { ...TOKENS, UPLOAD_TOKEN: 'dev' }, 'UPLOAD_TOKEN is shorter than 16 characters.'],
  ['no database', {}, { ...TOKENS, DATABASE_URL: '' }, 'DATABASE_URL is not set.'],
  [
    'a database of this machine',
    {},
    { ...TOKENS, DATABASE_URL: 'postgres://u:p@localhost/x' },
    'DATABASE_URL points to localhost, which a deployed Worker cannot reach.',
  ],
  [
    'a database that does not answer',
    {},
    { ...TOKENS, DATABASE_URL: 'postgres://u:secret@0.0.0.0:1/x' },
    'The database u@0.0.0.0:1/x cannot be used: connect ECONNREFUSED 0.0.0.0:1',
  ],
  [
    'a Worker that does not build',
    { refuses: { 'deploy --dry-run': 'No matching export' } },
    TOKENS,
    'The Worker does not build:',
  ],
];
test.each(REFUSED)(
  '%s: nothing is changed, and what to do is said',
  async (_name, given, environment, message) => {
    setAccount(given);
    const { code, output } = await deploy([], environment);
    expect(output).toContain(`FAILED  ${message}`);
    expect(output).toContain('error: nothing was changed.');
    expect(output).not.toContain('secret@');
    expect(code).toBe(1);
    expect(account().calls).toEqual([]);
    expect(await tables()).toBe(false);
  },
);

test('a database of the sandbox is refused', async () => {
  await deploy();
  await query("update tape_version set mode = 'sandbox'");
  const { code, output } = await deploy();
  expect(output).toContain('FAILED  The database holds sandbox data');
  expect(code).toBe(1);
});

test('a migration that fails ends it before anything is deployed', async () => {
  await query('create table runs (mine text)');
  const { code, output } = await deploy();
  expect(output).toContain('error: relation "runs" already exists (SQLSTATE 42P07)');
  expect(code).toBe(1);
  expect(account().calls).toEqual(CREATED);
});

test('a queue that cannot be created ends it; what wrangler said is passed on', async () => {
  setAccount({ refuses: { 'queues create': 'You have too many queues. [code: 11009]' } });
  const { code, output } = await deploy();
  expect(output).toContain(
    'error: The queue cointape-ingest could not be created: You have too many queues. [code: 11009]',
  );
  expect(code).toBe(1);
  expect(await tables()).toBe(false);
});

test('a source that brings no rows is named', async () => {
  await worker.close();
  worker = await startDeployedWorker({ fails: 'coingecko' });
  setAccount({});
  const { code, output } = await deploy();
  expect(output).toContain('ingest  coingecko  failed');
  expect(output).toContain(
    `error: Deployed, but without rows yet. coingecko: Check the key. See ${worker.url}/health`,
  );
  expect(code).toBe(1);
});

test('where reading needs a token, the rows are asked for with it', async () => {
  writeFileSync(
    join(folder, 'wrangler.toml'),
    toml().replace('READ_ACCESS = "public"', 'READ_ACCESS = "token"'),
  );
  await deploy();
  expect(worker.asked.find(({ path }) => path === '/runs/1')?.token).toBe(`Bearer ${TOKENS.READ_TOKEN}`);
});

test('unknown flags and profiles are refused', async () => {
  expect((await deploy(['--profile', 'cheap'])).output).toContain(
    'error: --profile takes frugal or full, not "cheap".',
  );
  expect((await deploy(['--froce'])).output).toContain("error: Unknown option '--froce'");
  expect((await deploy(['--help'])).output).toContain('--dry-run');
});
