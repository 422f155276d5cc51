import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { launch, visit } from './chromium.ts';

// The sandbox has coins whose names are markup and formulas, because anybody who lists a coin can choose them.

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('the name of a coin is text wherever it appears', async () => {
  const { page, faults } = await visit(browser, inject('cointapeUrl'));
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    return dialog.dismiss();
  });
  const own = await page.locator('script').count();
  const assets = await page.evaluate(async () => (await fetch('/assets?symbol=HTML')).json());
  const { asset, name } = assets.data[0] as { asset: string; name: string };
  expect(name).toBe('<script>alert("coin")</script>');
  await page.goto(`${inject('cointapeUrl')}/?asset=${asset}`);
  await page.locator(`#coin[data-shown="${asset}"]`).waitFor();
  await page.getByText(name, { exact: false }).first().waitFor();
  expect(await page.locator('script').count()).toBe(own);
  expect([dialogs, faults]).toEqual([[], []]);
  await page.context().close();
});
