import { parseArgs } from 'node:util';
import { withoutPassword } from './database-url.ts';
import { accountFaults } from './deploy/account.ts';
import { readConfiguration } from './deploy/configuration.ts';
import { deployWorker, triggerIngestion } from './deploy/release.ts';
import { applyMigrations } from './migrations.ts';
import { reasonOf } from './reason.ts';
import { runTool } from './tool.ts';
import { copyVendorFiles } from './vendor.ts';

async function deploy(dryRun: boolean): Promise<void> {
  copyVendorFiles();
  const { configuration, faults, notes } = await readConfiguration(process.env);
  const build = await runTool('wrangler', ['deploy', '--dry-run']);
  if (build.code !== 0) faults.push(`The Worker does not build:\n${build.output}`);
  faults.push(...(await accountFaults(configuration)));
  for (const note of notes) console.log(`note    ${note}`);
  for (const fault of faults) console.error(`FAILED  ${fault}`);
  if (faults.length > 0) throw new Error('nothing was changed.');

  const { DATABASE_URL = '', SCHEDULER_TOKEN = '' } = configuration.secrets;
  const names = Object.keys(configuration.secrets).join(', ');
  if (dryRun) {
    console.log(`would migrate ${withoutPassword(DATABASE_URL)}`);
    console.log(`would deploy the Worker with the secrets ${names}, and start a first ingestion`);
    return;
  }
  await applyMigrations(DATABASE_URL);
  console.log(`migrated ${withoutPassword(DATABASE_URL)}`);
  const url = await deployWorker(configuration.secrets);
  console.log(`deployed ${url} with the secrets ${names}`);
  const run = await triggerIngestion(url, SCHEDULER_TOKEN.split(',')[0]?.trim() ?? '');
  console.log(`first ingestion: ${run}`);
}

try {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' } } });
  await deploy(values['dry-run'] ?? false);
} catch (error) {
  console.error(`error: ${reasonOf(error)}`);
  process.exitCode = 1;
}
