import 'vitest';
import type { Backend } from './backend.ts';

declare module 'vitest' {
  /** What the global setup, on the Node side, tells the tests. */
  interface ProvidedContext {
    /** One for each test worker that runs at the same time. */
    backends: Backend[];
    /**
     * Which seeds of faults to play, how many phases of each (null: all), how many operations at once, and where
     * to disturb the database.
     */
    chaos: { seed: number; seeds: number; phases: number | null; parallel: number; control: string | null };
    /** The seed of generated requests, and how many an operation gets. */
    fuzz: { seed: number; runs: number };
    /** The first seed of plays against the strict cache, how many, and how many steps each has. */
    front_cache: { seed: number; seeds: number; steps: number };
  }
}
