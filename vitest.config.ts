import { availableParallelism } from 'node:os';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// What docs/decisions/test-suite.md explains: five projects in three groups, one group after another, each with several
// files at a time. Within a project workers are shared by files, because starting one costs more than most files.

/** Tests of the Worker's code that need no database. */
const UNIT = [
  'test/*.test.ts',
  'test/{domain,reading,sources}/**/*.test.ts',
  'test/db/{sql/render,observations/page-frame,prices/answers}.test.ts',
  'test/http/{query,data/row-fields,tables/{columns,memo},lake/range,mcp/words}.test.ts',
  'test/lake/encode.test.ts',
  'test/ingest/{poll/{due,refusal},files/one-ahead}.test.ts',
  'test/proof/{record-text,check-bytes}.test.ts',
  'test/raw/gunzip.test.ts',
  'test/front-cache/{cache,oracle}.test.ts',
  'test/chaos/read-bucket.test.ts',
];

/** Tests that replace a module: what they load is not for other files. */
const MOCKED = ['test/sources/third-source.test.ts'];

/** Tests on Node that start processes or a database, or replace a module. */
const PROCESSES = [
  'test/node/*.test.ts',
  'test/node/deploy/{deploy,process}.test.ts',
  'test/node/start/{start,serving,lock,database,third-source}.test.ts',
  'test/node/upload/send-file.test.ts',
];

/** Each takes longer than its share of a worker: begun last, one would run alone for a minute or two. */
const SLOWEST = [
  'test/chaos/faults.test.ts',
  'test/node/start/start.test.ts',
  'test/node/former-release.test.ts',
  'test/node/embedded-postgres.test.ts',
];

/** A new clone has no durations of an earlier run, and the sizes of files tell little. Projects stay in their order. */
class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    const placeOf = ({ moduleId, project }: TestSpecification) =>
      2 * projects.indexOf(project) + (SLOWEST.some((path) => moduleId.endsWith(path)) ? 0 : 1);
    return sorted.sort((a, b) => placeOf(a) - placeOf(b));
  }
}

const CORES = availableParallelism();
/** Groups, in their order. Projects of one group share its test workers. */
const GROUPS = {
  /** One workerd: another costs more to start than it saves. */
  unit: { maxWorkers: 1, sequence: { groupOrder: 0 } },
  /** One more than there are cores, because these wait for the processes that they start. */
  node: { maxWorkers: Math.min(4, CORES + 1), sequence: { groupOrder: 1 } },
  /** Each has a database beside it that keeps half a core busy. */
  database: { maxWorkers: Math.min(4, CORES), sequence: { groupOrder: 2 } },
};

let started = 0;
/** Workers that run at the same time get one each, those of a later run get them again. */
function next<Value>(values: readonly Value[]): Value {
  const value = values[started++ % values.length];
  if (value === undefined) throw new Error('The global setup has started no backends.');
  return value;
}

const wrangler = { configPath: './wrangler.toml' };
const FIXED = {
  SCHEDULER_TOKEN: 'dev',
  UPLOAD_TOKEN: 'dev',
  RATE_LIMIT: 'off',
  TOKEN_COPIES: 'off',
  BACKFILL_ASSETS: '0',
  HISTORY_ASSETS: '0',
  READ_ACCESS: 'public',
  RAW_ACCESS: 'public',
  BULK_ACCESS: 'public',
  LOG_LEVEL: 'error',
};

/** How large a market test/domain/identity/year plays, and from which seed. */
const YEAR = { YEAR_COINS: process.env.YEAR_COINS ?? '60', YEAR_SEED: process.env.YEAR_SEED ?? '1' };

/** Gives each test worker that starts a database and upstreams. */
const withBackend = () =>
  cloudflareTest(({ inject }) => {
    const { databaseUrl, upstreamUrl, scriptedUrl } = next(inject('backends'));
    return {
      wrangler,
      miniflare: {
        bindings: {
          ...FIXED,
          DATABASE_URL: databaseUrl,
          COINPAPRIKA_BASE_URL: `${upstreamUrl}/coinpaprika`,
          COINGECKO_BASE_URL: `${upstreamUrl}/coingecko`,
          COINLORE_BASE_URL: `${upstreamUrl}/coinlore`,
          SCRIPTED_URL: scriptedUrl,
        },
        // Messages go where nobody consumes: delivered late, they would do work in the database of the next file.
        queueProducers: { INGEST_QUEUE: { queueName: 'unattended' } },
      },
    };
  });

export default defineConfig({
  test: {
    fsModuleCache: true,
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        // Inside workerd, without a database.
        plugins: [cloudflareTest({ wrangler, miniflare: { bindings: { ...FIXED, ...YEAR } } })],
        test: {
          name: 'unit',
          include: UNIT,
          exclude: MOCKED,
          isolate: false,
          ...GROUPS.unit,
          testTimeout: 30_000,
        },
      },
      {
        // The scripts, on Node.
        test: {
          name: 'node-unit',
          include: ['test/node/**/*.test.ts'],
          exclude: PROCESSES,
          pool: 'threads',
          isolate: false,
          ...GROUPS.node,
          testTimeout: 30_000,
        },
      },
      {
        // Inside workerd, each test worker with a database and upstreams of its own.
        plugins: [withBackend()],
        test: {
          name: 'worker',
          include: ['test/**/*.test.ts'],
          exclude: ['test/node/**', 'test/browser/**', ...UNIT, ...MOCKED],
          globalSetup: ['./test/global-setup.ts'],
          isolate: false,
          ...GROUPS.database,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins: [withBackend()],
        test: {
          name: 'mocked',
          include: MOCKED,
          globalSetup: ['./test/global-setup.ts'],
          ...GROUPS.database,
          testTimeout: 30_000,
        },
      },
      {
        // `npm start`, `npm run deploy` and the like, driven as processes.
        test: {
          name: 'node',
          include: PROCESSES,
          globalSetup: ['./test/node/global-setup.ts'],
          ...GROUPS.node,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
