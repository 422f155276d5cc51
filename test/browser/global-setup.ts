import type { TestProject } from 'vitest/node';
import { startCointape } from './cointape.ts';

declare module 'vitest' {
  interface ProvidedContext {
    cointapeUrl: string;
  }
}

/** One sandbox for all files that only read, or add what nobody else looks at. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cointape = await startCointape();
  project.provide('cointapeUrl', cointape.url);
  return cointape.stop;
}
