import { databaseUrlFault, withoutPassword } from '../database-url.ts';
import { applyMigrations } from '../migrations.ts';
import { reasonOf } from '../reason.ts';

/** Runs `npm run db:migrate`; returns the exit code. */
export async function runMigrate(environment: NodeJS.Dict<string>): Promise<number> {
  const url = environment.DATABASE_URL ?? '';
  const fault = databaseUrlFault(url);
  try {
    if (fault) throw new Error(fault);
    await applyMigrations(url);
    console.log(`migrations are up to date on ${withoutPassword(url)}`);
    return 0;
  } catch (error) {
    console.error(`error: ${reasonOf(error)}`);
    return 1;
  }
}
