import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        // Everything that runs in the Worker, inside workerd, against a real Postgres.
        plugins: [
          cloudflareTest(({ inject }) => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                DATABASE_URL: inject('databaseUrl'),
                SCHEDULER_TOKEN: 'dev',
                UPLOAD_TOKEN: 'dev',
                COINPAPRIKA_BASE_URL: `${inject('upstreamUrl')}/coinpaprika`,
                COINGECKO_BASE_URL: `${inject('upstreamUrl')}/coingecko`,
                RATE_LIMIT: 'off',
                BACKFILL_ASSETS: '0',
                RAW_ACCESS: 'public',
                LOG_LEVEL: 'error',
              },
            },
          })),
        ],
        test: {
          name: 'worker',
          include: ['test/**/*.test.ts'],
          exclude: ['test/node/**', 'test/browser/**'],
          globalSetup: ['./test/global-setup.ts'],
          // One database: files take turns.
          fileParallelism: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        // What runs on Node: the scripts, and `npm start` driven as a process.
        test: {
          name: 'node',
          include: ['test/node/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
