import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

/** Applies migrations/ to `url`, all of them in one transaction. */
export async function applyMigrations(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 15_000 });
  await client.connect();
  try {
    await migrate(drizzle(client), { migrationsFolder: 'migrations' });
  } finally {
    await client.end();
  }
}
