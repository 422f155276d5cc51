import { databaseUrlFault, withoutPassword } from './database-url.ts';
import { applyMigrations } from './migrations.ts';
import { reasonOf } from './reason.ts';

const url = process.env.DATABASE_URL ?? '';
const fault = databaseUrlFault(url);
try {
  if (fault) throw new Error(fault);
  await applyMigrations(url);
  console.log(`migrations are up to date on ${withoutPassword(url)}`);
} catch (error) {
  console.error(`error: ${reasonOf(error)}`);
  process.exitCode = 1;
}
