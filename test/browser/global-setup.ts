import type { TestProject } from 'vitest/node';
import { startCointape } from './cointape.ts';

declare module 'vitest' {
  interface ProvidedContext {
    cointapeUrl: string;
  }
}

/** One sandbox for all files that only read, or add what nobody else looks at. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // A sandbox that runs already saves its start while one works on the page.
  const { COINTAPE_URL } = process.env;
  if (COINTAPE_URL !== undefined) {
    project.provide('cointapeUrl', COINTAPE_URL);
    return async () => {};
  }
  const cointape = await startCointape();
  project.provide('cointapeUrl', cointape.url);
  return cointape.stop;
}
