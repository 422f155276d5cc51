import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { merge } from '../../../scripts/deploy/settings.ts';
import { deployment } from './deployment.ts';

const OURS = readFileSync('wrangler.toml', 'utf8');

test('the settings of a deployment are beside wrangler.toml, which does not change', async () => {
  const { run, file, files } = deployment();
  await run('--profile', 'frugal');
  expect(file('wrangler.toml')).toBe(OURS);
  expect(file('wrangler.deploy.toml')).toBe(
    '[vars]\nPOLL_MINUTES = "30"\nPOLL_TOP = "500"\nKEEP_OBSERVATIONS_DAYS = "90"\nKEEP_RAW_DAYS = "30"\n',
  );
  expect(files()).toEqual(['wrangler.deploy.toml', 'wrangler.toml']); // no temporary file remains
  const { output } = await run();
  expect(output).not.toContain('write the settings');
  expect(file('wrangler.deploy.toml')).toContain('POLL_MINUTES = "30"');
});

test('a profile is written into existing settings, and a dry run writes none', async () => {
  const own =
    '# Ours.\nname = "tape"\n\n[vars]\nREAD_ACCESS = "public"\n\n[placement]\nregion = "aws:eu-west-1"\n';
  const { run, file } = deployment({ files: { 'wrangler.deploy.toml': own } });
  await run('--dry-run', '--profile', 'full');
  expect(file('wrangler.deploy.toml')).toBe(own);
  await run('--profile', 'full');
  expect(file('wrangler.deploy.toml')).toBe(own.replace('"public"\n', '"public"\nPOLL_MINUTES = "5"\n'));
});

test('tables are merged, and any other value replaces the old one', () => {
  expect(
    merge(
      { name: 'a', vars: { A: '1', B: '2' }, triggers: { crons: ['* * * * *', '5 * * * *'] } },
      { vars: { B: '3', C: '4' }, triggers: { crons: ['* * * * *'] }, placement: { mode: 'smart' } },
    ),
  ).toEqual({
    name: 'a',
    vars: { A: '1', B: '3', C: '4' },
    triggers: { crons: ['* * * * *'] },
    placement: { mode: 'smart' },
  });
});

describe('an environment beside the usual deployment', () => {
  test('has its own Worker, bucket, queues and secrets', async () => {
    const { run, cloudflare } = deployment();
    await run('--env', 'staging', '--profile', 'frugal');
    expect(cloudflare.calls).toEqual([
      'r2 bucket create cointape-staging --location enam',
      'queues create cointape-staging-ingest',
      'queues create cointape-staging-ingest-dead',
      'deploy --secrets-file FILE',
    ]);
  });

  test('reads its own settings, and not those of the usual one', async () => {
    const files = {
      'wrangler.deploy.toml': 'name = "tape"\n[vars]\nREAD_ACCESS = "public"\n',
      'wrangler.staging.toml': 'name = "tape-next"\n',
    };
    const { run } = deployment({ files, environment: { READ_TOKEN: '' } });
    const staging = await run('--dry-run', '--env', 'staging');
    expect(staging.output).toContain('ok      address https://tape-next.acme.workers.dev');
    expect(staging.output).toContain('into wrangler.staging.toml.');
    expect((await run('--dry-run')).output).toContain('would   create the queue tape-ingest-dead');
  });

  test('shares no database with it', async () => {
    const { run } = deployment({ database: { store_id: 'r2:a1/cointape' } });
    expect((await run('--dry-run')).code).toBe(0);
    const { code, output } = await run('--dry-run', '--env', 'staging');
    expect(output).toContain('FAILED  The database belongs to another object store (r2:a1/cointape)');
    expect(code).toBe(1);
  });

  test.each(['Staging', '', 'deploy', '../x', 'a b'])('cannot have the name "%s"', async (name) => {
    await expect(deployment().run('--env', name)).rejects.toThrow('--env takes a name');
  });
});

describe('settings that must be a mistake', () => {
  const faultsOf = async (text: string) =>
    (await deployment({ files: { 'wrangler.deploy.toml': text } }).run('--dry-run')).output;

  test('a secret that would be deployed as a public variable', async () => {
    expect(await faultsOf('[vars]\nREAD_TOKEN = "read-token-0123456789"\n')).toContain(
      'FAILED  READ_TOKEN is a secret and must not be in [vars]: remove it there, and set it in the environment.',
    );
  });

  test('a variable that the Worker does not know', async () => {
    expect(await faultsOf('[vars]\nREAD_ACESS = "public"\n')).toContain(
      'note    READ_ACESS in [vars] is not a variable of the Worker and has no effect.',
    );
  });

  test('a value that the Worker does not accept', async () => {
    expect(await faultsOf('[vars]\nREAD_ACCESS = "everybody"\n')).toMatch(/^FAILED {2}.*READ_ACCESS/m);
  });

  test('text that is not TOML, by the name of its file', async () => {
    expect(await faultsOf('[vars\n')).toContain('error: wrangler.deploy.toml cannot be read: Invalid TOML');
  });
});
