import { execFile } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { EmbeddedPostgres } from '../../scripts/embedded-postgres.ts';
import { runMigrate } from '../../scripts/migrate/command.ts';
import { startNewPostgres } from '../cluster.ts';

let postgres: EmbeddedPostgres;
beforeAll(async () => {
  postgres = await startNewPostgres();
});
afterAll(() => postgres.close());

let printed: string[];
beforeEach(() => {
  printed = [];
  for (const stream of ['log', 'error'] as const)
    vi.spyOn(console, stream).mockImplementation((line) => void printed.push(line));
});
afterEach(() => vi.restoreAllMocks());

async function migrate(DATABASE_URL: string): Promise<{ code: number; output: string }> {
  const before = printed.length;
  const code = await runMigrate({ DATABASE_URL });
  return { code, output: printed.slice(before).join('\n') };
}

/** `npm run db:migrate` without a terminal. */
function migrateProcess(DATABASE_URL: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, DATABASE_URL };
    execFile(process.execPath, ['scripts/migrate.ts'], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr });
    });
  });
}

test('brings a database up to date, and can be repeated', async () => {
  const done = {
    code: 0,
    output: expect.stringContaining('migrations are up to date on postgres@127.0.0.1:'),
  };
  expect(await migrateProcess(postgres.url)).toEqual(done);
  expect(await migrate(postgres.url)).toEqual(done);
});

test('concurrent migrations run one after another', async () => {
  const fresh = await startNewPostgres();
  const all = await Promise.all([migrateProcess(fresh.url), migrateProcess(fresh.url)]);
  await fresh.close();
  expect(all.map(({ code }) => code)).toEqual([0, 0]);
});

test.each([
  ['', 'error: DATABASE_URL is not set.'],
  ['http://x', 'error: DATABASE_URL is not a postgres:// URL'],
  ['postgres://u:p@127.0.0.1:1/x', 'error: connect ECONNREFUSED 127.0.0.1:1'],
])('DATABASE_URL %j fails with a clear message', async (url, message) => {
  const { code, output } = await migrate(url);
  expect(code).toBe(1);
  expect(output).toContain(message);
});

test('a failing statement is named, with the message of Postgres', async () => {
  const { default: pg } = await import('pg');
  const fresh = await startNewPostgres();
  const client = new pg.Client(fresh.url);
  await client.connect();
  await client.query('create table runs (id int)');
  await client.end();
  const { code, output } = await migrateProcess(fresh.url);
  await fresh.close();
  expect(code).toBe(1);
  expect(output).toContain('relation "runs" already exists (SQLSTATE 42P07)');
  expect(output).toContain('CREATE TABLE "runs"');
});
