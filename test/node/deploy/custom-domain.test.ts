import { expect, test } from 'vitest';
import { addressesIn } from '../../../scripts/deploy/addresses.ts';
import { deployment } from './deployment.ts';

const settings = (text: string) => ({ files: { 'wrangler.deploy.toml': text } });
const DOMAIN = 'routes = [{ pattern = "tape.example.com", custom_domain = true }]\n';

test('a custom domain alone gets the requests for the first polls', async () => {
  const { run, asked } = deployment(settings(`workers_dev = false\n${DOMAIN}`));
  const { code, output } = await run();
  expect(output).toContain('ok      address https://tape.example.com');
  expect(output).toContain('deployed https://tape.example.com');
  expect(new Set(asked.map(({ origin }) => origin))).toEqual(new Set(['https://tape.example.com']));
  expect(code).toBe(0);
});

test('beside workers.dev it is also named, and workers.dev, which needs no new certificate, gets the requests', async () => {
  const { run, asked } = deployment(settings(`workers_dev = true\n${DOMAIN}`));
  const { lines } = await run();
  expect(lines('deployed')).toEqual([
    'deployed https://cointape.acme.workers.dev',
    'deployed https://tape.example.com',
  ]);
  expect(asked[0]?.origin).toBe('https://cointape.acme.workers.dev');
});

test('a route of a zone is an address', async () => {
  const route =
    'workers_dev = false\nroutes = [{ pattern = "tape.example.com/*", zone_name = "example.com" }]\n';
  const { lines } = await deployment(settings(route)).run();
  expect(lines('deployed')).toEqual(['deployed https://tape.example.com']);
});

test('a deployment without any address is refused before anything is made', async () => {
  const { run, cloudflare } = deployment(settings('workers_dev = false\n'));
  const { code, output } = await run();
  expect(output).toContain(
    'FAILED  workers_dev is false and there is no route, so nothing could reach the Worker.',
  );
  expect([code, cloudflare.calls]).toEqual([1, []]);
});

test.each([
  ['https://cointape.acme.workers.dev', 'https://cointape.acme.workers.dev'],
  ['tape.example.com (custom domain)', 'https://tape.example.com'],
  ['tape.example.com (custom domain - zone id: 023e105f)', 'https://tape.example.com'],
  ['tape.example.com (custom domain - zone name: example.com)', 'https://tape.example.com'],
  ['tape.example.com (custom domain) [production: enabled, previews: disabled]', 'https://tape.example.com'],
  ['tape.example.com/* (zone id: 023e105f)', 'https://tape.example.com'],
  ['tape.example.com/*', 'https://tape.example.com'],
])('wrangler’s "%s" is %s', (target, address) => {
  expect(addressesIn([target])).toEqual([address]);
});

test.each([
  'tape.example.com (custom domain) [production: disabled]',
  '*.example.com/* (zone name: example.com)',
  'example.com/api/* (zone name: example.com)',
  '...and 2 more routes',
  'schedule: * * * * *',
  'Producer for cointape-ingest',
  'Consumer for cointape-ingest',
])('wrangler’s "%s" is not an address', (target) => {
  expect(addressesIn([target])).toEqual([]);
});
