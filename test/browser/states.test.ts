import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { launch, violations, visit } from './chromium.ts';
import { type Cointape, startCointape } from './cointape.ts';

const url = inject('cointapeUrl');

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('an unknown id shows similar ids', async () => {
  const { page } = await visit(browser, `${url}/?asset=bitcoin`);
  await page.getByText('No coin has the id “bitcoin”.').waitFor();
  await page.getByRole('link', { name: 'btc-bitcoin', exact: true }).click();
  await page.locator('#coin[data-shown="btc-bitcoin"]').waitFor();
  await page.context().close();
});

test('an unknown coin and an unknown proof offer ways on', async () => {
  const { page } = await visit(browser, `${url}/?asset=nope-nope`);
  await page.getByText('No coin has the id “nope-nope”.').waitFor();
  await page.locator('#coin').getByRole('button', { name: 'Search for “nope-nope”' }).click();
  expect(await page.locator('#search').evaluate((node) => node === document.activeElement)).toBe(true);
  await page.getByText('No coin matches “nope-nope”.').waitFor();
  await page.goto(`${url}/?proof=coinpaprika_btc-bitcoin_spot_1_1`);
  await page.getByText('No number has the id “coinpaprika_btc-bitcoin_spot_1_1”.').waitFor();
  await page.getByRole('link', { name: 'look for its coin' }).click();
  await page.waitForURL(/\?q=btc-bitcoin#coins$/);
  await page.locator('tr[data-row="btc-bitcoin"]').waitFor();
  await page.context().close();
});

test('an unreachable service is reported, and known values stay', async () => {
  const { page } = await visit(browser, url);
  await page.locator('.coins tbody tr').first().waitFor();
  await page.locator('#sources-line .badge').first().waitFor();
  await page.context().setOffline(true);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page
    .getByText(/The service cannot be reached\. This page shows its answers of \d\d:\d\d:\d\d UTC\./)
    .waitFor();
  expect(await page.locator('.coins tbody tr').count()).toBe(100);
  await page.context().setOffline(false);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.getByText('This page shows its answers of').waitFor({ state: 'detached' });
  await page.context().close();
});

test('a failing source takes one line with its first fault, and leads to the run', async () => {
  const { page } = await visit(browser, url);
  const health = await (await fetch(`${url}/health`)).json();
  const fault = 'the connection failed or was cut.';
  const message = `Run 83 failed at 2026-11-30T10:01:22.814749Z: tickers: ${fault} | global: ${fault} | list: ${fault} See /runs/83.`;
  const sources = health.sources.map((one: { source: string }) =>
    one.source === 'coinpaprika' ? { ...one, status: 'degraded', stale: false, message } : one,
  );
  await page.route('**/health', (route) => route.fulfill({ json: { ...health, sources } }));
  await page.reload();
  const notice = page.locator('#notices').getByText('CoinPaprika is degraded.');
  await notice.waitFor();
  expect(await notice.textContent()).toBe(
    `CoinPaprika is degraded. Run 83 failed at 2026-11-30 10:01:22 UTC: tickers: ${fault} 2 more faults. Run 83`,
  );
  expect(await notice.getByRole('link').getAttribute('href')).toBe('/ops?run=83');
  await page.context().close();
});

test('a service without data explains how to get it', async () => {
  process.env.READ_ACCESS = 'token';
  const empty: Cointape = await startCointape('--no-ingest');
  try {
    const { page } = await visit(browser, empty.url);
    const token = page.getByLabel('Read token');
    await token.fill('wrong');
    await page.getByRole('button', { name: 'Show the data' }).click();
    await page.getByText('That token is not the right one.').waitFor();
    expect(await violations(page)).toEqual([]);
    await token.fill('dev');
    await page.getByRole('button', { name: 'Show the data' }).click();
    await page.getByText('No coins yet. The first run of a source adds them.').first().waitFor();
    await page.getByText('CoinGecko is degraded. Has never run.').waitFor();
    expect(await page.locator('#state').textContent()).toBe('degraded');
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('dev');
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  } finally {
    delete process.env.READ_ACCESS;
    await empty.stop();
  }
}, 180_000);
