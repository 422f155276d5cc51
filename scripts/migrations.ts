import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

/**
 * Applies migrations/ to `url`, all of them in one transaction. A failure names the statement and what
 * Postgres said about it.
 */
export async function applyMigrations(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 15_000 });
  await client.connect();
  try {
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
