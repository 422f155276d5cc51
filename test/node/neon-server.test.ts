import { connect, createServer } from 'node:net';
import { neon, neonConfig } from '@neondatabase/serverless';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../scripts/embedded-postgres.ts';
import { type NeonServer, startNeonServer } from '../../scripts/neon-server.ts';

// The published driver against our server of its protocol.
let postgres: EmbeddedPostgres;
let server: NeonServer;
let sql: ReturnType<typeof neon<false, false>>;

beforeAll(async () => {
  postgres = await startEmbeddedPostgres();
  server = await startNeonServer({ target: postgres.url, connections: 1 });
  neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`;
  sql = neon(server.url);
  await sql`create table t (id int primary key, n numeric, at timestamptz)`;
});
afterAll(async () => {
  await server.close();
  await postgres.close();
});

const failure = (query: PromiseLike<unknown>): Promise<Record<string, unknown>> =>
  Promise.resolve(query).then(
    () => ({}),
    (error: unknown) => error as Record<string, unknown>,
  );

test('values come back as the driver expects them, digits kept', async () => {
  const rows = await sql`select ${'12345678901234567890.1234500'}::numeric as n, ${7}::int8 as big,
    ${['a', null, '{"x,y"}']}::text[] as list, null as nothing, true as yes`;
  expect(rows).toEqual([
    { n: '12345678901234567890.1234500', big: '7', list: ['a', null, '{"x,y"}'], nothing: null, yes: true },
  ]);
});

test('a batch is one transaction', async () => {
  const batch = sql.transaction([
    sql`insert into t values (1, 1, now())`,
    sql`insert into t values (1, 2, now())`,
  ]);
  expect(await failure(batch)).toMatchObject({
    name: 'NeonDbError',
    code: '23505',
    constraint: 't_pkey',
    detail: 'Key (id)=(1) already exists.',
  });
  expect(await sql`select count(*) from t`).toEqual([{ count: '0' }]);
});

test('isolation level and read only reach Postgres', async () => {
  const [level, readOnly] = await sql.transaction(
    [
      sql`select current_setting('transaction_isolation') v`,
      sql`select current_setting('transaction_read_only') v`,
    ],
    { isolationLevel: 'RepeatableRead', readOnly: true },
  );
  expect([level, readOnly]).toEqual([[{ v: 'repeatable read' }], [{ v: 'on' }]]);
});

test('SQL errors keep their code; two statements in one are one too many', async () => {
  expect(await failure(sql`select 1/0`)).toMatchObject({ code: '22012' });
  expect(await failure(sql`select 1; select 2`)).toMatchObject({ code: '42601' });
  expect(await sql`select 1 as still_there`).toEqual([{ still_there: 1 }]);
});

test('an unreachable database is a server error without a code', async () => {
  const dead = await startNeonServer({ target: 'postgres://u:p@127.0.0.1:1/x', connections: 1 });
  try {
    const error = await failure(neon(dead.url)`select 1`);
    expect(error).toMatchObject({ name: 'NeonDbError' });
    expect(error.code).toBeUndefined();
    expect(error.message).toContain('cannot connect to the database (ECONNREFUSED)');
  } finally {
    await dead.close();
  }
});

test('counts its requests and answers nothing else', async () => {
  const before = server.requests();
  await sql`select 1`;
  expect(server.requests()).toBe(before + 1);
  expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(404);
});

test('a page of another site, which can post but not set the header, gets no answer', async () => {
  const posted = await fetch(`http://127.0.0.1:${server.port}/sql`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', origin: 'https://evil.test' },
    body: '{"query":"drop table t","params":[]}',
  });
  expect(posted.status).toBe(403);
  expect(posted.headers.has('access-control-allow-origin')).toBe(false);
  expect(await sql`select to_regclass('t') is not null as there`).toEqual([{ there: true }]);
});

test('a connection that dies in the middle of a query fails that query only', async () => {
  const { port } = new URL(postgres.url);
  const cut = createServer((near) => {
    const far = connect(Number(port), '127.0.0.1');
    for (const socket of [near, far]) socket.on('error', () => {});
    far.pipe(near);
    near.on('data', (chunk) => (chunk.includes('cut here') ? near.destroy() : far.write(chunk)));
    near.on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => cut.listen(0, '127.0.0.1', resolve));
  const address = cut.address();
  const target = postgres.url.replace(port, String(typeof address === 'object' && address?.port));
  const behind = await startNeonServer({ target, connections: 1 });
  const sql = neon(behind.url);
  expect(await failure(sql`select 'cut here' as v`)).toMatchObject({
    message: expect.stringContaining('the connection to the database was lost'),
  });
  expect(await sql`select 1 as v`).toEqual([{ v: 1 }]);
  await behind.close();
  await new Promise((resolve) => cut.close(resolve));
});
