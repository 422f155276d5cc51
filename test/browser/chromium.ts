import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A browser that sends no requests of its own. */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executable(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });

function executable(): string {
  const { CHROMIUM, PATH = '' } = process.env;
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const places = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const found = CHROMIUM ?? places.find((path) => existsSync(path));
  if (found === undefined) throw new Error('No Chromium: install one, or name it in CHROMIUM.');
  return found;
}

/** A page that records its faults. */
export interface Visit {
  page: Page;
  /** Requests to other origins, and console errors. */
  faults: string[];
}

export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  const origin = new URL(url).origin;
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !/^(data|blob):/.test(request.url()))
      faults.push(`request to ${request.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      faults.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(url);
  return { page, faults };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * The findings of axe, except excluded rules, as `rule: target`. Evaluated by the debugger, so the policy of the
 * page stays in force.
 */
export async function violations(page: Page, scope = 'body', not: string[] = []): Promise<string[]> {
  await page.evaluate(AXE);
  const rules = Object.fromEntries(not.map((rule) => [rule, { enabled: false }]));
  const { violations } = await page.evaluate(
    ([selector, options]) =>
      (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run(selector, options),
    [scope, { rules }] as const,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}
