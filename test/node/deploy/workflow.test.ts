import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { SECRETS } from '../../../scripts/deploy/configuration.ts';

const Workflow = z.object({
  jobs: z.record(
    z.string(),
    z.object({
      env: z.undefined().optional(),
      environment: z.string().optional(),
      steps: z.array(
        z.object({
          uses: z.string().optional(),
          run: z.string().optional(),
          env: z.record(z.string(), z.string()).optional(),
        }),
      ),
    }),
  ),
});
const read = (name: string) =>
  Workflow.parse(parse(readFileSync(`.github/workflows/${name}.yml`, 'utf8'), { strict: true }));
const deploy = read('deploy').jobs.deploy;
const steps = deploy?.steps ?? [];

test('passes every secret of a deployment to the step that deploys and to no other', () => {
  const holders = steps.filter(({ env }) => JSON.stringify(env ?? {}).includes('secrets.'));
  expect(holders).toHaveLength(1);
  const { env = {}, run = '' } = holders[0] ?? {};
  expect(run).toContain('npm run deploy');
  const given = Object.entries(env).filter(([, value]) => value.includes('secrets.'));
  expect(given).toEqual(
    ['CLOUDFLARE_API_TOKEN', ...SECRETS].map((name) => [name, `\${{ secrets.${name} }}`]),
  );
});

test('deploys only after its checks, under the protection of an environment, which is staging for a candidate', () => {
  const runs = steps.flatMap(({ run }) => run ?? []);
  expect(runs.slice(0, 2)).toEqual(['npm ci --no-audit --no-fund', 'npm run verify']);
  expect(deploy?.environment).toBe(
    `\${{ inputs.environment || (contains(github.ref_name, '-') && 'staging' || 'production') }}`,
  );
});

test('uses the actions of the other workflow', () => {
  const actions = (of: typeof steps) => of.flatMap(({ uses }) => uses ?? []);
  expect(actions(steps)).toEqual(actions(read('ci').jobs.check?.steps ?? []));
});
