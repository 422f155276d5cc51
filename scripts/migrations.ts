import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

/** Of no other meaning than that all starts and deployments ask for the same. */
const LOCK = 7_261_504_118;

/**
 * Applies migrations/ to `url`, all of them in one transaction; of several at once, one after the other. A failure
 * names the statement and what Postgres said about it.
 */
export async function applyMigrations(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 15_000 });
  await client.connect();
  try {
    // Held until drizzle commits: its own `begin` finds the transaction open. A lock of the session would outlive
    // this client behind a pooler.
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
