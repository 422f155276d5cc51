import type { TestProject } from 'vitest/node';
import { startCointape } from './cointape.ts';

declare module 'vitest' {
  interface ProvidedContext {
    cointapeUrl: string;
  }
}

/** One sandbox for all files that only read, or add data that no other file uses. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // A sandbox that is already running saves its start while one works on the page.
  const { COINTAPE_URL } = process.env;
  if (COINTAPE_URL !== undefined) {
    project.provide('cointapeUrl', COINTAPE_URL);
    return async () => {};
  }
  const cointape = await startCointape();
  project.provide('cointapeUrl', cointape.url);
  return cointape.stop;
}
