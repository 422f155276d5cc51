import { join } from 'node:path';
import { startChild } from '../scripts/bench/child.ts';
import type { Backend } from './backend.ts';
import type { BackendAnswers } from './backend-process.ts';
import type { SeenStatements } from './statements/seen.ts';

export interface Backends {
  all: Backend[];
  /** The results of statements, by backend. */
  seen(): Promise<SeenStatements[]>;
  close(): Promise<void>;
}

export async function startBackends(count: number): Promise<Backends> {
  const script = join(import.meta.dirname, 'backend-process.ts');
  const children = await Promise.all(
    Array.from({ length: count }, (_, number) => startChild<BackendAnswers>(script, [String(number)])),
  );
  return {
    all: await Promise.all(children.map((child) => child.ask('backend', undefined))),
    seen: () => Promise.all(children.map((child) => child.ask('seen', undefined))),
    async close() {
      await Promise.all(children.map((child) => child.stop()));
    },
  };
}
