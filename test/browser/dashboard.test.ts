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
  await at.page.locator('#coin[data-shown]').waitFor();
  await at.page.locator('.coins tbody tr').first().waitFor();
});
afterEach(async () => {
  await at.page.context().close();
  expect(at.faults).toEqual([]);
});

/** With its zeros, without commas. */
const digitsOf = (text: string) => text.replaceAll(',', '');

describe('at a glance', () => {
  test('says that the market is synthetic, and shows the state of each source in a line that opens', async () => {
    const { page } = at;
    await expect.poll(() => page.locator('#state').textContent(), WITHIN).toBe('operational');
    await expect
      .poll(() => page.locator('#sources-line .badge').allTextContents())
      .toEqual(['ok', 'ok', 'ok']);
    await page.getByText('Sandbox: a synthetic market. None of these prices is real.').waitFor();
    expect(await page.locator('.sources').count()).toBe(0);
    await page.locator('#sources summary').click();
    await expect
      .poll(() => page.locator('.sources tbody th').allTextContents())
      .toEqual(['CoinPaprika', 'CoinGecko', 'Files']);
    expect(await page.locator('#sources-line').isVisible()).toBe(false);
  });

  test('the coin comes before everything else, its sources always in the same order', async () => {
    const { page } = at;
    const top = (selector: string) =>
      page.locator(selector).evaluate((node) => node.getBoundingClientRect().top);
    expect(await top('#coin')).toBeLessThan(await top('#sources'));
    expect(await top('#sources')).toBeLessThan(await top('#coins'));
    const sources = () => page.locator('.readings tbody th').allTextContents();
    await expect.poll(sources, WITHIN).toEqual(['CoinPaprika', 'CoinGecko']);
    await page.reload();
    await expect.poll(sources, WITHIN).toEqual(['CoinPaprika', 'CoinGecko']);
  });
});

describe('figures', () => {
  test('a price is rounded to six digits; hover, focus and copy give every digit', async () => {
    const { page } = at;
    const price = page.locator('.headline .figure').first();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await vi.waitFor(async () => {
      const { data } = await json('/prices?asset=btc-bitcoin&decimals=string');
      const exact = data[0].price_usd;
      expect(await price.locator('.all').textContent()).toBe(exact);
      const seen = (await price.locator('.seen').textContent()) ?? '';
      expect(seen).toMatch(/^\d{2},\d{3}\.\d$/);
      expect(Math.abs(Number(digitsOf(seen)) - Number(exact))).toBeLessThanOrEqual(0.0501);
      await price.hover();
      expect(digitsOf((await page.locator('#tip').textContent()) ?? '')).toBe(exact);
      await page.mouse.move(0, 0);
      await price.focus();
      expect(await page.locator('#tip').evaluate((tip) => tip.matches(':popover-open'))).toBe(true);
      const copied = await page.evaluate(async () => {
        const heading = document.querySelector('.headline');
        if (heading) getSelection()?.selectAllChildren(heading);
        document.execCommand('copy');
        return navigator.clipboard.readText();
      });
      expect(copied.split(/\s/)[0]).toBe(exact);
    }, WITHIN);
  });

  test('counts the zeros of a tiny price', async () => {
    const { page } = at;
    const { data } = await json('/assets?limit=1000&decimals=string');
    const tiny = data.find(({ price_usd }: { price_usd: string | null }) =>
      /^0\.0{6,9}[1-9]/.test(price_usd ?? ''),
    );
    await page.goto(`${url}/?asset=${tiny.asset}`);
    await page.locator(`#coin[data-shown="${tiny.asset}"]`).waitFor();
    expect(await page.locator('.headline .seen').first().textContent()).toMatch(/^0\.0[₆-₉]\d{1,6}$/);
  });

  test('times are UTC, or local after a click, as the address says', async () => {
    await at.page.context().close();
    at = await visit(browser, `${url}/?range=7d`, { timezoneId: 'Asia/Kathmandu' });
    const { page } = at;
    const newest = page.locator('#chart-legend time');
    await newest.waitFor(WITHIN);
    expect(await newest.locator('.seen').textContent()).toMatch(/^\d{4}-\d\d-\d\d \d\d:00:00$/);
    await page.getByRole('button', { name: 'Times in UTC. Show local time' }).click();
    await expect.poll(() => newest.locator('.seen').textContent(), WITHIN).toMatch(/ \d\d:45:00$/);
    expect(new URL(page.url()).search).toBe('?range=7d&times=local');
    await page.reload();
    await expect.poll(() => newest.locator('.seen').textContent(), WITHIN).toMatch(/ \d\d:45:00$/);
    expect(await newest.locator('.all').textContent()).toMatch(/:00:00Z$/);
    await page.goBack();
    await expect.poll(() => newest.locator('.seen').textContent(), WITHIN).toMatch(/ \d\d:00:00$/);
    const times = page.locator('#times');
    await page.goto(`${url}/?asset=eth-ethereum`);
    await expect.poll(() => times.textContent(), WITHIN).toBe('UTC');
    // The choice of this browser, in a visit that asks for nothing; links within the page keep it.
    await page.goto(`${url}/#coins`);
    await expect.poll(() => times.textContent(), WITHIN).toBe('Local');
    expect(page.url()).toBe(`${url}/?times=local#coins`);
    await page.locator('.coins a.coin').nth(2).waitFor();
    expect(await page.locator('.coins a.coin').nth(2).getAttribute('href')).toMatch(
      /\?asset=.*&times=local$/,
    );
  });
});

describe('finding a coin', () => {
  test('never guesses which of several coins a symbol means', async () => {
    const { page } = at;
    await page.keyboard.press('/');
    await page.keyboard.type('btc');
    await page.getByText('3 coins have the symbol BTC. Choose one.').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('3 coins have the symbol BTC. Choose one.').waitFor();
    await expect.poll(() => new URL(page.url()).search).toBe('');
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    await page.locator('#coin[data-shown="btc-bitcoin-tribute"]').waitFor();
    await expect.poll(() => new URL(page.url()).search).toBe('?asset=btc-bitcoin-tribute');
    expect(await page.title()).toMatch(/^BTC 0\.[\d₀-₉]+ · cointape$/);
    await page.goBack();
    await page.locator('#coin[data-shown="btc-bitcoin"]').waitFor();
  });

  test('looks up what was typed before the page was ready', async () => {
    const { page } = at;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/dashboard/search.js', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(url, { waitUntil: 'commit' });
    await page.getByRole('combobox', { name: 'Find a coin' }).fill('solana');
    release();
    await page.getByRole('option').filter({ hasText: 'sol-solana' }).waitFor();
  });

  test('opens the only coin of a name at once, and reports an unknown name', async () => {
    const { page } = at;
    const search = page.getByRole('combobox', { name: 'Find a coin' });
    await search.fill('ethereum');
    await search.press('Enter');
    await page.locator('#coin[data-shown="eth-ethereum"]').waitFor();
    await search.fill('no such coin');
    await page.getByText('No coin matches “no such coin”.').waitFor();
    await search.press('Escape');
    expect(await search.getAttribute('aria-expanded')).toBe('false');
  });
});

test('a price leads to its proof, which is in the address and which Back closes', async () => {
  const { page } = at;
  const price = page.locator('.headline .figure').first();
  const id = await price.getAttribute('data-proof');
  const { data } = await json(`/observations/${id}?decimals=string`);
  expect(await price.locator('.all').textContent()).toBe(data.price_usd);
  await price.click();
  const dialog = page.getByRole('dialog', { name: 'Proof' });
  await dialog.getByText('✓ Proven.').waitFor();
  expect(await dialog.getByText('✕').count()).toBe(1); // the sign of the closing button
  expect(await dialog.locator('pre').textContent()).toContain(data.price_usd);
  expect(new URL(page.url()).searchParams.get('proof')).toBe(id);
  await page.goBack();
  await dialog.waitFor({ state: 'hidden' });
  await page.goForward();
  await dialog.getByText('✓ Proven.').waitFor();
  await page.keyboard.press('Escape');
  expect(await price.evaluate((node) => node === document.activeElement)).toBe(true);
  await page.goto(`${url}/?proof=${id}`);
  await page.getByText('✓ Proven.').waitFor();
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

  test('fits a phone: the chart in the first screen, the coin on less than 2,000 pixels', async () => {
    const { page } = at;
    await page.setViewportSize({ width: 360, height: 740 });
    const size = () =>
      page.evaluate(() => {
        const { scrollWidth: width, scrollHeight: height } = document.documentElement;
        const chart = document.getElementById('chart')?.getBoundingClientRect().bottom ?? Infinity;
        return { width, isShort: height < 2000, isChartSeen: chart <= 740 };
      });
    await expect.poll(size, WITHIN).toEqual({ width: 360, isShort: true, isChartSeen: true });
    await page.getByRole('button', { name: 'Show all of this page' }).click();
    expect(await page.locator('.coins tbody tr:visible').count()).toBe(100);
    expect((await size()).width).toBe(360);
  });

  test('has no animation under reduced motion', async () => {
    await at.page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await at.page.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  test.each(['light', 'dark'] as const)('is accessible in %s', async (colorScheme) => {
    const { page } = at;
    await page.emulateMedia({ colorScheme });
    await page.locator('#chart canvas').first().waitFor(WITHIN);
    expect(await violations(page)).toEqual([]);
    await page.locator('.headline .figure').first().click();
    await page.getByText('✓ Proven.').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
