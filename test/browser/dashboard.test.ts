import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
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
  at = await visit(browser, url);
  await at.page.locator('#instrument[data-shown]').waitFor();
  await at.page.locator('.market tbody tr').first().waitFor();
});
afterEach(async () => {
  await at.page.context().close();
  expect(at.faults).toEqual([]);
});

describe('at a glance', () => {
  test('shows the state of each source and that the market is synthetic', async () => {
    const { page } = at;
    await expect.poll(() => page.locator('#state').textContent()).toBe('operational');
    await expect
      .poll(() => page.locator('.sources tbody th').allTextContents())
      .toEqual(['CoinPaprika', 'CoinGecko', 'Files']);
    await expect.poll(() => page.locator('.sources .badge').allTextContents()).toEqual(['ok', 'ok', 'ok']);
    await expect
      .poll(() => page.locator('#notices').textContent())
      .toContain('Sandbox: a synthetic market of our own. None of these coins or prices is real.');
  });

  test('shows the price of each source, truncated and never rounded, with the spread', async () => {
    const row = at.page.locator('tr[data-row="btc-bitcoin"]');
    const figure = row.locator('td[data-label="CoinGecko"] button');
    // A poll may come between the page and our own question.
    await vi.waitFor(async () => {
      await at.page.reload();
      const { data } = await json('/prices?asset=btc-bitcoin&decimals=string');
      expect((await figure.textContent())?.replaceAll(',', '')).toBe(data[0].price_usd);
      const hidden = (await figure.locator('.hidden').textContent()) ?? '';
      expect(data[0].price_usd.slice(0, -hidden.length)).toMatch(/^\d{5}\.\d{3}$/);
      expect(await row.locator('td[data-label="Spread, bp"]').textContent()).toBe(data[0].spread_bps);
    }, WITHIN);
  });

  test('switches to the widest spreads and pages through them', async () => {
    const { page } = at;
    const coins = () =>
      page.locator('tr[data-row]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row')));
    const first = await coins();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText(/^26–50 of/).waitFor();
    expect(await coins()).not.toContain(first[0]);
    await page.getByRole('button', { name: 'Widest spread' }).click();
    await page.getByText(/^1–25 of/).waitFor();
    const widest = async () =>
      (await json('/divergence?limit=1&min_market_cap_usd=1000000')).data[0].asset === (await coins())[0];
    await expect.poll(widest, WITHIN).toBe(true);
  });

  test('lists runs, and one with its replies', async () => {
    const { page } = at;
    await page.locator('.runs [data-run]').first().click();
    await page
      .getByRole('dialog', { name: /^Run \d+$/ })
      .getByRole('heading', { name: 'Replies' })
      .waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('');
    await page.goto(`${url}/?run=2`);
    await page.getByRole('dialog', { name: 'Run 2' }).getByText('coins/markets?page=1').waitFor();
  });

  test('can show only runs with problems', async () => {
    const { page } = at;
    await page.getByRole('button', { name: 'With problems' }).click();
    const { data } = await json('/runs?status=failed,partial&limit=12');
    await expect.poll(() => page.locator('.runs tbody tr').count()).toBe(data.length);
  });

  test('shows drift and gaps', async () => {
    const { page } = at;
    const { data } = await json('/drift?limit=20');
    const fields = page.locator('#integrity tbody th');
    await expect
      .poll(() => fields.allTextContents())
      .toEqual(data.map(({ field }: { field: string }) => field));
    await page.getByText('No span without data.').waitFor();
  });
});

describe('finding a coin', () => {
  test('never guesses which of several coins a symbol means', async () => {
    const { page } = at;
    await page.keyboard.press('/');
    await page.keyboard.type('btc');
    await page.getByText('3 coins go by BTC. Choose one.').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('3 coins go by BTC. Choose one.').waitFor();
    await expect.poll(() => new URL(page.url()).search).toBe('');
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    await page.locator('#instrument[data-shown="btc-bitcoin-tribute"]').waitFor();
    await expect.poll(() => new URL(page.url()).search).toBe('?asset=btc-bitcoin-tribute');
    expect(await page.title()).toMatch(/^BTC 0\.\d+ · cointape$/);
    await page.goBack();
    await page.locator('#instrument[data-shown="btc-bitcoin"]').waitFor();
  });

  test('opens the only coin of a name at once, and says when there is none', async () => {
    const { page } = at;
    const search = page.getByRole('combobox', { name: 'Find a coin' });
    await search.fill('ethereum');
    await search.press('Enter');
    await page.locator('#instrument[data-shown="eth-ethereum"]').waitFor();
    await search.fill('no such coin');
    await page.getByText('No coin goes by “no such coin”.').waitFor();
    await search.press('Escape');
    expect(await search.getAttribute('aria-expanded')).toBe('false');
  });
});

describe('one coin', () => {
  test('shows its newest price with every digit, and the proof of it', async () => {
    const { page } = at;
    const price = page.locator('.headline .figure').first();
    const id = await price.getAttribute('data-proof');
    const { data } = await json(`/observations/${id}?decimals=string`);
    expect((await price.textContent())?.replaceAll(',', '')).toBe(data.price_usd);
    await price.click();
    const dialog = page.getByRole('dialog', { name: 'Proof' });
    await dialog.getByText('✓ Proven.').waitFor();
    expect(await dialog.getByText('✕').count()).toBe(1); // the sign of the closing button
    expect(await dialog.locator('pre').textContent()).toContain(data.price_usd);
    await expect.poll(() => new URL(page.url()).searchParams.get('proof')).toBe(id);
    await page.keyboard.press('Escape');
    expect(await price.evaluate((node) => node === document.activeElement)).toBe(true);
    await page.goto(`${url}/?proof=${id}`);
    await page.getByText('✓ Proven.').waitFor();
  });

  test('draws the history of each source, with its figures as a table', async () => {
    const { page } = at;
    await page.getByRole('button', { name: 'Files', exact: true }).click();
    await page.getByRole('button', { name: 'Readings', exact: true }).click();
    await page.getByText('30 readings, 2024-06-01 00:00:00 to 2024-06-30 00:00:00 UTC.').waitFor();
    expect(await page.locator('#chart canvas').count()).toBeGreaterThan(0);
    await page.getByText('Figures of the chart').click();
    const oldest = page.locator('.points tbody tr').last();
    expect(await oldest.textContent()).toBe('2024-06-01 00:00:0068,211.40');
    await oldest.getByRole('button').click();
    await page.getByRole('dialog').getByText('✓ Proven.').waitFor();
  });
});

test('draws candles of the history that was fetched at the first start', async () => {
  const { page } = at;
  const candles = '/candles?asset=btc-bitcoin&source=coingecko&interval=1d&limit=1000';
  await expect.poll(async () => (await json(candles)).data.length, { timeout: 50_000 }).toBeGreaterThan(20);
  await page.reload();
  await page.getByText(/^\d\d 1d candles, /).waitFor();
  await page.getByText('Figures of the chart').click();
  const { data } = await json(`${candles}&decimals=string&order=desc`);
  const [, open, high, low, close] = await page
    .locator('.points tbody tr')
    .nth(1)
    .locator('> *')
    .allTextContents();
  const shown = [open, high, low, close].map((text) => text?.replaceAll(',', ''));
  expect(shown).toEqual([data[1].open, data[1].high, data[1].low, data[1].close]);
});

describe('accessibility', () => {
  test('follows the theme of the system until one is chosen', async () => {
    const { page } = at;
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await background()).toBe('rgb(243, 244, 242)');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await background()).toBe('rgb(13, 16, 18)');
    await page.getByRole('button', { name: 'Light theme' }).click();
    await page.reload();
    expect(await background()).toBe('rgb(243, 244, 242)');
  });

  test('fits a phone', async () => {
    const { page } = at;
    await page.setViewportSize({ width: 360, height: 740 });
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    await expect.poll(width).toBe(360);
  });

  test('has no animation under reduced motion', async () => {
    await at.page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await at.page.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  test.each(['light', 'dark'] as const)('is accessible in %s', async (colorScheme) => {
    const { page } = at;
    await page.emulateMedia({ colorScheme });
    expect(await violations(page)).toEqual([]);
    await page.locator('.headline .figure').first().click();
    await page.getByText('✓ Proven.').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
