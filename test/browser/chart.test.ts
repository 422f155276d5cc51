import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { launch, type Visit, violations, visit } from './chromium.ts';

const url = inject('cointapeUrl');
const WITHIN = { timeout: 50_000 };
const json = async (path: string) => (await fetch(url + path)).json();

let browser: Browser;
let at: Visit;
beforeAll(async () => {
  browser = await launch();
  // The history of the largest coins follows the first ingestion.
  const days = async (asset: string) => (await json(`/candles?asset=${asset}&limit=1000`)).data.length;
  for (const asset of ['btc-bitcoin', 'eth-ethereum'])
    await vi.waitFor(async () => expect(await days(asset)).toBeGreaterThan(20), { timeout: 120_000 });
});
afterAll(() => browser.close());
afterEach(async () => {
  await at.page.context().close();
  expect(at.faults).toEqual([]);
});

async function open(query: string) {
  at = await visit(browser, `${url}/?${query}`);
  await at.page.locator('#chart canvas').first().waitFor(WITHIN);
  return at.page;
}
const search = () => new URL(at.page.url()).searchParams;

test('draws the consolidated candles, and names the source of each', async () => {
  const page = await open('asset=btc-bitcoin&range=30d');
  await page.getByText(/^(29|30|31) daily candles, /).waitFor(WITHIN);
  expect(await page.locator('#chart-series').inputValue()).toBe('consolidated');
  await page.getByText('Figures of the chart').click();
  const { data } = await json('/candles?asset=btc-bitcoin&order=desc&decimals=string&limit=2');
  const cells = page.locator('.points tbody tr').nth(1).locator('td .all');
  expect(await cells.allTextContents()).toEqual([data[1].open, data[1].high, data[1].low, data[1].close]);
  const box = await page.locator('#chart').boundingBox();
  if (box) await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect.poll(() => page.locator('#chart-legend').textContent()).toContain('CoinGecko bitcoin');
});

test('shows any series by choice; the span, form and scale are in the address', async () => {
  const page = await open('asset=btc-bitcoin');
  await page.locator('#chart-series').selectOption('csv:canonical:btc');
  await page.getByText('30 daily candles, 2024-06-01 to 2024-06-30 UTC.').waitFor(WITHIN);
  expect(search().get('series')).toBe('csv:canonical:btc');
  await page.getByRole('button', { name: 'Readings', exact: true }).click();
  await page.getByText('30 readings, 2024-06-01 00:00:00 to 2024-06-30 00:00:00 UTC.').waitFor(WITHIN);
  await page.getByText('Figures of the chart').click();
  const oldest = page.locator('.points tbody tr').last();
  expect(await oldest.locator('.seen').allTextContents()).toEqual(['2024-06-01 00:00:00', '68,211.4']);
  await oldest.getByRole('button').click();
  await page.getByRole('dialog').getByText('✓ Proven.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Log scale' }).click();
  await page.getByRole('button', { name: '1 y' }).click();
  expect([...search()]).toEqual([
    ['asset', 'btc-bitcoin'],
    ['series', 'csv:canonical:btc'],
    ['form', 'readings'],
    ['scale', 'log'],
    ['range', '1y'],
  ]);
  await page.goBack();
  await page.goBack();
  await expect
    .poll(() => page.getByRole('button', { name: 'Log scale' }).getAttribute('aria-pressed'))
    .toBe('false');
});

test('All combines the days of many years into weeks', async () => {
  const page = await open('asset=btc-bitcoin&range=all');
  // The sample begins on a Saturday; its week began on the Monday before.
  const [{ open_time }] = (await json('/candles?asset=btc-bitcoin&limit=1')).data;
  expect(open_time).toBe('2024-06-01T00:00:00Z');
  await page.setViewportSize({ width: 560, height: 800 });
  await page.reload();
  await page.getByText(/weekly candles, 2024-05-27 to /).waitFor(WITHIN);
  await page.getByText('Each bar joins the daily candles of its week.').waitFor();
});

test('compares coins in per cent, and removes one again', async () => {
  const page = await open('asset=btc-bitcoin&range=30d');
  await page.getByRole('combobox', { name: 'Compare with up to 3 coins' }).fill('ethereum');
  await page.getByRole('option').filter({ hasText: 'eth-ethereum' }).first().click();
  expect(search().get('compare')).toBe('eth-ethereum');
  const legend = page.locator('#chart-legend');
  await expect.poll(() => legend.textContent(), WITHIN).toMatch(/btc-bitcoin.*%.*eth-ethereum.*%/);
  expect(await violations(page, '#coin')).toEqual([]);
  await page.getByRole('button', { name: 'Stop comparing with eth-ethereum' }).click();
  expect(search().get('compare')).toBe(null);
  await expect.poll(() => legend.textContent(), WITHIN).not.toContain('eth-ethereum');
});

test('draws the known coins of a comparison, and names an unknown one', async () => {
  const page = await open('asset=btc-bitcoin&range=30d&compare=eth-ethereum,no-such-coin');
  await page.getByText('No coin has the id “no-such-coin”.').waitFor(WITHIN);
  await expect
    .poll(() => page.locator('#chart-legend').textContent(), WITHIN)
    .toMatch(/btc-bitcoin.*%.*eth-ethereum.*%/);
  expect(at.faults.splice(0)).toEqual([expect.stringContaining('status of 400')]);
});

test('the note below the chart has the change from the first bar to the last', async () => {
  const page = await open('asset=btc-bitcoin&series=csv:canonical:btc');
  await expect
    .poll(() => page.locator('#chart-note').textContent(), WITHIN)
    .toMatch(/^30 daily candles, 2024-06-01 to 2024-06-30 UTC\..* Change: [+−]\d+\.\d\d %/);
});

test('downloads the visible candles with every digit', async () => {
  const page = await open('asset=btc-bitcoin&series=csv:canonical:btc');
  await page.getByText('30 daily candles').waitFor(WITHIN);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download as CSV' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('cointape-btc-bitcoin.csv');
  const lines = readFileSync(await download.path(), 'utf8').split('\n');
  expect(lines).toHaveLength(32);
  expect(lines[1]).toMatch(/^btc-bitcoin,csv,canonical:btc,2024-06-01T00:00:00Z,68211\.40,/);
});

test('a young coin is a line of its readings', async () => {
  const { data } = await json('/assets?sort=rank&offset=40&limit=1');
  const page = await open(`asset=${data[0].asset}`);
  await page.getByText(/\d+ (readings?|hourly candles?), /).waitFor(WITHIN);
  expect(await page.locator('#chart').getAttribute('data-note')).toBe(null);
});
