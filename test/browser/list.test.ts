import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { launch, type Visit, violations, visit } from './chromium.ts';

const url = inject('cointapeUrl');
const WITHIN = { timeout: 45_000 };
const json = async (path: string) => (await fetch(url + path)).json();
interface Row {
  asset: string;
  percent_change_7d: string | null;
}

let browser: Browser;
let at: Visit;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
beforeEach(async () => {
  at = await visit(browser, url);
  await at.page.locator('.coins tbody tr').first().waitFor();
});
afterEach(async () => {
  await at.page.context().close();
  expect(at.faults).toEqual([]);
});

const coins = () =>
  at.page.locator('.coins tbody tr').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row')));
const search = () => new URL(at.page.url()).search;
const sortBy = (name: string) => at.page.locator('.coins thead').getByRole('button', { name }).click();

test('shows a hundred coins by rank, in columns that keep their order', async () => {
  const { page } = at;
  expect(await coins()).toHaveLength(100);
  expect(await page.locator('.coins thead th').allTextContents()).toEqual([
    '#',
    'Coin',
    'Price, USD',
    '1 h',
    '24 h',
    '7 d',
    'Market cap',
    'Volume 24 h',
    'Spread, bp',
    'Last 7 days',
    'Status',
  ]);
  expect((await coins())[0]).toBe('btc-bitcoin');
  expect(await page.locator('.coins th[aria-sort]').textContent()).toBe('#');
});

test('sorts by every key of the service, in both directions, and Back undoes it', async () => {
  await sortBy('Volume 24 h');
  expect(search()).toBe('?sort=volume_24h_usd');
  const there = async (order: string) =>
    (await json(`/assets?sort=volume_24h_usd&order=${order}&limit=1`)).data[0].asset;
  await expect.poll(async () => (await coins())[0] === (await there('desc')), WITHIN).toBe(true);
  await sortBy('Volume 24 h');
  expect(search()).toBe('?sort=volume_24h_usd&order=asc');
  await expect.poll(async () => (await coins())[0] === (await there('asc')), WITHIN).toBe(true);
  await at.page.goBack();
  await at.page.goBack();
  await expect.poll(async () => (await coins())[0], WITHIN).toBe('btc-bitcoin');
});

test('sorts all coins by the change of a week, those without one last', async () => {
  const { page } = at;
  await sortBy('7 d');
  await page.locator('.coins th[aria-sort=descending]').filter({ hasText: '7 d' }).waitFor();
  const first = async () => {
    const rows: Row[] = [];
    for (let offset = 0; ; offset += 1000) {
      const { data } = await json(`/assets?limit=1000&offset=${offset}&decimals=string`);
      rows.push(...data);
      if (data.length < 1000) break;
    }
    const known = rows.filter((row) => row.percent_change_7d !== null);
    const largest = Math.max(...known.map((row) => Number(row.percent_change_7d)));
    return known.filter((row) => Number(row.percent_change_7d) === largest).map(({ asset }) => asset);
  };
  await expect.poll(async () => (await first()).includes((await coins())[0] ?? ''), WITHIN).toBe(true);
});

test('sorts by name and by spread', async () => {
  await sortBy('Coin');
  const names = () => at.page.locator('.coins th[scope=row] .quiet').allTextContents();
  const isSorted = async () => {
    const lower = (await names()).map((name) => name.toLowerCase());
    return lower.every((name, index) => index === 0 || (lower[index - 1] ?? '') <= name);
  };
  await expect.poll(isSorted, WITHIN).toBe(true);
  await sortBy('Spread, bp');
  const widest = async () =>
    (await json('/divergence?limit=1&min_market_cap_usd=1000000')).data[0].asset === (await coins())[0];
  await expect.poll(widest, WITHIN).toBe(true);
  await at.page
    .getByText('Only coins with prices from at least two sources and a market cap of 1M USD')
    .waitFor();
  await sortBy('Spread, bp');
  expect(search()).toBe('?sort=spread&order=asc');
  const smallest = async () =>
    (await json('/divergence?limit=1&order=asc&min_market_cap_usd=1000000')).data[0].asset ===
    (await coins())[0];
  await expect.poll(smallest, WITHIN).toBe(true);
});

test('filters a list by spread too, small coins included', async () => {
  await at.page.goto(`${url}/?sort=spread&q=bit#coins`);
  const found = async () => {
    const { data } = await json('/divergence?q=bit&limit=100');
    return data.map(({ asset }: Row) => asset).toSorted();
  };
  expect(await found()).toContain('btc-bitcoin');
  await expect.poll(async () => (await coins()).toSorted(), WITHIN).toEqual(await found());
});

test('the headings stay in view while the list scrolls', async () => {
  const { page } = at;
  await page.locator('.coins tbody tr').nth(60).scrollIntoViewIfNeeded();
  const below = async () => {
    const [heading, bar] = [page.locator('.coins thead th').first(), page.locator('header.bar')];
    const [{ y = 0 } = {}, { height = 0 } = {}] = [
      (await heading.boundingBox()) ?? {},
      (await bar.boundingBox()) ?? {},
    ];
    return Math.abs(y - height) <= 2;
  };
  await expect.poll(below, WITHIN).toBe(true);
});

test('a phone sorts by a menu', async () => {
  const { page, faults } = await visit(browser, `${url}/#coins`, { viewport: { width: 390, height: 844 } });
  await page.locator('.coins tbody tr').first().waitFor();
  await page.getByLabel('Sort by').selectOption('Market cap');
  await expect.poll(() => new URL(page.url()).search).toBe('?sort=market_cap_usd');
  await page
    .locator('.coins th[aria-sort=descending]')
    .filter({ hasText: 'Market cap' })
    .waitFor({ state: 'attached' });
  expect(await violations(page, '#coins')).toEqual([]);
  expect(faults).toEqual([]);
  await page.context().close();
});

test('filters, pages and jumps; the address contains all of it', async () => {
  const { page } = at;
  await page.getByRole('searchbox', { name: 'Filter by symbol, name or id' }).fill('bitcoin');
  await expect.poll(search, WITHIN).toBe('?q=bitcoin');
  const { pagination } = await json('/assets?q=bitcoin&limit=1');
  await page.getByText(`1–${pagination.total} of ${pagination.total}`).waitFor();
  expect((await coins()).every((id) => id?.includes('bitcoin'))).toBe(true);
  await page.goto(`${url}/?page=2`);
  await page.getByText(/^101–200 of 2,\d{3}$/).waitFor();
  await page.getByRole('textbox', { name: 'Page' }).fill('5');
  await page.keyboard.press('Enter');
  await page.getByText(/^401–500 of/).waitFor();
  expect(search()).toBe('?page=5');
  await page.getByRole('button', { name: 'Previous' }).click();
  await page.getByText(/^301–400 of/).waitFor();
  await page.goBack();
  await page.getByText(/^401–500 of/).waitFor();
});

test('a row shows the spread, the week and the status, and opens its coin', async () => {
  const { page } = at;
  const row = page.locator('tr[data-row="eth-ethereum"]');
  await expect.poll(() => row.locator('td').nth(7).textContent(), WITHIN).toMatch(/^\d+\.\d+$/);
  await row.getByRole('img', { name: /^Last 7 days: (up|down|flat)$/ }).waitFor(WITHIN);
  expect(await row.locator('.state-cell').textContent()).toMatch(/^(on time|stale), \d+ (s|min) ago$/);
  await row.getByRole('link', { name: 'ETH Ethereum' }).click();
  await page.locator('#coin[data-shown="eth-ethereum"]').waitFor();
  expect(search()).toBe('?asset=eth-ethereum');
});
