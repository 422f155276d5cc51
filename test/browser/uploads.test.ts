import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { launch, type Visit, violations, visit } from './chromium.ts';

const url = inject('cointapeUrl');
const NAME = '<img src=x onerror="window.ran=1">';
const CSV = [
  'symbol,name,price_usd,created_at',
  `HOSTILE,"${NAME.replaceAll('"', '""')}",1.2300,2025-01-01T00:00:00Z`,
  'HOSTILE,other,abc,2025-01-02T00:00:00Z',
  '',
].join('\n');

let browser: Browser;
let at: Visit;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
beforeEach(async () => {
  at = await visit(browser, `${url}/ops`);
});
afterEach(() => at.page.context().close());

async function unlock(token: string) {
  await at.page.getByLabel('Upload token').fill(token);
  await at.page.getByRole('button', { name: 'Unlock' }).click();
}

test('the token is checked, and kept in this tab only', async () => {
  const { page } = at;
  await unlock('wrong');
  await page.getByText('That token is not the right one.').waitFor();
  await unlock('dev');
  await page.getByRole('button', { name: 'sample.csv' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'sample.csv' }).waitFor();
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('dev');
  const other = await page.context().newPage();
  await other.goto(`${url}/ops`);
  await other.getByLabel('Upload token').waitFor();
});

test('a dropped file is previewed, then stored, and a hostile name is only text', async () => {
  const { page } = at;
  await unlock('dev');
  await page.locator('.drop').waitFor();
  const files = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], 'mine.csv', { type: 'text/csv' }));
    return transfer;
  }, CSV);
  await page.dispatchEvent('.drop', 'drop', { dataTransfer: files });
  await page.getByText('1 row would be stored, 0 already known, 1 rejected.').waitFor();
  const shown = await page.locator('#upload-job .preview tbody tr').allTextContents();
  expect(shown).toHaveLength(2);
  expect(shown[0]).toContain(`2 HOSTILE,"${NAME.replaceAll('"', '""')}",1.2300,2025-01-01T00:00:00Z`);
  expect(shown[1]).toContain('rejected');
  expect(await page.locator('#upload-job .columns tbody tr').allTextContents()).toHaveLength(4);
  expect(await page.locator('#upload-job .rejects tbody tr').textContent()).toContain(
    'price_usd is not a number: “abc”.',
  );
  expect(await violations(page, '#files')).toEqual([]);
  await page.getByRole('button', { name: 'Store these rows' }).click();
  await page.getByText('1 row stored, 0 already known, 1 rejected.').waitFor();

  await page.keyboard.press('Escape');
  const search = page.getByRole('combobox', { name: 'Find a coin' });
  await search.fill('hostile');
  await page.getByRole('option').filter({ hasText: NAME }).click();
  await page.waitForURL(/\/\?asset=/);
  await page.locator('.who').getByText(NAME).waitFor();
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  expect(at.faults).toEqual([]);
});

test('an unreadable file explains the fault', async () => {
  const { page } = at;
  await unlock('dev');
  await page.locator('#upload-file').setInputFiles({
    name: 'other.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('colour,taste\nred,sweet\n'),
  });
  await page.getByText('This file cannot be used.').waitFor();
  await page.getByText('Correct the reading').waitFor();
  await page.locator('#upload-file').setInputFiles({
    name: 'other.zip',
    mimeType: 'application/zip',
    buffer: Buffer.from('PK'),
  });
  await page.getByText('Only CSV is read: unpack the archive (unzip -p FILE.zip > FILE.csv).').waitFor();
});

test('columns are corrected by choosing roles; a stored file is read again, and withdrawn', async () => {
  const { page } = at;
  await unlock('dev');
  await page.locator('#upload-file').setInputFiles({
    name: 'days.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      'when,first,last\n2024-01-01T00:00:00Z,41000.5,42000.25\n2024-01-02T00:00:00Z,42000.25,43000\n',
    ),
  });
  await page.getByText('This file cannot be used.').waitFor();
  const settings = page.locator('#upload-job .settings');
  await settings.getByLabel('Coin, by its id').fill('ltc-litecoin');
  await settings.getByLabel('Prices are in (usd, usdt)').fill('usd');
  const columns = settings.locator('.columns select');
  for (const [index, role] of ['instant', 'ignore', 'price'].entries())
    await columns.nth(index).selectOption(role);
  await settings.getByRole('button', { name: 'Show what it would store now' }).click();
  await page.getByText('2 rows would be stored, 0 already known, 0 rejected.').waitFor();
  await page.getByRole('button', { name: 'Store these rows' }).click();
  await page.getByText('2 rows stored, 0 already known, 0 rejected.').waitFor();

  const stored = page.locator('#upload-list tr').filter({ hasText: 'succeeded' });
  await stored.getByRole('button', { name: 'days.csv' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'days.csv' });
  await dialog.getByText('Correct the reading').click();
  await dialog.locator('.columns select').nth(1).selectOption('price');
  await dialog.locator('.columns select').nth(2).selectOption('ignore');
  await dialog.getByRole('button', { name: 'Withdraw its rows and read it again' }).click();
  await dialog.getByText('41,000.5').first().waitFor();
  expect(await violations(page, '#dialog')).toEqual([]);
  await dialog.getByLabel('Why its rows are wrong').fill('A test.');
  await dialog.getByRole('button', { name: 'Withdraw its rows', exact: true }).click();
  await dialog.getByText('withdrawn', { exact: true }).waitFor();
}, 180_000);
