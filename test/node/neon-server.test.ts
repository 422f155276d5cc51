import { connect, createServer } from 'node:net';
import { neon, neonConfig } from '@neondatabase/serverless';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedPostgres } from '../../scripts/embedded-postgres.ts';
import type { Fault } from '../../scripts/neon-server/faults.ts';
import { type NeonServer, startNeonServer } from '../../scripts/neon-server.ts';
import { startNewPostgres } from '../cluster.ts';

// The published driver against our server of its protocol.
const BYTES_MAX = 100_000;
let postgres: EmbeddedPostgres;
let server: NeonServer;
let sql: ReturnType<typeof neon<false, false>>;

beforeAll(async () => {
  postgres = await startNewPostgres();
  server = await startNeonServer({ target: postgres.url, connections: 1, bytes_max: BYTES_MAX });
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

test('values come back as the driver expects them, with all digits', async () => {
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

test('SQL errors keep their code; two statements in one are refused', async () => {
  expect(await failure(sql`select 1/0`)).toMatchObject({ code: '22012' });
  expect(await failure(sql`select 1; select 2`)).toMatchObject({ code: '42601' });
  expect(await sql`select 1 as still_there`).toEqual([{ still_there: 1 }]);
});

test('counts its requests and serves nothing else', async () => {
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
  expect(posted.status).toBe(400);
  expect(await posted.json()).toMatchObject({ message: 'invalid header: neon-connection-string', code: '' });
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
    message: 'connection closed',
    code: '',
  });
  expect(await sql`select 1 as v`).toEqual([{ v: 1 }]);
  await behind.close();
  await new Promise((resolve) => cut.close(resolve));
});

/** One request in the driver's form: the status and the body of the reply. */
async function send(
  body: string,
  { to = server, ...init }: RequestInit & { to?: NeonServer } = {},
): Promise<{ status: number; said: Record<string, unknown> }> {
  const response = await fetch(`http://127.0.0.1:${to.port}/sql`, {
    method: 'POST',
    body,
    ...init,
    headers: { 'neon-connection-string': to.url, ...init.headers },
  });
  return { status: response.status, said: (await response.json()) as Record<string, unknown> };
}
const query = (text: string) => JSON.stringify({ query: text, params: [] });
const batch = (...texts: string[]) => JSON.stringify({ queries: texts.map((text) => ({ query: text })) });
const nothing = {
  detail: null,
  hint: null,
  position: null,
  internalPosition: null,
  internalQuery: null,
  severity: '',
  where: null,
  table: null,
  column: null,
  schema: null,
  dataType: null,
  constraint: null,
  file: null,
  line: null,
  routine: null,
};

// Each reply has, beside it, the part of proxy/src/serverless that it follows.
describe('replies like those of the proxy', () => {
  const replies: [string, string, () => Promise<unknown>, number, Record<string, unknown>][] = [
    [
      'what Postgres says about a statement',
      'SqlOverHttpError::Postgres: BAD_REQUEST, the fields of the DbError',
      () => send(query('select nope')),
      400,
      { code: '42703', severity: 'ERROR', position: '8', message: 'column "nope" does not exist' },
    ],
    [
      'a statement that cannot be begun with this isolation',
      'SqlOverHttpError::InvalidIsolationLevel: BAD_REQUEST',
      () => send(batch('select 1'), { headers: { 'neon-batch-isolation-level': 'Chaos' } }),
      400,
      { ...nothing, message: 'invalid isolation level', code: '' },
    ],
    [
      'a body that is no JSON',
      'ReadPayloadError::Parse: BAD_REQUEST',
      () => send('select 1'),
      400,
      { ...nothing, message: expect.stringContaining('could not parse the HTTP request body'), code: '' },
    ],
    [
      'a request over the limit',
      'ReadPayloadError::BodyTooLarge: PAYLOAD_TOO_LARGE',
      () => send('x'.repeat(BYTES_MAX + 1)),
      413,
      { ...nothing, message: 'request is too large (max is 100000 bytes)', code: '' },
    ],
    [
      'a reply over the limit',
      'SqlOverHttpError::ResponseTooLarge: INSUFFICIENT_STORAGE, and a rollback',
      () => send(batch('insert into t values (507)', `select repeat('x', ${BYTES_MAX})`)),
      507,
      { ...nothing, message: 'response is too large (max is 100000 bytes)', code: '' },
    ],
  ];
  test.each(replies)('%s (%s)', async (_name, _source, ask, status, said) => {
    expect(await ask()).toEqual({ status, said: expect.objectContaining(said) });
    expect(await sql`select id from t`).toEqual([]);
  });

  test('a compute that is unreachable (HttpConnError::PostgresConnectionError, ErrorKind::Compute: 500)', async () => {
    const to = await startNeonServer({ target: 'postgres://u:p@127.0.0.1:1/x', connections: 1 });
    expect(await send(query('select 1'), { to })).toEqual({
      status: 500,
      said: { ...nothing, code: '', message: 'error connecting to server: connect ECONNREFUSED 127.0.0.1:1' },
    });
    const error = await failure(neon(to.url)`select 1`);
    expect(error).toMatchObject({ name: 'NeonDbError', code: undefined });
    await to.close();
  });

  test.each<[string, NonNullable<Fault['reply']>, number, string]>([
    ['AuthError::PasswordFailed, ErrorKind::User', 'wrong_password', 400, 'password authentication failed'],
    [
      'WakeComputeError, Reason::EndpointNotFound, ErrorKind::User',
      'endpoint_not_found',
      400,
      'cannot be found',
    ],
    [
      'WakeComputeError, Reason::Unknown, ErrorKind::ControlPlane',
      'endpoint_disabled',
      500,
      'endpoint is disabled',
    ],
    ['WakeComputeError, ErrorKind::Quota', 'quota_exceeded', 500, 'compute time quota'],
    ['ApiLockError, ErrorKind::RateLimit', 'too_many_connections', 500, 'Failed to acquire permit'],
  ])('%s: %s', async (_source, reply, status, message) => {
    server.faults.add({ at: 'connecting', reply, times: 1 });
    expect(await send(query('insert into t values (1)'))).toEqual({
      status,
      said: { ...nothing, code: '', message: expect.stringContaining(message) },
    });
    expect(await sql`select id from t`).toEqual([]);
  });
});

describe('injected faults', () => {
  afterEach(async () => {
    server.faults.clear();
    await sql`delete from t`;
  });
  const closed = { status: 400, said: { ...nothing, message: 'connection closed', code: '' } };
  const ids = async () => (await sql`select id from t order by id`).map(({ id }) => id);

  test('a connection that breaks at COMMIT stores nothing, one that breaks after it everything', async () => {
    server.faults.add({ at: 'committing', times: 2 });
    expect(await send(batch('insert into t values (1)', 'select 1'))).toEqual(closed);
    expect(await send(query('insert into t values (1)'))).toEqual(closed);
    expect(await ids()).toEqual([]);
    server.faults.add({ at: 'committed', times: 2 });
    expect(await send(batch('insert into t values (2)', 'select 1'))).toEqual(closed);
    expect(await send(query('insert into t values (3)'))).toEqual(closed);
    expect(await ids()).toEqual([2, 3]);
  });

  test('a fault may apply only to requests with a given text, and lasts until it is removed', async () => {
    server.faults.add({ at: 'connecting', holding: 'insert into t' });
    expect(await ids()).toEqual([]);
    for (let tries = 0; tries < 2; tries++)
      expect(await failure(sql`insert into t values (4)`)).toMatchObject({ name: 'NeonDbError' });
    server.faults.clear();
    await sql`insert into t values (4)`;
    expect(await ids()).toEqual([4]);
  });

  test('a database that is read-only answers reads', async () => {
    server.faults.add({ at: 'read_only' });
    expect(await ids()).toEqual([]);
    expect(await failure(sql`insert into t values (5)`)).toMatchObject({ code: '25006' });
  });
});

test('a batch whose sender disconnects is rolled back', async () => {
  const sender = new AbortController();
  const observe = (text: string) => text.startsWith('insert') && sender.abort();
  const to = await startNeonServer({ target: postgres.url, connections: 1, observe });
  const statements = ['insert into t values (6)', ...Array<string>(20).fill('select 1')];
  await expect(send(batch(...statements), { to, signal: sender.signal })).rejects.toThrow('aborted');
  await to.close();
  expect(await sql`select id from t`).toEqual([]);
});
