import { reasonOf } from '../reason.ts';
import { copyVendorFiles } from '../vendor.ts';
import { type Findings, look } from './findings.ts';
import { type Flags, HELP, parseFlags } from './flags.ts';
import { planSteps } from './plan.ts';

/** What `npm run deploy` does with its arguments; gives the exit code. */
export async function runDeploy(args: string[], environment: NodeJS.Dict<string>): Promise<number> {
  try {
    const flags = parseFlags(args);
    if (flags === 'help') console.log(HELP);
    else await deploy(flags, environment);
    return 0;
  } catch (error) {
    console.error(`error: ${reasonOf(error)}`);
    return 1;
  }
}

async function deploy({ dry_run, profile }: Flags, environment: NodeJS.Dict<string>): Promise<void> {
  copyVendorFiles();
  console.log('checking the configuration, the build, the account and the database …');
  const findings = await look(profile, environment);
  report(findings);
  if (findings.faults.length > 0) throw new Error('nothing was changed.');
  const steps = planSteps(findings);
  for (const step of steps) {
    console.log(`${dry_run ? 'would' : 'do   '}   ${step.does}`);
    if (!dry_run) await step.run();
  }
  console.log(dry_run ? 'nothing was changed.' : 'done. See docs/operations/ for what comes next.');
}

function report({ account, database, faults, notes }: Findings): void {
  if (account.name !== '') console.log(`ok      logged in to Cloudflare, account ${account.name}`);
  if (database.version > 0) console.log(`ok      Postgres ${database.version}`);
  console.log('cost    Workers Paid is required; docs/operations/costs.md says what a deployment costs.');
  for (const note of notes) console.log(`note    ${note}`);
  for (const fault of faults) console.error(`FAILED  ${fault}`);
}
