import { NeonDbError, type NeonQueryPromise, neon, neonConfig } from '@neondatabase/serverless';
import type { SQL } from 'drizzle-orm';
import { render } from './sql/render.ts';
import { type ReplyRows, resultRows, withRowsAside } from './sql/result-rows.ts';
import { type StatementLog, watch } from './watch.ts';

/** `room.what`, e.g. `runs.finish`: a literal, unique in src, of lower-case letters, digits, `_`, `-` and `.`. */
export type StatementName = `${string}.${string}`;

/** A statement that is sent when it is awaited alone, or becomes part of a batch. Void has no rows to read. */
export interface Query<Result = void> extends PromiseLike<Result> {
  catch: Promise<Result>['catch'];
}

/** Queries of a batch; a list among them remains one in the results. */
type Queries = readonly (Query<unknown> | readonly Query<unknown>[])[];
/** The result of a query, or the results of a list of queries. */
export type Results<Part> = Part extends readonly unknown[]
  ? { -readonly [Place in keyof Part]: Results<Part[Place]> }
  : Part extends Query<infer Result>
    ? Result
    : never;

export interface Db {
  /** A statement whose result nobody reads. Its name is sent as a comment, which the logs of Postgres show. */
  execute(name: StatementName): (statement: SQL) => Query;
  /** A statement with rows. A test compares `Row` with the returned columns. */
  execute<Row extends object>(name: StatementName): (statement: SQL) => Query<Row[]>;
  /** The same, whose rows also have the members of `same`, which are not sent. */
  execute<Row extends object, Same extends object>(
    name: StatementName,
    same: Same | undefined,
  ): (statement: SQL) => Query<(Row & Same)[]>;
  /** One transaction of unsent queries; each result is at the position of its query. */
  batch<const Parts extends Queries>(parts: Parts): Promise<Results<Parts>>;
}

/** A batch of a load may take a while. */
const REQUEST_MS_MAX = 25_000;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[?::1\]?)$/;

// Fixed rules of the driver, not state: the address for each host, and the time limit.
neonConfig.fetchEndpoint = (host, port) =>
  LOOPBACK.test(host) ? `http://${host}:${port}/sql` : `https://${host.replace(/^[^.]+\./, 'api.')}/sql`;
neonConfig.fetchFunction = async (
  url: string,
  { ms_max = REQUEST_MS_MAX, ...init }: RequestInit & { ms_max?: number },
): Promise<WholeReply> => {
  // Redirects are not followed: the password is in a header that another host would also get.
  const response = await fetch(url, {
    ...init,
    redirect: 'manual',
    signal: AbortSignal.timeout(ms_max),
  });
  return new WholeReply(response, await response.text());
};

/**
 * A complete reply. An incomplete one fails here, with the driver's own class of error. If the driver read it, it
 * would fail with an error of JSON that looks like a bug.
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
    return withRowsAside(this.#parsed());
  }

  #parsed(): unknown {
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

export interface ConnectOptions {
  /** The log for failures and, at the level debug, for every answer. */
  log?: StatementLog | undefined;
  /** The time after which a request is given up as `database_unavailable`. */
  ms_max?: number | undefined;
}

/**
 * A database handle: every query awaited on it, and every batch, is one HTTP round trip. A failure throws an
 * AppError, whose cause is the error of the driver.
 */
export function connect(url: string, { log, ms_max = REQUEST_MS_MAX }: ConnectOptions = {}): Db {
  const client = neon(url, { arrayMode: true, fullResults: true, fetchOptions: { ms_max } });
  const watched = watch(log);
  return {
    execute:
      (name: StatementName, same: object = {}) =>
      (statement: SQL) => {
        const { text, params } = render(statement);
        const query = client.query(withName(name, text), params);
        const { execute } = query;
        // A single query returns through its own execute, a query of a batch through the batch.
        query.execute = (data, options) =>
          watched([name], async () =>
            resultRows((await execute(data, options)) as unknown as ReplyRows, same),
          ) as never;
        return Object.assign(query, { statement: name, same }) as unknown as Query<never>;
      },
    async batch(parts) {
      const queries = parts.flat() as Unsent[];
      const names = queries.map(({ statement }) => statement);
      const results = await watched(names, async () => {
        const replies = (await client.transaction(queries)) as unknown as ReplyRows[];
        return replies.map((reply, place) => resultRows(reply, queries[place]?.same));
      });
      const take = () => results.shift();
      return parts.map((part) => (Array.isArray(part) ? part.map(take) : take())) as never;
    },
  };
}

// After the first word: Postgres 18 omits a comment before it from pg_stat_statements.
const withName = (name: StatementName, text: string) =>
  text.replace(/\w+/, (word) => `${word} /* ${name} */`);

/** The result of `execute`. */
type Unsent = NeonQueryPromise<true, true> & { statement: StatementName; same: object };

/** The first row of a result that always has one. */
export function rowIn<Row>([row]: readonly Row[]): Row {
  if (row === undefined) throw new Error('The statement promised a row and gave none.');
  return row;
}
