import { defineConfig } from 'vitest/config';

// Separate from the main suite, because it needs a Chromium (CHROMIUM, or one in the PATH).
export default defineConfig({
  test: {
    name: 'browser',
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    globalSetup: ['./global-setup.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
