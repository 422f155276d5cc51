import { readFileSync } from 'node:fs';
import pg from 'pg';
import { z } from 'zod';
import { withoutPassword } from '../database-url.ts';
import { applyMigrations } from '../migrations.ts';
import { reasonOf } from '../reason.ts';

export interface Database {
  /** Major version of Postgres. */
  version: number;
  /** Migrations that are still to be applied, in order. */
  pending: string[];
  /** No migration was ever applied. */
  is_new: boolean;
  /** The object store that holds its files; null while it belongs to none. */
  store_id: string | null;
  faults: string[];
}

const VERSION_MIN = 15;
const Journal = z.object({ entries: z.array(z.object({ tag: z.string(), when: z.number() })) });

/** The values for a database that was not read. */
export const UNKNOWN: Database = { version: 0, pending: [], is_new: false, store_id: null, faults: [] };

/** Reads the state of the database. Changes nothing. */
export async function readDatabase(url: string): Promise<Database> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 15_000 });
  try {
    await client.connect();
    return await look(client);
  } catch (error) {
    const fault = `The database ${withoutPassword(url)} cannot be used: ${reasonOf(error)}`;
    return { ...UNKNOWN, faults: [fault] };
  } finally {
    await client.end().catch(() => {});
  }
}

async function look(client: pg.Client): Promise<Database> {
  const [about] = (
    await client.query<{ version: number; has_journal: boolean; has_tape: boolean }>(
      `select current_setting('server_version_num')::int / 10000 as version,
         to_regclass('drizzle.__drizzle_migrations') is not null as has_journal,
         to_regclass('tape_version') is not null as has_tape`,
    )
  ).rows;
  if (about === undefined) throw new Error('a select without a table gave no row');
  const faults: string[] = [];
  if (about.version < VERSION_MIN)
    faults.push(`Postgres ${about.version} is too old; ${VERSION_MIN} is needed.`);
  const owner = about.has_tape ? await ownerOf(client) : undefined;
  if (owner?.mode === 'sandbox') {
    faults.push(
      'The database has sandbox data, which a deployment must not mix with real data. Use another database.',
    );
  }
  const newest = about.has_journal ? await newestApplied(client) : 0;
  const { entries } = Journal.parse(JSON.parse(readFileSync('migrations/meta/_journal.json', 'utf8')));
  return {
    version: about.version,
    pending: entries.filter(({ when }) => when > newest).map(({ tag }) => tag),
    is_new: newest === 0,
    store_id: owner?.store_id ?? null,
    faults,
  };
}

/** The mode and object store of a database. An old database has no column for its store. */
async function ownerOf(client: pg.Client) {
  const { rows } = await client.query<{ mode: string | null; store_id: string | null }>(
    "select mode, to_jsonb(t) ->> 'store_id' as store_id from tape_version t",
  );
  return rows[0];
}

/** Applies the migrations, and binds the database to the object store of its first deployment. */
export async function prepareDatabase(url: string, store_id: string): Promise<void> {
  await applyMigrations(url);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 15_000 });
  try {
    await client.connect();
    await client.query('update tape_version set store_id = coalesce(store_id, $1)', [store_id]);
  } finally {
    await client.end().catch(() => {});
  }
}

/** The object store id for the bucket of a deployment. */
export const storeIdOf = (account_id: string, bucket: string): string => `r2:${account_id}/${bucket}`;

/** A Worker with another bucket would find none of the files, and end the waiting uploads. */
export function storeFault({ store_id }: Database, wanted: string): string | undefined {
  if (store_id === null || store_id === wanted) return undefined;
  return (
    `The database belongs to another object store (${store_id}), which holds its files. Give this deployment a database ` +
    'of its own. If that store is lost, its files are lost too: to continue without them, run ' +
    '"update tape_version set store_id = null" in the database.'
  );
}

/** The migrator applies migrations that are newer than this one. */
async function newestApplied(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ newest: string | null }>(
    'select max(created_at)::text as newest from drizzle.__drizzle_migrations',
  );
  return Number(rows[0]?.newest ?? 0);
}
