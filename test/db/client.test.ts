import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect, databaseError, rowsOf } from '../../src/db/client.ts';
import { AppError } from '../../src/errors.ts';

const db = connect('postgres://tape:tape@127.0.0.1:1/tape', 30);
const one = () => db.execute(sql`select 1 as one`);

/** What the Worker makes of a database that answers so, to a query alone and to a batch. */
async function codesOf(answer: typeof fetch): Promise<unknown[]> {
  vi.spyOn(globalThis, 'fetch').mockImplementation(answer);
  const faults = await Promise.allSettled([rowsOf(one()), db.batch([one(), one()])]);
  return faults.map((fault) => {
    const error = fault.status === 'rejected' ? databaseError(fault.reason) : fault.value;
    return error instanceof AppError ? error.code : error;
  });
}
const says =
  (text: string, status = 200) =>
  async () =>
    new Response(text, { status });
const unavailable = ['database_unavailable', 'database_unavailable'];

afterEach(() => vi.restoreAllMocks());

describe('a database that cannot be used now', () => {
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
    ['fails in its proxy', says('{"message":"no"}', 500)],
    ['is overloaded', says('busy', 503)],
    ['sends more than may travel', says('', 507)],
  ])('%s', async (_name, answer) => {
    expect(await codesOf(answer)).toEqual(unavailable);
  });

  it('breaks off in the middle of its reply', async () => {
    const body = () => new ReadableStream({ pull: (controller) => controller.error(new Error('lost')) });
    expect(await codesOf(async () => new Response(body()))).toEqual(unavailable);
  });
});

it('tells a statement that the database refuses from one it could not take', async () => {
  expect(await codesOf(says('{"message":"syntax error","code":"42601"}', 400))).toEqual([
    'internal',
    'internal',
  ]);
});
