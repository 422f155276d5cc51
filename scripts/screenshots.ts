// npm run screenshots: pictures of the dashboard for the docs, out of a sandbox that has run for a while.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launch } from '../test/browser/chromium.ts';
import { startCointape } from '../test/browser/cointape.ts';

const FOLDER = join(import.meta.dirname, '../docs/images');
const WIDE = { viewport: { width: 1440, height: 1060 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
/** Until the history of the largest coins, which follows the first ingestion, has been fetched. */
const HISTORY_MS_MAX = 180_000;
const CANDLES_LEAST = 20;

interface Picture {
  name: string;
  options: BrowserContextOptions;
  /** Opens the proof of the newest price. */
  proof?: boolean;
}

const PICTURES: Picture[] = [
  { name: 'dashboard-light', options: { ...WIDE, colorScheme: 'light' } },
  { name: 'dashboard-dark', options: { ...WIDE, colorScheme: 'dark' } },
  { name: 'dashboard-phone', options: { ...PHONE, colorScheme: 'light' } },
  { name: 'proof', options: { ...WIDE, colorScheme: 'light' }, proof: true },
];

async function take(browser: Browser, url: string, { name, options, proof }: Picture): Promise<void> {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.locator('#chart canvas').first().waitFor();
  if (proof) await page.locator('.headline .figure').click();
  if (proof) await page.getByText('✓ Proven.').waitFor();
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  await context.close();
  console.log(`docs/images/${name}.png`);
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

const { values } = parseArgs({ options: { url: { type: 'string' } } });
await using opened = new AsyncDisposableStack();
const own = values.url ? undefined : opened.adopt(await startCointape(), (it) => it.stop());
const url = values.url ?? own?.url ?? '';
const browser = opened.adopt(await launch(), (it) => it.close());
mkdirSync(FOLDER, { recursive: true });
await untilHistory(url);
for (const picture of PICTURES) await take(browser, url, picture);
