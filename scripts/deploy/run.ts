import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'smol-toml';
import type { DeployDeps } from './deps.ts';
import { type Findings, look } from './findings.ts';
import type { Flags } from './flags.ts';
import { planSteps } from './plan.ts';
import { type DeploySettings, readSettings } from './settings.ts';

/** Checks everything, then applies the differences. Throws if a check fails. */
export async function deploy(deps: DeployDeps, { dry_run, profile, environment }: Flags): Promise<void> {
  const settings = readSettings(deps.folder, environment, profile);
  const file = join(deps.folder, mergedFile(settings));
  // In the folder of wrangler.toml, because the paths in it start there.
  writeFileSync(file, stringify(settings.merged));
  try {
    await deployWith({ ...deps, wrangler: withConfig(deps.wrangler, file) }, settings, dry_run);
  } finally {
    rmSync(file, { force: true });
  }
}

async function deployWith(deps: DeployDeps, settings: DeploySettings, dry_run: boolean): Promise<void> {
  deps.print('checking the configuration, the build, the account and the database …');
  const findings = await look(deps, settings);
  report(deps, findings);
  if (findings.faults.length > 0) throw new Error('nothing was changed.');
  for (const step of planSteps(deps, findings)) {
    deps.print(`${dry_run ? 'would' : 'do   '}   ${step.does}`);
    if (!dry_run) await step.run();
  }
  deps.print(dry_run ? 'nothing was changed.' : 'done. See docs/operations/ for what comes next.');
}

/** Git ignores it. */
const mergedFile = ({ own_file }: DeploySettings): string => own_file.replace(/toml$/, 'merged.toml');

const withConfig =
  (wrangler: DeployDeps['wrangler'], file: string): DeployDeps['wrangler'] =>
  (args, options) =>
    wrangler([...args, '--config', file], options);

function report({ print, complain }: DeployDeps, findings: Findings): void {
  const { account, database, addresses, faults, notes } = findings;
  if (account.name !== '') print(`ok      logged in to Cloudflare, account ${account.name}`);
  for (const address of addresses) print(`ok      address ${address}`);
  if (database.version > 0) print(`ok      Postgres ${database.version}`);
  print('cost    Workers Paid is required; docs/operations/costs.md says what a deployment costs.');
  for (const note of notes) print(`note    ${note}`);
  for (const fault of faults) complain(`FAILED  ${fault}`);
}
