import { expect, inject, test } from 'vitest';
import { launch, violations, visit } from './chromium.ts';

const url = inject('cointapeUrl');
// How it is built, not how we use it.
const OF_SWAGGER_UI = ['nested-interactive', 'scrollable-region-focusable', 'heading-order', 'region'];

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
