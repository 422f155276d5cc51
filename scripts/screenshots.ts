// npm run screenshots: takes the pictures of the dashboard for the docs, in a sandbox that has run for a while.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launch } from '../test/browser/chromium.ts';
import { startCointape } from '../test/browser/cointape.ts';

const FOLDER = join(import.meta.dirname, '../docs/images');
const WIDE = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
/** The time to fetch the history of the largest coins, which follows the first ingestion. */
const HISTORY_MS_MAX = 180_000;
const CANDLES_LEAST = 20;
const QUALITY = 80;

interface Picture {
  name: string;
  path: string;
  options: BrowserContextOptions;
  /** The page is ready when these first actions have been done and their results are visible. */
  ready: (page: Page) => Promise<unknown>;
}

const LIGHT = { ...WIDE, colorScheme: 'light' } as const;
const drawn = (page: Page) => page.locator('#chart canvas').first().waitFor();

const PICTURES: Picture[] = [
  { name: 'coin-light', path: '/', options: LIGHT, ready: drawn },
  { name: 'coin-dark', path: '/', options: { ...WIDE, colorScheme: 'dark' }, ready: drawn },
  { name: 'coin-phone', path: '/', options: { ...PHONE, colorScheme: 'light' }, ready: drawn },
  {
    name: 'compare',
    path: '/?asset=btc-bitcoin&range=30d&compare=eth-ethereum,sol-solana',
    options: LIGHT,
    ready: drawn,
  },
  { name: 'coins', path: '/?sort=market_cap_usd#coins', options: LIGHT, ready: showCoins },
  { name: 'ops', path: '/ops', options: LIGHT, ready: (page) => page.locator('.runs').waitFor() },
  { name: 'upload', path: '/ops', options: LIGHT, ready: correctColumns },
  { name: 'proof', path: '/', options: LIGHT, ready: openProof },
];

async function showCoins(page: Page): Promise<void> {
  await page.locator('.sparkline').first().waitFor();
  await page.locator('#coins').evaluate((list) => list.scrollIntoView());
}

async function openProof(page: Page): Promise<void> {
  await page.locator('.headline .figure').first().click();
  await page.getByText('✓ Proven.').waitFor();
}

const CSV = 'when,first,last\n2024-01-01T00:00:00Z,41000.5,42000.25\n2024-01-02T00:00:00Z,42000.25,43000\n';

/** A file with unnamed columns: the user assigns the roles. */
async function correctColumns(page: Page): Promise<void> {
  await page.getByLabel('Upload token').fill('dev');
  await page.getByRole('button', { name: 'Unlock' }).first().click();
  const file = { name: 'days.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) };
  await page.locator('#upload-file').setInputFiles(file);
  const settings = page.locator('#upload-job .settings');
  await settings.waitFor();
  await settings.getByLabel('Coin, by its id').fill('btc-bitcoin');
  await settings.getByLabel('Prices are in (usd, usdt)').fill('usd');
  for (const [index, role] of ['instant', 'ignore', 'price'].entries())
    await settings.locator('.columns select').nth(index).selectOption(role);
  await settings.getByRole('button', { name: 'Show what it would store now' }).click();
  await page.getByText('2 rows would be stored').waitFor();
  await page.getByText('Correct the reading').click();
  await page.locator('#files').evaluate((panel) => panel.scrollIntoView());
}

async function take(browser: Browser, url: string, { name, path, options, ready }: Picture): Promise<void> {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(url + path, { waitUntil: 'networkidle' });
  await ready(page);
  // A quarter of the size of PNG, the only format that Playwright writes.
  const session = await context.newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  writeFileSync(join(FOLDER, `${name}.webp`), Buffer.from(data, 'base64'));
  await context.close();
  console.log(`docs/images/${name}.webp`);
}

async function untilHistory(url: string): Promise<void> {
  const end = Date.now() + HISTORY_MS_MAX;
  for (;;) {
    const reply = await fetch(`${url}/candles?asset=btc-bitcoin&source=coingecko&interval=1d`);
    const { data } = (await reply.json()) as { data: unknown[] };
    if (data.length > CANDLES_LEAST || Date.now() > end) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

// The compared coins need a history.
process.env.BACKFILL_ASSETS ??= '10';
const { values } = parseArgs({ options: { url: { type: 'string' } } });
await using opened = new AsyncDisposableStack();
const own = values.url ? undefined : opened.adopt(await startCointape(), (it) => it.stop());
const url = values.url ?? own?.url ?? '';
const browser = opened.adopt(await launch(), (it) => it.close());
mkdirSync(FOLDER, { recursive: true });
await untilHistory(url);
for (const picture of PICTURES) await take(browser, url, picture);
