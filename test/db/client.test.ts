import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { connect, type Query, rowIn } from '../../src/db/client.ts';
import { guardCode, sqlState, unavailableReason } from '../../src/db/database-error.ts';
import { AppError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { testDeps } from '../support/deps.ts';

const db = connect('postgres://tape:tape@127.0.0.1:1/tape', { ms_max: 30 });
const one = () => db.execute<{ one: number }>('test.one')(sql`select 1 as one`);

/** The Worker's result for a database with this answer, for a single query and for a batch. */
async function codesOf(answer: typeof fetch): Promise<unknown[]> {
  vi.spyOn(globalThis, 'fetch').mockImplementation(answer);
  const faults = await Promise.allSettled([one(), db.batch([one(), one()])]);
  return faults.map((fault) => {
    const error = fault.status === 'rejected' ? fault.reason : fault.value;
    return error instanceof AppError ? error.code : error;
  });
}
const says =
  (text: string, status = 200) =>
  async () =>
    new Response(text, { status });
const unavailable = ['database_unavailable', 'database_unavailable'];

afterEach(() => vi.restoreAllMocks());

describe('a database that is unavailable now', () => {
  it.each<[string, typeof fetch]>([
    [
      'answers nothing at all',
      (_, init) =>
        new Promise((_, reject) =>
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)),
        ),
    ],
    ['cannot be connected to', () => Promise.reject(new TypeError('connection refused'))],
    ['says half of its reply', says('{"fields":[{"name":"one","dataTypeID":23}],"ro')],
    ['ends with its connection', says('{"message":"terminating connection","code":"57P01"}', 400)],
    ['loses its connection at COMMIT', says('{"message":"connection closed","code":"","severity":""}', 400)],
    ['is read-only during a failover', says('{"message":"cannot execute INSERT","code":"25006"}', 400)],
    ['is being moved', says('{"message":"database \\"tape\\" does not exist","code":"3D000"}', 400)],
    ['knows its password no more', says('{"message":"no","code":"28P01"}', 400)],
    ['cannot read a page', says('{"message":"could not read block","code":"58030"}', 400)],
    ['has lost its storage', says('{"message":"[NEON_SMGR] request failed too often","code":"XX000"}', 400)],
    ['fails in its proxy', says('{"message":"no"}', 500)],
    ['is overloaded', says('busy', 503)],
    ['sends more than may travel', says('', 507)],
  ])('%s', async (_name, answer) => {
    expect(await codesOf(answer)).toEqual(unavailable);
  });

  it('ends its reply early', async () => {
    const body = () => new ReadableStream({ pull: (controller) => controller.error(new Error('lost')) });
    expect(await codesOf(async () => new Response(body()))).toEqual(unavailable);
  });
});

it('does not treat an internal error of Postgres as transient', async () => {
  expect(await codesOf(says('{"message":"cache lookup failed","code":"XX000"}', 400))).toEqual([
    'internal',
    'internal',
  ]);
});

it('distinguishes a refused statement from one that was not received', async () => {
  expect(await codesOf(says('{"message":"syntax error","code":"42601"}', 400))).toEqual([
    'internal',
    'internal',
  ]);
});

describe('results', () => {
  const real = testDeps().db;
  const number = (n: number) => real.execute<{ n: number }>('test.number')(sql`select ${n}::int as n`);
  const text = (t: string) => real.execute<{ t: string }>('test.text')(sql`select ${t}::text as t`);
  const nothing = () => real.execute('test.nothing')(sql`select set_config('cointape.test', '', true)`);

  it('are rows of the type that the statement names', async () => {
    const rows = await number(1);
    expectTypeOf(rows).toEqualTypeOf<{ n: number }[]>();
    expect(rows).toEqual([{ n: 1 }]);
    expectTypeOf(nothing()).toEqualTypeOf<Query<void>>();
    expectTypeOf(await nothing()).toBeVoid();
  });

  it('have the members that are said to be the same in all of them, and that the statement may give', async () => {
    const same: { kind: string; ended_at: string | null } = { kind: 'spot', ended_at: null };
    const rows = () =>
      real.execute<{ n: number; ended_at?: string }, typeof same>(
        'test.same',
        same,
      )(sql`select n, to_char(n, 'FM0') as ended_at from generate_series(1, 2) n`);
    const all = [
      { kind: 'spot', n: 1, ended_at: '1' },
      { kind: 'spot', n: 2, ended_at: '2' },
    ];
    expect(await rows()).toEqual(all);
    expect(await real.batch([number(1), rows()])).toEqual([[{ n: 1 }], all]);
    const alone = real.execute<{ n: number }, typeof same>('test.same', same)(sql`select 1 as n`);
    expect(await alone).toEqual([{ kind: 'spot', ended_at: null, n: 1 }]);
  });

  it('of a batch have the type of their position, and a list of queries gives a list', async () => {
    const numbers = [number(2), number(3)];
    const results = await real.batch([number(1), nothing(), numbers, [], text('a')]);
    const [first, second, more, none, last] = results;
    expectTypeOf(first).toEqualTypeOf<{ n: number }[]>();
    expectTypeOf(second).toBeVoid();
    expectTypeOf(more).toEqualTypeOf<{ n: number }[][]>();
    expectTypeOf(none).toEqualTypeOf<[]>();
    expectTypeOf(last).toEqualTypeOf<{ t: string }[]>();
    expect([first, more, none, last]).toEqual([[{ n: 1 }], [[{ n: 2 }], [{ n: 3 }]], [], [{ t: 'a' }]]);
    expect(rowIn(last).t).toBe('a');
    expect(() => rowIn([])).toThrow('promised a row');
  });
});

describe('the log', () => {
  const SECRET = 'a-parameter-7f3a9c';
  const { DATABASE_URL } = testDeps().settings;

  /** The log lines of a statement, of a batch with it, and the error. */
  async function loggedOf(statement: ReturnType<typeof sql>, level: 'debug' | 'warn' = 'warn') {
    const lines: string[] = [];
    for (const name of ['debug', 'warn', 'error'] as const)
      vi.spyOn(console, name).mockImplementation((line: string) => void lines.push(line));
    const { execute, batch } = connect(DATABASE_URL, { log: createLog(level) });
    const faulty = () => execute('test.faulty')(statement);
    const alone: unknown = await faulty().then(
      () => null,
      (error: unknown) => error,
    );
    await batch([execute('test.fine')(sql`select`), faulty()]).catch(() => {});
    return { alone, lines, parsed: lines.map((line): unknown => JSON.parse(line)) };
  }

  it('names a failing statement, its SQLSTATE and its duration, and no parameter', async () => {
    const { alone, lines, parsed } = await loggedOf(sql`select ${SECRET}::int`);
    const failed = { level: 'error', event: 'database.failed', code: 'internal', sqlstate: '22P02' };
    const duration_ms = expect.any(Number);
    expect(parsed).toEqual([
      { ...failed, statement: 'test.faulty', duration_ms },
      { ...failed, statements: ['test.fine', 'test.faulty'], duration_ms },
    ]);
    expect(lines.join()).not.toContain(SECRET);
    expect(alone).toBeInstanceOf(AppError);
    expect(String(alone)).not.toContain(SECRET);
    expect((alone as AppError).cause).toMatchObject({ name: 'NeonDbError', code: '22P02' });
    expect(sqlState(alone)).toBe('22P02');
  });

  it.each([
    [
      'what the proxy says',
      400,
      '{"message":"password authentication failed","code":""}',
      'password authentication failed',
    ],
    ['what a server error holds', 500, '{"message":"compute time quota","code":""}', 'compute time quota'],
    ['a server error as it is', 503, 'busy\nreally', 'Server error (HTTP status 503): busy'],
  ])('says why the database is unavailable: %s', async (_name, status, text, reason) => {
    vi.spyOn(globalThis, 'fetch').mockImplementation(says(text, status));
    const { alone, parsed } = await loggedOf(sql`select 1`);
    expect(parsed[0]).toMatchObject({ level: 'error', code: 'database_unavailable', reason });
    expect(unavailableReason(alone)).toBe(reason);
    expect(String(alone)).not.toContain(reason);
  });

  it('names the constraint, and only warns about a key that another request inserted', async () => {
    const { parsed } = await loggedOf(
      sql`insert into tape_version select t.* from tape_version t, (values (1), (2)) as twice`,
    );
    expect(parsed[0]).toMatchObject({ level: 'warn', sqlstate: '23505', constraint: 'tape_version_pkey' });
  });

  it('does not log a guard, which refuses by design', async () => {
    const { alone, lines } = await loggedOf(sql`select guard(false, 'lease_lost')`);
    expect([alone instanceof AppError && alone.code, guardCode(alone)]).toEqual(['lease_lost', 'lease_lost']);
    expect(lines).toEqual([]);
    expect((await loggedOf(sql`select guard(false, 'wrong_mode')`)).parsed[0]).toMatchObject({
      level: 'error',
      code: 'wrong_mode',
      sqlstate: 'CT001',
    });
  });

  it('logs every reply at level debug', async () => {
    const { parsed } = await loggedOf(sql`select ${SECRET}::text`, 'debug');
    const answered = { level: 'debug', event: 'database.answered', duration_ms: expect.any(Number) };
    expect(parsed).toEqual([
      { ...answered, statement: 'test.faulty' },
      { ...answered, statements: ['test.fine', 'test.faulty'] },
    ]);
  });
});

it('sends the name of a statement along, for the logs of Postgres', async () => {
  const sent = vi
    .spyOn(globalThis, 'fetch')
    .mockResolvedValue(new Response('{"fields":[],"rows":[],"command":"SELECT","rowCount":0}'));
  await one();
  expect(String(sent.mock.calls[0]?.[1]?.body)).toContain('"query":"select /* test.one */ 1 as one"');
});
