import { describe, expect, test } from 'vitest';
import { deployment, TOKENS } from './deployment.ts';

const ONBOARDING = 'https://dash.cloudflare.com/a1/workers/onboarding';
const PUBLIC = { 'wrangler.deploy.toml': '[vars]\nREAD_ACCESS = "public"\n' };

describe('an account without a workers.dev subdomain', () => {
  test.each([['--dry-run'], []])('is found before anything is made: %s', async (...args) => {
    const { run, cloudflare, prepared } = deployment({ account: { subdomain: null } });
    const { code, output } = await run(...args);
    expect(output).toContain(
      `FAILED  The account has no workers.dev subdomain yet: choose one at ${ONBOARDING}, or set workers_dev = false`,
    );
    expect([code, cloudflare.calls, prepared]).toEqual([1, [], []]);
  });

  test('needs none for a custom domain', async () => {
    const domain = 'workers_dev = false\nroutes = [{ pattern = "tape.example.com", custom_domain = true }]\n';
    const { run } = deployment({ account: { subdomain: null }, files: { 'wrangler.deploy.toml': domain } });
    expect((await run()).code).toBe(0);
  });

  test('that may not be read is reported; wrangler prompts if everything else exists', async () => {
    const { run, cloudflare } = deployment({ account: { subdomain: undefined } });
    const { code, output } = await run();
    expect(output).toContain(
      'note    Whether the account has a workers.dev subdomain could not be checked: Authentication error.',
    );
    expect(output).toContain('error: wrangler deploy failed; see above.');
    expect(code).toBe(1);
    expect(cloudflare.secrets).toMatchObject(TOKENS); // it would be deployed, but nobody could reach it
  });
});

test('its address is shown before it is deployed', async () => {
  const { output } = await deployment().run('--dry-run');
  expect(output).toContain('ok      address https://cointape.acme.workers.dev');
});

describe('the bucket', () => {
  test.each([
    ['aws:eu-central-1', 'weur'],
    ['aws:us-west-2', 'wnam'],
    ['aws:ap-southeast-1', 'apac'],
    ['aws:ap-southeast-2', 'oc'],
    ['gcp:europe-central2', 'eeur'],
    ['azure:eastus2', 'enam'],
  ])('of a Worker in %s is made in %s', async (region, location) => {
    const files = { 'wrangler.deploy.toml': `[placement]\nregion = "${region}"\n` };
    const { run, cloudflare } = deployment({ files });
    await run();
    expect(cloudflare.calls[0]).toBe(`r2 bucket create cointape --location ${location}`);
  });

  test('of a Worker in an unknown place is made where Cloudflare chooses', async () => {
    const { run, cloudflare } = deployment({
      files: { 'wrangler.deploy.toml': '[placement]\nregion = "moon:1"\n' },
    });
    await run();
    expect(cloudflare.calls[0]).toBe('r2 bucket create cointape');
  });
});

describe('the database', () => {
  const url = (host: string) => ({ DATABASE_URL: `postgres://user:word@${host}/tape` });

  test('with its direct URL leads to a hint at the pooled one', async () => {
    const { output } = await deployment({ environment: url('ep-cool-1234.us-east-1.aws.neon.tech') }).run(
      '--dry-run',
    );
    expect(output).toMatch(
      /^note {4}DATABASE_URL is the direct URL: .* ep-cool-1234-pooler\.us-east-1\.aws\.neon\.tech$/m,
    );
    expect((await deployment().run('--dry-run')).output).not.toContain('direct URL');
  });

  test('far from the Worker leads to a hint at the placement', async () => {
    const environment = url('ep-cool-1234-pooler.c-2.eu-central-1.aws.neon.tech');
    const { output } = await deployment({ environment }).run('--dry-run');
    expect(output).toContain('Put into wrangler.deploy.toml: [placement] with region = "aws:eu-central-1".');
  });

  test('leads to one hint at the size of its compute', async () => {
    expect((await deployment().run('--dry-run')).output).toContain('to a fixed 0.25 CU');
    expect((await deployment({ database: { is_new: false } }).run('--dry-run')).output).not.toContain(
      '0.25 CU',
    );
  });

  test('outside Neon leads to no hint about Neon', async () => {
    const { output } = await deployment({ environment: url('db.example.com') }).run('--dry-run');
    expect(output).not.toMatch(/CU|pooled|placed in/);
  });

  test('is bound to the bucket', async () => {
    const { run, prepared } = deployment();
    await run();
    expect(prepared).toEqual([[expect.stringContaining('neon.tech/tape'), 'r2:a1/cointape']]);
  });
});

describe('reads', () => {
  test('need a token by default, and without one nothing is deployed', async () => {
    const { run, cloudflare } = deployment({ environment: { READ_TOKEN: '' } });
    const { code, output } = await run();
    expect(output).toContain('FAILED  READ_ACCESS is token and READ_TOKEN is not set, so nobody could read:');
    expect(output).toContain('put READ_ACCESS = "public" under [vars] into wrangler.deploy.toml.');
    expect([code, cloudflare.calls]).toEqual([1, []]);
  });

  test('open to everybody show the terms of each plan', async () => {
    const { lines } = await deployment({ files: PUBLIC }).run('--dry-run');
    const terms = lines('note    ').filter((line) => /terms of/i.test(line));
    expect(terms).toEqual([
      'note    READ_ACCESS is public, but the terms of CoinPaprika without a key do not say whether redistribution is allowed: https://coinpaprika.com/api-terms-of-use/',
      'note    The terms of CoinPaprika without a key do not allow commercial use: https://coinpaprika.com/api-terms-of-use/',
      'note    READ_ACCESS is public, but the terms of CoinGecko without a key forbid redistribution: https://www.coingecko.com/en/api_terms',
    ]);
  });

  test('with a token show the terms that still apply, by the plan of the key', async () => {
    const environment = { COINPAPRIKA_API_KEY: 'paid', COINGECKO_API_KEY: 'demo' };
    expect((await deployment({ environment }).run('--dry-run')).output).not.toMatch(/terms of/i);
    expect((await deployment().run('--dry-run')).output).toContain('do not allow commercial use');
  });

  test('with a named token that is easy to guess are refused', async () => {
    const { output } = await deployment({ environment: { READ_TOKEN: 'application-one=short' } }).run();
    expect(output).toContain('FAILED  READ_TOKEN is shorter than 16 characters.');
  });

  test('use the secret of a named token for the first rows', async () => {
    const { run, asked } = deployment();
    await run();
    expect(asked.find(({ path }) => path === '/runs/1')?.token).toBe('Bearer read-token-0123456789');
  });
});

describe('a key of CoinGecko', () => {
  test('is requested, because keyless calls from Workers share addresses', async () => {
    const { output } = await deployment().run('--dry-run');
    expect(output).toMatch(
      /^note {4}COINGECKO_API_KEY is not set: CoinGecko limits calls without a key by address/m,
    );
    expect(output).not.toContain('COINPAPRIKA_API_KEY is not set');
  });

  test.each([
    ['in the environment', { environment: { COINGECKO_API_KEY: 'demo-key' } }],
    ['at the Worker', { account: { secrets: { COINGECKO_API_KEY: 'demo-key' } } }],
    ['of a source that is off', { files: { 'wrangler.deploy.toml': '[vars]\nSOURCES = "coinpaprika"\n' } }],
  ])('is not requested if there is one %s', async (_, given) => {
    expect((await deployment(given).run('--dry-run')).output).not.toContain('COINGECKO_API_KEY is not set');
  });
});

describe('after the first polls', () => {
  test('one source without rows is a warning', async () => {
    const { code, output } = await deployment({ fails: ['coingecko'] }).run();
    expect(output).toContain('ingest  coingecko  failed');
    expect(output).toContain('warning coingecko has no rows yet: Check the key.');
    expect(code).toBe(0);
  });

  test('no source with rows is a failure', async () => {
    const { code, output } = await deployment({ fails: ['coingecko', 'coinpaprika'] }).run();
    expect(output).toContain(
      'error: Deployed, but without rows. coinpaprika has no rows yet: Check the key. coingecko has no rows yet: Check ' +
        'the key. See https://cointape.acme.workers.dev/health',
    );
    expect(code).toBe(1);
  });
});
