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

/** The folder with the state of a mode. */
export function folderOf(data_dir: string, mode: Mode): string {
  return mode === 'sandbox' ? join(data_dir, 'sandbox') : data_dir;
}

/**
 * The mode that the database of this start already belongs to, if any. Each mode has its own embedded database; the
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
  /** The Worker's DATABASE_URL: our server of Neon's protocol in front of the real one. */
  url: string;
  close(): Promise<void>;
}

/** Opens the embedded database of `folder`, or the Postgres at `given`, and applies all migrations. */
export async function openDatabase(options: {
  given: string | undefined;
  folder: string;
  mode: Mode;
  /** The id of the Worker's object store. */
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

/** The mode and object store that a database belongs to from its first start. */
interface Owner {
  mode: Mode;
  /** The id of the object store. */
  store_id: string;
}

/**
 * Live and synthetic data never share a database; the Worker checks it again at each run. All bytes of its files
 * are in one object store: a Worker with another store would find none of them, and end the waiting uploads.
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
 * Frees the leases of a killed start before they expire: nobody else can use an embedded database. The lease of a
 * backfill also stores its pause between calls, so it remains.
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
 * Tells the planner about the rows of the first ingestion: nothing else analyzes an embedded database, and lists of
 * assets took seconds. `url` is the Worker's. A failure here does not stop the start.
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

/** The id of the object store in a folder. The first start creates it. */
export function storeIdOf(folder: string): string {
  const file = join(folder, 'store-id');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, randomUUID());
  }
  return readFileSync(file, 'utf8').trim();
}
