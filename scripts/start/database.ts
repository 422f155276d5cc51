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
}): Promise<OpenDatabase> {
  const embedded = options.given ? undefined : await startEmbeddedPostgres(options.folder);
  try {
    const target = options.given ?? embedded?.url ?? '';
    await migrate(target, options.given !== undefined);
    await claimMode(target, options.mode);
    const server = await startNeonServer({ target, connections: embedded ? 1 : POSTGRES_CONNECTIONS });
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

/** Live and synthetic data never share a database; the Worker checks it again at each run. */
async function claimMode(url: string, mode: Mode): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const claim = 'update tape_version set mode = coalesce(mode, $1) returning mode';
    const { rows } = await client.query<{ mode: string }>(claim, [mode]);
    const owner = rows[0]?.mode;
    if (owner !== mode) {
      throw new StartError(
        `This database holds ${owner} data and will not take ${mode} data. Start with --${owner}, or use another database.`,
      );
    }
  } finally {
    await client.end();
  }
}
