import pg from 'pg';
import { answerParent } from '../scripts/bench/child.ts';
import { applyMigrations } from '../scripts/migrations.ts';
import { startNeonServer } from '../scripts/neon-server.ts';
import { startSandbox } from '../scripts/sandbox/server.ts';
import type { Backend } from './backend.ts';
import { startNewPostgres } from './cluster.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';
import { note, type SeenStatements } from './statements/seen.ts';

// The backend of one test worker in a separate process: PGlite keeps a core busy, and vitest needs its own.

const [number = '0'] = process.argv.slice(2);
const given = process.env.TEST_DATABASE_URL;

async function createDatabase(server_url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server_url });
  await client.connect();
  try {
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  return Object.assign(new URL(server_url), { pathname: `/${name}` }).href;
}

/** PGlite in memory, or a new database on the server that TEST_DATABASE_URL names. */
const database = given
  ? { target: await createDatabase(given, `cointape_test_${number}`), connections: 20 }
  : await embedded();

async function embedded() {
  const { url, connect } = await startNewPostgres();
  return { target: url, connections: 1, connect };
}

await applyMigrations(database.target);
const seen: SeenStatements = new Map();
const [server, sandbox, scripted] = await Promise.all([
  startNeonServer({
    ...database,
    observe: (query, result) => note(seen, query, result),
  }),
  startSandbox(),
  startScriptedUpstream(),
]);

const answers = {
  backend: (): Backend => ({
    databaseUrl: server.url,
    upstreamUrl: sandbox.url,
    scriptedUrl: scripted.url,
  }),
  seen: () => seen,
};
export type BackendAnswers = typeof answers;

answerParent(answers);
