import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { launch, type Visit, violations, visit } from './chromium.ts';

const url = inject('cointapeUrl');
const WITHIN = { timeout: 45_000 };
const json = async (path: string) => (await fetch(url + path)).json();

let browser: Browser;
let at: Visit;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
beforeEach(async () => {
  at = await visit(browser, `${url}/ops`);
  await at.page.locator('.runs tbody tr').first().waitFor(WITHIN);
});
afterEach(async () => {
  await at.page.context().close();
  expect(at.faults).toEqual([]);
});

test('shows sources, runs, files, mappings, drift and gaps, and the lake', async () => {
  const { page } = at;
  await expect
    .poll(() => page.getByRole('heading', { level: 2 }).allTextContents())
    .toEqual(['Operations', 'Sources', 'Runs', 'Files', 'Mappings to decide', 'Drift and gaps', 'Lake']);
  await expect
    .poll(() => page.locator('.sources tbody th').allTextContents())
    .toEqual(['CoinPaprika', 'CoinGecko', 'Files']);
  await page
    .getByText('No parts yet. With LAKE=on the service writes one for each day that is over.')
    .waitFor();
  expect(await page.title()).toBe('Operations · cointape');
});

test('a list shows its newest rows, and the others by a button', async () => {
  const { page } = at;
  const mappings = page.locator('#mappings');
  await mappings.getByText('The newest 10 of').waitFor(WITHIN);
  expect(await mappings.locator('details').count()).toBe(10);
  await mappings.getByRole('button', { name: 'Show more' }).click();
  await mappings.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' });
  expect(await mappings.locator('details').count()).toBe(21);
});

test('the link to the files, on any page, brings them into view', async () => {
  const { page } = at;
  await page.goto(url);
  await page.setViewportSize({ width: 1000, height: 400 });
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Files' }).click();
  await page.waitForURL(`${url}/ops#files`);
  const top = () => page.locator('#files').evaluate((panel) => panel.getBoundingClientRect().top);
  await page.locator('.runs tbody tr').first().waitFor(WITHIN);
  await expect.poll(top, WITHIN).toBeLessThan(200);
});

test('opens a run with its replies, by a click and by its address', async () => {
  const { page } = at;
  await page.locator('.runs [data-run]').first().click();
  const dialog = page.getByRole('dialog', { name: /^Run \d+$/ });
  await dialog.getByRole('heading', { name: 'Replies' }).waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await expect.poll(() => new URL(page.url()).search).toBe('');
  await page.goto(`${url}/ops?run=2`);
  await page.getByRole('dialog', { name: 'Run 2' }).getByText('coins/markets?page=1').waitFor();
});

test('can show only runs with problems', async () => {
  const { page } = at;
  await page.getByRole('button', { name: 'With problems' }).click();
  expect(new URL(page.url()).search).toBe('?runs=problems');
  const { data } = await json('/runs?status=failed,partial&limit=12');
  await expect.poll(() => page.locator('.runs tbody tr').count()).toBe(data.length);
});

test('shows drift and gaps', async () => {
  const { page } = at;
  const { data } = await json('/drift?limit=20');
  await expect
    .poll(() => page.locator('#integrity tbody th').allTextContents())
    .toEqual(data.map(({ field }: { field: string }) => field));
  await page.getByText('No gaps.').waitFor();
});

test('draws both series of a mapping over each other, and stores the decision of a person', async () => {
  const { page } = at;
  const first = page.locator('.mapping').first();
  await first.locator('summary').click();
  await first.locator('canvas').first().waitFor(WITHIN);
  await first.getByText('Under npm start the token is “dev”.').waitFor();
  await first.getByLabel('Operator token').fill('dev');
  await first.getByRole('button', { name: 'Unlock' }).click();
  await first.getByLabel('Your name').fill('ada@example.com');
  await first.getByLabel('Reason').fill('Two coins of one name.');
  expect(await violations(page, '#mappings')).toEqual([]);
  await first.getByRole('button', { name: 'It is another coin' }).click();
  await first
    .getByText('Decision stored. The next resolution applies it, in about a minute.')
    .waitFor(WITHIN);
});

test.each(['light', 'dark'] as const)('is accessible in %s', async (colorScheme) => {
  await at.page.emulateMedia({ colorScheme });
  expect(await violations(at.page)).toEqual([]);
});

test('fits a phone', async () => {
  await at.page.setViewportSize({ width: 360, height: 740 });
  await expect.poll(() => at.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});
