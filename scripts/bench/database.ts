import pg from 'pg';
import { applyMigrations } from '../migrations.ts';
import { type Child, startChild } from './child.ts';
import type { DatabaseAnswers } from './database-process.ts';
import type { BenchPostgres } from './postgres.ts';

/** One database with the product's schema, and the server through which the Worker reaches it. */
export interface BenchDatabase {
  url: string;
  server: Child<DatabaseAnswers>;
  /** The Worker's DATABASE_URL. */
  neon_url: string;
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export async function exists(postgres: BenchPostgres, name: string): Promise<boolean> {
  const sql = 'select from pg_database where datname = $1';
  return (await administer(postgres, sql, [name])).rowCount === 1;
}

/** Drops and creates the database, at the newest schema. */
export async function createDatabase(postgres: BenchPostgres, name: string): Promise<void> {
  await dropDatabase(postgres, name);
  await administer(postgres, `create database ${name}`);
  await applyMigrations(postgres.url(name));
}

export async function dropDatabase(postgres: BenchPostgres, name: string): Promise<void> {
  await administer(postgres, `drop database if exists ${name} with (force)`);
}

export async function renameDatabase(postgres: BenchPostgres, from: string, to: string): Promise<void> {
  await administer(postgres, `alter database ${from} rename to ${to}`);
}

export async function openDatabase(postgres: BenchPostgres, name: string): Promise<BenchDatabase> {
  const url = postgres.url(name);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const server = await startChild<DatabaseAnswers>('database-process.ts', [url]);
  return {
    url,
    server,
    neon_url: await server.ask('url', undefined),
    query: async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
      (await client.query<Row>(text, values)).rows,
    async close() {
      await server.stop();
      await client.end();
    },
  };
}

async function administer(postgres: BenchPostgres, sql: string, values?: unknown[]): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: postgres.url('postgres') });
  await client.connect();
  try {
    return await client.query(sql, values);
  } finally {
    await client.end();
  }
}
