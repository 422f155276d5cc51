import 'vitest';
import type { Backend } from './backend.ts';

declare module 'vitest' {
  /** Values from the global setup, on the Node side, for the tests. */
  interface ProvidedContext {
    /** One for each test worker that runs at the same time. */
    backends: Backend[];
    /**
     * Which seeds of faults to play, how many phases of each (null: all), how many operations at once, and the
     * address of the database's disturber.
     */
    chaos: { seed: number; seeds: number; phases: number | null; parallel: number; control: string | null };
    /** The seed of generated requests, and the number per operation. */
    fuzz: { seed: number; runs: number };
    /** The first seed of plays against the strict cache, their number, and the steps of each. */
    front_cache: { seed: number; seeds: number; steps: number };
  }
}
