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
  at = await visit(browser, url);
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
  await other.goto(url);
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
  await page.getByText('1 row would be stored, 0 known before, 1 refused.').waitFor();
  const shown = await page.locator('#upload-job .preview tbody tr').allTextContents();
  expect(shown).toHaveLength(2);
  expect(shown[0]).toContain(`2 HOSTILE,"${NAME.replaceAll('"', '""')}",1.2300,2025-01-01T00:00:00Z`);
  expect(shown[1]).toContain('refused');
  expect(await page.locator('#upload-job .columns tbody tr').allTextContents()).toHaveLength(4);
  expect(await page.locator('#upload-job .rejects tbody tr').textContent()).toContain(
    'price_usd is not a number: “abc”.',
  );
  expect(await violations(page, '#uploads')).toEqual([]);
  await page.getByRole('button', { name: 'Store these rows' }).click();
  await page.getByText('1 row stored, 0 known before, 1 refused.').waitFor();

  await page.keyboard.press('Escape');
  const search = page.getByRole('combobox', { name: 'Find a coin' });
  await search.fill('hostile');
  await page.getByRole('option').filter({ hasText: NAME }).click();
  await page.locator('.who').getByText(NAME).waitFor();
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  expect(at.faults).toEqual([]);
});

test('a file that cannot be read says why', async () => {
  const { page } = at;
  await unlock('dev');
  await page.locator('#upload-file').setInputFiles({
    name: 'other.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('colour,taste\nred,sweet\n'),
  });
  await page.getByText('Nothing of it can be used.').waitFor();
  await page.locator('#upload-file').setInputFiles({
    name: 'other.zip',
    mimeType: 'application/zip',
    buffer: Buffer.from('PK'),
  });
  await page.getByText('Only CSV is read: unpack the archive (unzip -p FILE.zip > FILE.csv).').waitFor();
});
