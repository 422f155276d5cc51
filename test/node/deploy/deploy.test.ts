import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { runDeploy } from '../../../scripts/deploy/command.ts';
import { applyMigrations } from '../../../scripts/migrations.ts';
import type { FakeAccount } from './fake-cloudflare.ts';
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

// The decisions of `npm run deploy`, with a fake account, a real database, and a server in the role of the Worker.
// process.test.ts tests it as a process that starts wrangler: each start costs more than everything here.

const wrangler = vi.hoisted(() => ({ account_file: '' }));
vi.mock('../../../scripts/tool.ts', async () => {
  const { fakeWrangler } = await import('./fake-wrangler.ts');
  const runTool = async (
    name: string,
    args: string[],
    options: { env?: NodeJS.Dict<string>; show?: boolean },
  ) => {
    if (name !== 'wrangler') throw new Error(`A deployment starts wrangler only, not ${name}.`);
    const result = fakeWrangler(wrangler.account_file, args, options?.env ?? {});
    if (options?.show) console.log(result.output.trimEnd());
    return result;
  };
  return { runTool };
});

const HOME = process.cwd();
let database: Database;
let stage: Stage;
let printed: string[];
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  printed = [];
  for (const stream of ['log', 'error'] as const)
    vi.spyOn(console, stream).mockImplementation((line) => void printed.push(line));
  stage = await openStage();
  wrangler.account_file = stage.account_file;
  process.chdir(stage.folder);
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.chdir(HOME);
  await stage.close();
});

async function deploy(args: string[] = [], environment: Record<string, string> = TOKENS) {
  const before = printed.length;
  const code = await runDeploy(args, { DATABASE_URL: database.url, ...NO_API, ...environment });
  return { code, output: printed.slice(before).join('\n') };
}

describe('with a new database', () => {
  beforeEach(() => database.empty());

  test('--dry-run lists every step, and changes nothing', async () => {
    const before = { account: stage.account(), toml: stage.toml() };
    const { code, output } = await deploy(['--dry-run', '--profile', 'frugal']);
    expect(output.match(/^would .*/gm)).toEqual([
      'would   write the settings of the profile into wrangler.deploy.toml',
      'would   create the R2 bucket cointape in enam',
      'would   create the queue cointape-ingest',
      'would   create the queue cointape-ingest-dead',
      expect.stringMatching(/^would {3}migrate postgres@0\.0\.0\.0:\d+\/postgres: 0000_tape, /),
      'would   deploy the Worker cointape with the secrets DATABASE_URL, SCHEDULER_TOKEN, UPLOAD_TOKEN, READ_TOKEN',
      'would   poll every source once and wait for its rows',
    ]);
    expect(code).toBe(0);
    expect({ account: stage.account(), toml: stage.toml() }).toEqual(before);
    expect(await database.hasTables()).toBe(false);
    expect(stage.worker.asked).toEqual([]);
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
    '%s: nothing is changed, and the remedy is printed',
    async (_name, given, environment, message) => {
      stage.setAccount(given);
      const { code, output } = await deploy([], environment);
      expect(output).toContain(`FAILED  ${message}`);
      expect(output).toContain('error: nothing was changed.');
      expect(output).not.toContain('secret@');
      expect(code).toBe(1);
      expect(stage.account().calls).toEqual([]);
      expect(await database.hasTables()).toBe(false);
    },
  );

  test('a failing migration stops the deployment before anything is deployed', async () => {
    await database.query('create table runs (mine text)');
    const { code, output } = await deploy();
    expect(output).toContain('error: relation "runs" already exists (SQLSTATE 42P07)');
    expect(code).toBe(1);
    expect(stage.account().calls).toEqual(CREATED);
  });

  test('a queue that cannot be created stops the deployment with the message of wrangler', async () => {
    stage.setAccount({ refuses: { 'queues create': 'You have too many queues. [code: 11009]' } });
    const { code, output } = await deploy();
    expect(output).toContain(
      'error: The queue cointape-ingest could not be created: You have too many queues. [code: 11009]',
    );
    expect(code).toBe(1);
    expect(await database.hasTables()).toBe(false);
  });
});

describe('with a database that has every migration', () => {
  beforeAll(async () => {
    await database.empty();
    await applyMigrations(database.local_url);
  });
  afterEach(() => database.query('update tape_version set mode = null, store_id = null'));

  test('a second deployment creates nothing, applies nothing, and keeps secrets that are not in the environment', async () => {
    await deploy();
    const { code, output } = await deploy([], { UPLOAD_TOKEN: 'another-upload-token-01' });
    expect(code).toBe(0);
    expect(output).toContain('note    The Worker keeps its secrets SCHEDULER_TOKEN, READ_TOKEN.');
    expect(output).toContain('as it is: every migration is applied');
    expect(stage.account().calls).toEqual([...CREATED, DEPLOYED, DEPLOYED]);
    expect(stage.account().secrets).toEqual({
      DATABASE_URL: database.url,
      ...TOKENS,
      UPLOAD_TOKEN: 'another-upload-token-01',
    });
    expect(stage.worker.asked.filter(({ path }) => path === '/trigger-etl')).toHaveLength(1);
  });

  test('a database whose files are in another object store is refused', async () => {
    await deploy();
    const { rows } = await database.query('select store_id from tape_version');
    expect(rows).toEqual([{ store_id: 'r2:a1/cointape' }]);
    const { code, output } = await deploy(['--env', 'staging']);
    expect(output).toContain('FAILED  The database belongs to another object store (r2:a1/cointape)');
    expect(code).toBe(1);
  });

  test('a database of the sandbox is refused', async () => {
    await database.query("update tape_version set mode = 'sandbox'");
    const { code, output } = await deploy();
    expect(output).toContain('FAILED  The database has sandbox data');
    expect(code).toBe(1);
  });

  test('rows are requested with the read token if reads need one', async () => {
    await deploy();
    expect(stage.worker.asked.find(({ path }) => path === '/runs/1')?.token).toBe(
      `Bearer ${TOKENS.READ_TOKEN}`,
    );
  });
});

test('unknown flags and profiles are refused', async () => {
  expect((await deploy(['--profile', 'cheap'])).output).toContain(
    'error: --profile takes frugal or full, not "cheap".',
  );
  expect((await deploy(['--froce'])).output).toContain("error: Unknown option '--froce'");
  expect((await deploy(['--help'])).output).toContain('--dry-run');
});
