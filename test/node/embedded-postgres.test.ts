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

test('a connection without a socket answers as one with a socket does', async () => {
  const postgres = await startNewPostgres();
  const open = () => new pg.Client({ connectionString: postgres.url, stream: postgres.connect });
  const [first, second] = [open(), open()];
  const ask = async (client: pg.Client, text: string, values: unknown[] = []) => {
    const result = await client.query({ text, values, rowMode: 'array' }).catch((error: unknown) => error);
    return result instanceof pg.DatabaseError ? result.code : (result as pg.QueryArrayResult).rows;
  };
  try {
    await first.connect();
    await first.query('create table t (n int primary key)');
    expect(await ask(first, 'insert into t values ($1) returning n', [1])).toEqual([[1]]);
    expect(await ask(first, 'insert into t values ($1)', [1])).toBe('23505');
    expect(await ask(first, 'selec')).toBe('42601');
    expect(await ask(first, 'select $1::int / 0', [1])).toBe('22012');
    const long = 'é'.repeat(1_000_000);
    expect(await ask(first, 'select $1 || $1, length($1)', [long])).toEqual([[long + long, 1_000_000]]);
    expect(
      await ask(first, 'select sum(n)::int from (select generate_series(1, $1) as n) s', [20_000]),
    ).toEqual([[200_010_000]]);
    expect(await ask(first, 'select generate_series(1, $1)', [20_000])).toHaveLength(20_000);

    // A connection that ends inside a transaction leaves nothing of it.
    await first.query('begin');
    await first.query('insert into t values (2)');
    await first.end();
    await second.connect();
    expect(await ask(second, 'select n from t')).toEqual([[1]]);
    expect(await ask(second, 'insert into t values (3) returning n')).toEqual([[3]]);
  } finally {
    await second.end();
    await postgres.close();
  }
});

test('an interrupted first initialisation is repeated', async () => {
  mkdirSync(join(folder, 'pg', 'base'), { recursive: true });
  writeFileSync(join(folder, 'pg', 'PG_VERSION'), '18');
  expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
  expect(existsSync(join(folder, 'pg', 'INITIALIZED'))).toBe(true);
  await query('create table kept (n int)');
  expect(await query('select count(*)::int as n from kept')).toEqual([{ n: 0 }]);
});
