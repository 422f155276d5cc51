import { join } from 'node:path';
import type { BenchDatabase } from './database.ts';
import type { RecordedRequest } from './database-process.ts';
import type { Job } from './load-process.ts';
import { rounded } from './numbers.ts';
import type { Table } from './outcome.ts';
import type { BenchPostgres } from './postgres.ts';
import { exponent, type ReadRounds } from './read-figures.ts';
import { type ReadQuery, readQueries } from './read-queries.ts';
import { openTape } from './seed.ts';
import { startWorkers, WORKERS, type Workers } from './worker.ts';

/** A database of a given size, and a Worker in front of it. */
export interface Tape {
  rows: number;
  database: BenchDatabase;
  /** The URL of the Worker that keeps no replies: it reads every page from the database. */
  url: string;
  /** The URL of the Worker as deployed, which keeps replies. */
  kept_url: string;
}

/** Opens a tape of each size, one after another. */
export async function openDatabases(
  postgres: BenchPostgres,
  { sizes, opened, tell }: { sizes: number[]; opened: AsyncDisposableStack; tell: (line: string) => void },
): Promise<BenchDatabase[]> {
  const databases: BenchDatabase[] = [];
  for (const rows of sizes) {
    tell(`a tape of ${rows.toLocaleString('en')} observations`);
    databases.push(opened.adopt(await openTape(postgres, rows), (database) => database.close()));
  }
  return databases;
}

const nameOf = (rows: number) => `tape_${rows}`;
const keptNameOf = (rows: number) => `tape_${rows}_kept`;

/** Workers that ours is measured against. */
const LEAST = ['constant', 'pass'] as const;

/**
 * One workerd: two isolates of our Worker for each tape, of which one keeps replies, and one isolate of each minimal
 * Worker.
 */
export function startReaders(
  databases: BenchDatabase[],
  { sizes, script, folder }: { sizes: number[]; script: string; folder: string },
): Promise<Workers> {
  const readers = databases.flatMap(({ neon_url }, place) => {
    const rows = sizes[place] ?? 0;
    return [
      { name: nameOf(rows), script, variables: { DATABASE_URL: neon_url, KEPT_REPLIES_MB: '0' } },
      { name: keptNameOf(rows), script, variables: { DATABASE_URL: neon_url } },
    ];
  });
  const least = LEAST.map((name) => ({ name, script: join(WORKERS, `${name}.js`) }));
  return startWorkers([...readers, ...least], folder);
}

export function tapesOf(databases: BenchDatabase[], sizes: number[], workers: Workers): Promise<Tape[]> {
  return Promise.all(
    databases.map(async (database, place) => {
      const rows = sizes[place] ?? 0;
      const [url, kept_url] = [await workers.url(nameOf(rows)), await workers.url(keptNameOf(rows))];
      return { rows, database, url, kept_url };
    }),
  );
}

/** Size of the rows on disk. They were inserted in the order in which polls write them. */
export async function tapeSizes(tapes: Tape[]): Promise<Table> {
  const rows = tapes.map(async ({ rows, database }) => {
    const [size] = await database.query<{ table: string; indexes: string }>(`
      select pg_table_size('observations') as table, pg_indexes_size('observations') as indexes`);
    const [table, indexes] = [Number(size?.table), Number(size?.indexes)];
    return {
      observations: exponent(rows),
      'table MB': rounded(table / 1e6),
      'indexes MB': rounded(indexes / 1e6),
      'bytes a row': rounded((table + indexes) / rows),
    };
  });
  return { title: 'Tapes', rows: await Promise.all(rows) };
}

/** The targets of each round. */
export interface Target {
  url: string;
  kept_url: string;
  headers: Record<string, string>;
  status: number;
  database: BenchDatabase;
  bare: Omit<Job, 'connections' | 'duration_ms'>;
}

export interface Measured {
  target: Target;
  rounds: ReadRounds;
}

/**
 * Sends each query once, and records the Worker's requests to the database. Queries are in order, then sizes, so
 * compared measurements run side by side.
 */
export async function recordAll(tapes: Tape[], words: readonly string[]): Promise<Measured[]> {
  const found: (Measured & { place: number })[] = [];
  for (const { rows, database, url, kept_url } of tapes) {
    for (const [place, query] of (await readQueries(url, database, words)).entries()) {
      const headers = query.headers ?? {};
      await database.server.ask('record', undefined);
      const reply = await fetch(`${url}${query.path}`, { headers });
      await reply.arrayBuffer();
      const asked = await database.server.ask('recorded', undefined);
      if (reply.status !== query.status) throw new Error(`${query.path} gave ${reply.status}.`);
      found.push({
        place,
        target: {
          url: `${url}${query.path}`,
          kept_url: `${kept_url}${query.path}`,
          headers,
          status: query.status,
          database,
          bare: bareJob(database, query, asked),
        },
        rounds: {
          query,
          rows,
          round_trips: [],
          alone: [],
          busy: [],
          bare: [],
          bare_alone: [],
          pass: [],
          kept: [],
          cpu_ms: [],
        },
      });
    }
  }
  return found.sort((a, b) => a.place - b.place);
}

/** The same statement without the Worker. If there were several round trips, the last one stands for all. */
function bareJob(database: BenchDatabase, query: ReadQuery, asked: RecordedRequest[]): Target['bare'] {
  const last = asked.at(-1);
  if (last === undefined) throw new Error(`${query.name} asked nothing of the database.`);
  const { smallest_statement } = query;
  const body =
    smallest_statement === undefined ? last.body : JSON.stringify({ query: smallest_statement, params: [] });
  const { host } = new URL(database.neon_url);
  return { url: `http://${host}/sql`, method: 'POST', headers: last.headers, body, status: 200 };
}
