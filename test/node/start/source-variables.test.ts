import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { afterAll, expect, test } from 'vitest';
import { SECRETS } from '../../../scripts/deploy/configuration.ts';
import { HELP } from '../../../scripts/deploy/flags.ts';
import type { Flags } from '../../../scripts/start/flags.ts';
import { chooseMode } from '../../../scripts/start/mode.ts';
import { openUpstreams } from '../../../scripts/start/upstreams.ts';
import { PASSED_ON } from '../../../scripts/start/worker-variables.ts';
import { keyedPlans, POLLED_BY_DEFAULT, POLLED_SOURCES } from '../../../src/sources/registry.ts';

const variables = POLLED_SOURCES.flatMap((source) => source.variables);
const names = variables.map(({ name }) => name);

test('npm start passes on every variable of every source, and deploy accepts every key', () => {
  expect(PASSED_ON).toEqual(expect.arrayContaining(['SOURCES', ...names]));
  const keys = variables.filter(({ is_secret }) => is_secret).map(({ name }) => name);
  expect(keys).toEqual(names.filter((name) => name.endsWith('_API_KEY')));
  expect(SECRETS).toEqual(expect.arrayContaining(keys));
  for (const key of keys) expect(HELP).toContain(key);
});

test('.dev.vars.example shows the variables of the default sources, with their defaults', () => {
  const shown = Object.fromEntries(
    [...readFileSync('.dev.vars.example', 'utf8').matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(
      ([, name = '', value]) => [name, value],
    ),
  );
  expect(shown).toMatchObject({ SOURCES: POLLED_BY_DEFAULT.join(',') });
  for (const source of POLLED_SOURCES.filter((one) => one.is_polled_by_default)) {
    const defaults = {
      base_url: source.plans.keyless.base_url,
      api_key: '',
      plan: keyedPlans(source)[0],
      pages: String(source.pages?.default),
      calls_per_month: '',
    };
    for (const { name, field } of source.variables)
      expect([name, shown[name]]).toEqual([name, defaults[field]]);
  }
  const ofSources = Object.keys(shown).filter((name) =>
    /_(BASE_URL|API_KEY|PLAN|PAGES|CALLS_PER_MONTH)$/.test(name),
  );
  expect(ofSources.filter((name) => !names.includes(name))).toEqual([]);
});

test('wrangler.toml leaves sources to their plans', () => {
  const { vars } = parse(readFileSync('wrangler.toml', 'utf8')) as { vars: Record<string, string> };
  expect(Object.keys(vars).filter((name) => names.includes(name))).toEqual([]);
});

const stop = new AbortController();
afterAll(() => stop.abort());
const flags = (mode: Flags['mode']): Flags => ({
  port: 0,
  host: '127.0.0.1',
  data_dir: '.data',
  database_url: undefined,
  mode,
  ingest: false,
  verbose: false,
});

test('live upstreams are the sources in SOURCES, at the root of their plan', async () => {
  const printed: string[] = [];
  const open = (given: Record<string, string>) =>
    openUpstreams(flags('live'), given, (line) => void printed.push(line), stop.signal);
  expect(await open({})).toMatchObject({ mode: 'live', variables: {} });
  await open({ SOURCES: 'coingecko', COINGECKO_API_KEY: 'k', COINGECKO_PLAN: 'pro' });
  await open({ COINPAPRIKA_BASE_URL: 'https://mirror.test', SOURCES: 'coinpaprika' });
  expect(printed).toEqual([
    'upstreams  live: https://api.coinpaprika.com/v1 and https://api.coingecko.com/api/v3',
    'upstreams  live: https://pro-api.coingecko.com/api/v3',
    'upstreams  live: https://mirror.test',
  ]);
});

test('in the sandbox every source has a path with its name', async () => {
  const sandbox = await openUpstreams(flags('sandbox'), {}, () => {}, stop.signal);
  const roots = POLLED_SOURCES.map(({ id }) => [
    `${id.toUpperCase()}_BASE_URL`,
    expect.stringMatching(`/${id}$`),
  ]);
  expect(sandbox).toMatchObject({ mode: 'sandbox', variables: Object.fromEntries(roots) });
  await sandbox.close();
});

test('no answer from any upstream means the sandbox, with a message', async () => {
  const roots = ['http://127.0.0.1:1/a', 'http://127.0.0.1:2/b'];
  expect(await chooseMode(undefined, { roots, configured: false }, stop.signal)).toEqual({
    mode: 'sandbox',
    reason: 'none of 127.0.0.1:1, 127.0.0.1:2 can be reached',
  });
});
