import { expect, inject, test } from 'vitest';
import { launch, violations, visit } from './chromium.ts';

const url = inject('cointapeUrl');
// Faults in their structure, not in our use of them.
const OF_SWAGGER_UI = ['nested-interactive', 'scrollable-region-focusable', 'heading-order', 'region'];
const OF_REDOC = ['heading-order'];

test('the docs run real examples, from their own files and without an error', async () => {
  const browser = await launch();
  try {
    const { page, faults } = await visit(browser, `${url}/docs`);
    await page.locator('html[data-examples=found]').waitFor();
    const proof = page.locator('.opblock').filter({ hasText: '/observations/{id}/proof' });
    await proof.locator('.opblock-summary-control').click();
    await proof.getByRole('button', { name: 'Execute' }).click();
    await proof.locator('.live-responses-table .response-col_status').getByText('200').waitFor();
    expect(await proof.locator('.live-responses-table').textContent()).toContain('"matches": true');
    expect(await violations(page, 'body', OF_SWAGGER_UI)).toEqual([]);
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
  }
});

const SCHEMES = [
  ['dark', 'rgb(20, 24, 27)'],
  ['light', 'rgb(255, 255, 255)'],
] as const;

test.each(SCHEMES)(
  'the reference draws every route %s, and sends no request to another origin',
  async (colorScheme, back) => {
    const browser = await launch();
    try {
      const { page, faults } = await visit(browser, `${url}/docs/reference`, { colorScheme });
      await page.locator('html[data-reference=drawn]').waitFor();
      await page
        .getByRole('heading', { name: 'The last price of each asset at or before an instant' })
        .waitFor();
      expect(await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor)).toBe(
        back,
      );
      // Axe would take a minute for all routes, which look the same.
      expect(await violations(page, '.docs-header')).toEqual([]);
      expect(await violations(page, '[data-section-id="operation/getPrices"]', OF_REDOC)).toEqual([]);
      // Redoc's remark on a nullable reference.
      expect(faults.filter((fault) => !fault.includes('Incompatible types in allOf'))).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

test('a new user finds the tasks from the docs, opens one and returns to the dashboard', async () => {
  const browser = await launch();
  try {
    const { page, faults } = await visit(browser, `${url}/docs/start`);
    await page.locator('.docs-header').getByRole('link', { name: 'Ten tasks' }).click();
    await page.getByRole('heading', { name: 'What does a coin cost now?' }).waitFor();
    expect(await violations(page, 'body')).toEqual([]);
    await page.getByRole('link', { name: 'Open it here' }).first().click();
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/prices?asset=btc-bitcoin');
    await page.goBack();
    await page.getByRole('link', { name: '← Dashboard' }).click();
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
  }
});
