import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

/** Any number, as long as all starts and deployments use the same. */
const LOCK = 7_261_504_118;

/**
 * Applies migrations/ to `url`, all in one transaction. Simultaneous calls run one after another. An error names
 * the statement and quotes Postgres.
 */
export async function applyMigrations(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 15_000 });
  await client.connect();
  try {
    // Held until drizzle commits: its own `begin` finds the transaction open. A session lock would outlive this
    // client behind a pooler.
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [LOCK]);
    await migrate(drizzle(client), { migrationsFolder: 'migrations' });
  } catch (error) {
    throw new Error(explain(error), { cause: error });
  } finally {
    await client.end();
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof pg.DatabaseError)) return error.message;
  const more = [cause.detail, cause.hint].filter(Boolean).map((text) => `\n  ${text}`);
  return `${cause.message} (SQLSTATE ${cause.code})${more.join('')}\n${error.message}`;
}
