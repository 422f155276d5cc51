import { type FullQueryResults, NeonDbError, neon, neonConfig } from '@neondatabase/serverless';
import type { SQL } from 'drizzle-orm';
import { AppError } from '../errors.ts';
import { render } from './sql/render.ts';
import { CELLS_AS_TEXT, resultRows } from './sql/result-rows.ts';

/** A statement that is sent when it is awaited, alone, or goes into a batch. */
export type Query = Pick<Promise<Result>, 'then' | 'catch'>;

export interface Db {
  execute(statement: SQL): Query;
  /** One transaction of unsent queries. */
  batch<const Queries extends readonly Query[]>(
    queries: Queries,
  ): Promise<{ -readonly [Place in keyof Queries]: Result }>;
}

/** A batch of a load may take a while. */
const REQUEST_MS_MAX = 25_000;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/;

// Fixed rules of the driver, not state: which host is spoken to how, and for how long.
neonConfig.fetchEndpoint = (host, port) =>
  LOOPBACK.test(host) ? `http://${host}:${port}/sql` : `https://${host.replace(/^[^.]+\./, 'api.')}/sql`;
neonConfig.fetchFunction = async (
  url: string,
  { ms_max = REQUEST_MS_MAX, ...init }: RequestInit & { ms_max?: number },
): Promise<WholeReply> => {
  // Not followed elsewhere: the password travels in a header that another host would get too.
  const response = await fetch(url, {
    ...init,
    redirect: 'manual',
    signal: AbortSignal.timeout(ms_max),
  });
  return new WholeReply(response, await response.text());
};

/**
 * A reply that came to its end. One that broke off fails here, as the driver's own kind of error: read by the
 * driver it would be an error of JSON that nobody could tell from a bug.
 */
class WholeReply {
  readonly ok: boolean;
  readonly status: number;
  readonly #text: string;

  constructor({ ok, status }: Response, text: string) {
    this.ok = ok;
    this.status = status;
    this.#text = text;
  }

  async json(): Promise<unknown> {
    try {
      return JSON.parse(this.#text);
    } catch {
      throw new NeonDbError('The reply of the database broke off.');
    }
  }

  async text(): Promise<string> {
    return this.#text;
  }
}

/**
 * A database handle: every query awaited on it, and every batch, is one HTTP round trip, given up after
 * `msMax` as `database_unavailable`.
 */
export function connect(url: string, msMax = REQUEST_MS_MAX): Db {
  const client = neon(url, { fetchOptions: { ms_max: msMax } });
  return {
    execute(statement) {
      const { text, params } = render(statement);
      const query = client.query(text, params, { arrayMode: true, fullResults: true, types: CELLS_AS_TEXT });
      const { execute } = query;
      // Alone it comes back by its own execute, in a batch by that of the batch.
      query.execute = async (data, options) => resultOf(await execute(data, options)) as never;
      return query as unknown as Query;
    },
    async batch(queries) {
      const results = await client.transaction(queries as never, { arrayMode: true, fullResults: true });
      return results.map(resultOf) as never;
    },
  };
}

const resultOf = (result: FullQueryResults<true>): Result => ({ rows: resultRows(result) });

/** What a raw statement gives. */
export interface Result {
  rows: Record<string, unknown>[];
}

/**
 * The rows of a result, typed at the call: the one place for the cast that raw statements need. `Row` must be
 * what the statement's docstring says.
 */
export const rowsIn = <Row>(result: Result): Row[] => result.rows as Row[];

/** The first row of a result that always has one. */
export function rowIn<Row>(result: Result | undefined): Row {
  const [row] = result === undefined ? [] : rowsIn<Row>(result);
  if (row === undefined) throw new Error('The statement promised a row and gave none.');
  return row;
}

/** The rows of a query that is sent alone. */
export async function rowsOf<Row>(query: PromiseLike<Result>): Promise<Row[]> {
  return rowsIn<Row>(await query);
}

/** Runs one raw statement and decodes nothing: numerics, int8 and timestamps are text. */
export function select<Row>(db: Db, statement: SQL): Promise<Row[]> {
  return rowsOf<Row>(db.execute(statement));
}

interface DriverError {
  name: string;
  code?: string;
  message: string;
}

function driverError(error: unknown): DriverError | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    if (e.name === 'NeonDbError') return e as DriverError;
  }
  return undefined;
}

/** The SQLSTATE of a database error, or undefined. */
export function sqlState(error: unknown): string | undefined {
  return driverError(error)?.code ?? undefined;
}

/** The code that `guard()` raised, or undefined when the error is another one. */
export function guardCode(error: unknown): string | undefined {
  const cause = driverError(error);
  return cause?.code === 'CT001' ? cause.message : undefined;
}

// Connection, resource, operator and serialization faults pass; the rest would fail again.
const TRANSIENT = /^(08|53|57P|40|55P03|57014)/;

/**
 * Turns a driver error into an AppError whose message holds no SQL and no parameters.
 * Anything that is not a driver error is returned as it is.
 */
export function databaseError(error: unknown): unknown {
  const cause = driverError(error);
  if (cause === undefined) return error;
  const guarded = guardCode(error);
  if (guarded === 'lease_lost' || guarded === 'already_loaded' || guarded === 'wrong_mode')
    return new AppError(guarded, `The database refused the commit: ${guarded}.`);
  if (cause.code === undefined || cause.code === null || TRANSIENT.test(cause.code))
    return new AppError('database_unavailable', 'The database cannot be reached now. Try again shortly.', {
      retry_after_s: 5,
    });
  return new AppError('internal', `The database refused a statement (SQLSTATE ${cause.code}).`);
}
