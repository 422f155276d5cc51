import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { withoutPassword } from '../database-url.ts';
import { isInitialized, startEmbeddedPostgres } from '../embedded-postgres.ts';
import { applyMigrations } from '../migrations.ts';
import { startNeonServer } from '../neon-server.ts';
import { reasonOf } from '../reason.ts';
import type { Mode } from './mode.ts';
import { StartError } from './start-error.ts';

const POSTGRES_CONNECTIONS = 20;

/** Where a mode keeps its state. */
export function folderOf(data_dir: string, mode: Mode): string {
  return mode === 'sandbox' ? join(data_dir, 'sandbox') : data_dir;
}

/**
 * The mode that the database of this start belongs to already, if any. Embedded there is one for each mode; the
 * live one comes first.
 */
export async function claimedMode(options: {
  given: string | undefined;
  data_dir: string;
}): Promise<Mode | undefined> {
  if (options.given) return readMode(options.given);
  const modes: Mode[] = ['live', 'sandbox'];
  return modes.find((mode) => isInitialized(join(folderOf(options.data_dir, mode), 'pg')));
}

async function readMode(url: string): Promise<Mode | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 15_000 });
  try {
    await client.connect();
    const known = await client.query("select to_regclass('tape_version') is not null as known");
    if (!known.rows[0].known) return undefined;
    const { rows } = await client.query<{ mode: Mode | null }>('select mode from tape_version');
    return rows[0]?.mode ?? undefined;
  } catch (error) {
    throw cannotPrepare(url, true, error);
  } finally {
    await client.end().catch(() => {});
  }
}

export interface OpenDatabase {
  /** What the Worker gets as DATABASE_URL: our server of Neon's protocol before the real one. */
  url: string;
  close(): Promise<void>;
}

/** Opens the embedded database of `folder`, or the Postgres at `given`, brought up to the newest schema. */
export async function openDatabase(options: {
  given: string | undefined;
  folder: string;
  mode: Mode;
  /** Of the object store that the Worker gets. */
  store_id: string;
}): Promise<OpenDatabase> {
  const embedded = options.given ? undefined : await startEmbeddedPostgres(options.folder);
  try {
    const target = options.given ?? embedded?.url ?? '';
    await migrate(target, options.given !== undefined);
    await claim(target, options);
    if (embedded) await releaseLeases(target);
    const server = await startNeonServer(
      embedded
        ? { target, connections: 1, connect: embedded.connect }
        : { target, connections: POSTGRES_CONNECTIONS },
    );
    return {
      url: server.url,
      async close() {
        await server.close();
        await embedded?.close();
      },
    };
  } catch (error) {
    await embedded?.close();
    throw error;
  }
}

async function migrate(url: string, given: boolean): Promise<void> {
  try {
    await applyMigrations(url);
  } catch (error) {
    throw cannotPrepare(url, given, error);
  }
}

function cannotPrepare(url: string, given: boolean, error: unknown): StartError {
  const where = given ? `the database of --database-url (${withoutPassword(url)})` : 'the embedded database';
  return new StartError(`Cannot prepare ${where}: ${reasonOf(error)}`);
}

/** What a database belongs to from its first start. */
interface Owner {
  mode: Mode;
  /** Of the object store. */
  store_id: string;
}

/**
 * Live and synthetic data never share a database; the Worker checks it again at each run. And the bytes of its files
 * lie in one object store: a Worker with another one would find none of them, and end the uploads that wait.
 */
async function claim(url: string, wanted: Owner): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Owner>(
      `update tape_version set
         mode = coalesce(mode, $1), store_id = case when coalesce(mode, $1) = $1 then coalesce(store_id, $2) else store_id end
       returning mode, store_id`,
      [wanted.mode, wanted.store_id],
    );
    const fault = rows[0] && faultOf(rows[0], wanted);
    if (fault) throw new StartError(fault);
  } finally {
    await client.end();
  }
}

/**
 * Frees what a killed start held, instead of waiting until it expires: nobody else can be at work in an embedded
 * database. The lease of a backfill also keeps its pause between calls, so it stays.
 */
async function releaseLeases(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("update leases set expires_at = '-infinity' where name not like '%:backfill'");
  } finally {
    await client.end();
  }
}

/**
 * Tells the planner what the first ingestion brought: an embedded database has nobody who would, and lists of assets took
 * seconds. `url` is what the Worker has; a start does not fail for want of it.
 */
export async function analyze(url: string): Promise<void> {
  const { hostname, port } = URL.parse(url) ?? {};
  if (hostname !== '127.0.0.1') return;
  await fetch(`http://${hostname}:${port}/sql`, {
    method: 'POST',
    headers: { 'Neon-Connection-String': url },
    body: JSON.stringify({ query: 'analyze', params: [] }),
  }).catch(() => {});
}

function faultOf(owner: Owner, { mode, store_id }: Owner): string | undefined {
  if (owner.mode !== mode)
    return `This database has ${owner.mode} data and does not accept ${mode} data. Start with --${owner.mode}, or use another database.`;
  if (owner.store_id === store_id) return undefined;
  return [
    'The files of this database are in another data folder.',
    'Start with the --data-dir of its first start, or use another database.',
    'If that folder is lost, its files are lost too: to continue without them, run',
    '"update tape_version set store_id = null" in the database and start again.',
  ].join(' ');
}

/** The id of the object store in a folder, made by the first start. */
export function storeIdOf(folder: string): string {
  const file = join(folder, 'store-id');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, randomUUID());
  }
  return readFileSync(file, 'utf8').trim();
}
