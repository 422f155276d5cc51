import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../scripts/embedded-postgres.ts';
import { startNewPostgres } from '../cluster.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cointape-pg-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs one statement on the database of the folder, which it opens and closes. */
async function query(text: string): Promise<unknown[]> {
  const postgres = await startEmbeddedPostgres(join(folder, 'pg'));
  const client = new pg.Client(postgres.url);
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end();
    await postgres.close();
  }
}

const WRITER = `
  import { startEmbeddedPostgres } from './scripts/embedded-postgres.ts';
  import pg from 'pg';
  const client = new pg.Client((await startEmbeddedPostgres(process.argv[1])).url);
  await client.connect();
  await client.query('create table t (n int)');
  for (let n = 1; ; n++) {
    await client.query('insert into t values (' + n + ')');
    console.log(n);
  }`;

test('committed data survives kill -9', async () => {
  await (await startNewPostgres(join(folder, 'pg'))).close();
  const child = spawn(
    process.execPath,
    ['--input-type=module-typescript', '-e', WRITER, join(folder, 'pg')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let committed = 0;
  const ended = once(child, 'exit');
  child.stdout.on('data', (chunk: Buffer) => {
    committed = Number(chunk.toString().trim().split('\n').at(-1));
    if (committed >= 200) child.kill('SIGKILL');
  });
  await ended;
  const [row] = (await query('select count(*)::int as rows, max(n) as last from t')) as {
    rows: number;
    last: number;
  }[];
  expect(row?.rows).toBe(row?.last);
  expect(row?.rows).toBeGreaterThanOrEqual(committed);
});

test('an interrupted first initialisation is repeated', async () => {
  mkdirSync(join(folder, 'pg', 'base'), { recursive: true });
  writeFileSync(join(folder, 'pg', 'PG_VERSION'), '18');
  expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
  expect(existsSync(join(folder, 'pg', 'INITIALIZED'))).toBe(true);
  await query('create table kept (n int)');
  expect(await query('select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
});
