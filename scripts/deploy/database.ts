import { readFileSync } from 'node:fs';
import pg from 'pg';
import { z } from 'zod';
import { withoutPassword } from '../database-url.ts';
import { reasonOf } from '../reason.ts';

export interface Database {
  /** Major version of Postgres. */
  version: number;
  /** Migrations not applied yet, in order. */
  pending: string[];
  faults: string[];
}

const VERSION_MIN = 15;
const Journal = z.object({ entries: z.array(z.object({ tag: z.string(), when: z.number() })) });

/** Asks the database what is there. Changes nothing. */
export async function readDatabase(url: string): Promise<Database> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 15_000 });
  try {
    await client.connect();
    return await look(client);
  } catch (error) {
    const fault = `The database ${withoutPassword(url)} cannot be used: ${reasonOf(error)}`;
    return { version: 0, pending: [], faults: [fault] };
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
  if (about.has_tape && (await modeOf(client)) === 'sandbox') {
    faults.push(
      'The database holds sandbox data, which a deployment must not mix with real data. Use another.',
    );
  }
  const newest = about.has_journal ? await newestApplied(client) : 0;
  const { entries } = Journal.parse(JSON.parse(readFileSync('migrations/meta/_journal.json', 'utf8')));
  return {
    version: about.version,
    pending: entries.filter(({ when }) => when > newest).map(({ tag }) => tag),
    faults,
  };
}

async function modeOf(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ mode: string | null }>('select mode from tape_version');
  return rows[0]?.mode ?? null;
}

/** The migrator applies what is newer than this. */
async function newestApplied(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ newest: string | null }>(
    'select max(created_at)::text as newest from drizzle.__drizzle_migrations',
  );
  return Number(rows[0]?.newest ?? 0);
}
