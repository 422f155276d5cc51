import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startNewPostgres } from '../../cluster.ts';
import { type DeployedWorker, startDeployedWorker } from './deployed-worker.ts';
import { type FakeAccount, newAccount } from './fake-cloudflare.ts';

// The surroundings of a deployment in these tests: a folder with wrangler.toml and migrations, an account in a
// file, a real database, and a server in the role of the Worker.

const REPOSITORY = join(import.meta.dirname, '../../..');
export const TOKENS = {
  SCHEDULER_TOKEN: 'scheduler-token-0123456789',
  UPLOAD_TOKEN: 'upload-token-0123456789',
  READ_TOKEN: 'read-token-0123456789',
};
/** An address without Cloudflare's API: first-deploy.test.ts tests its requests. */
export const NO_API = { CLOUDFLARE_API_BASE_URL: 'http://127.0.0.1:9' };
/** What a first deployment creates. */
export const CREATED = [
  'r2 bucket create cointape --location enam',
  'queues create cointape-ingest',
  'queues create cointape-ingest-dead',
];
export const DEPLOYED = 'deploy --secrets-file FILE';

export interface Database {
  /** Under a name that is not obviously local: a deployment refuses a database that only this machine reaches. */
  url: string;
  /** The same, for applying migrations to it. */
  local_url: string;
  query(text: string): Promise<pg.QueryResult>;
  hasTables(): Promise<boolean>;
  empty(): Promise<void>;
  close(): Promise<void>;
}

export async function openDatabase(): Promise<Database> {
  const postgres = await startNewPostgres();
  const database: Database = {
    url: postgres.url.replace('127.0.0.1', '0.0.0.0'),
    local_url: postgres.url,
    async query(text) {
      const client = new pg.Client({ connectionString: postgres.url });
      await client.connect();
      try {
        return await client.query(text);
      } finally {
        await client.end();
      }
    },
    async hasTables() {
      const { rows } = await database.query("select to_regclass('observations') is not null as there");
      return rows[0].there as boolean;
    },
    async empty() {
      await database.query(
        'drop schema public cascade; create schema public; drop schema if exists drizzle cascade',
      );
    },
    close: () => postgres.close(),
  };
  return database;
}

export interface Stage {
  folder: string;
  account_file: string;
  worker: DeployedWorker;
  account(): FakeAccount;
  setAccount(account: Partial<FakeAccount>): void;
  toml(): string;
  close(): Promise<void>;
}

/** A new folder, account and Worker. */
export async function openStage(): Promise<Stage> {
  const worker = await startDeployedWorker();
  const folder = mkdtempSync(join(tmpdir(), 'cointape-deploy-test-'));
  const [account_file, toml_file] = [join(folder, 'account.json'), join(folder, 'wrangler.toml')];
  cpSync(join(REPOSITORY, 'wrangler.toml'), toml_file);
  symlinkSync(join(REPOSITORY, 'migrations'), join(folder, 'migrations'));
  const stage: Stage = {
    folder,
    account_file,
    worker,
    account: () => JSON.parse(readFileSync(account_file, 'utf8')) as FakeAccount,
    setAccount: (account) =>
      writeFileSync(account_file, JSON.stringify({ ...newAccount(), url: worker.url, ...account })),
    toml: () => readFileSync(toml_file, 'utf8'),
    async close() {
      await worker.close();
      rmSync(folder, { recursive: true });
    },
  };
  stage.setAccount({});
  return stage;
}
