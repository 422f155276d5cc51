import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { answerParent } from '../bench/child.ts';
import { startWorkers } from '../bench/worker.ts';
import { startEmbeddedPostgres } from '../embedded-postgres.ts';
import { applyMigrations } from '../migrations.ts';
import { startNeonServer } from '../neon-server.ts';

// The built Worker with its database and its bucket, in a process made to be killed.

const [folder = '', script = '', upstream_url = ''] = process.argv.slice(2);

mkdirSync(folder, { recursive: true });
const began = performance.now();
const postgres = await startEmbeddedPostgres(join(folder, 'pg'));
const opened_ms = performance.now() - began;
await applyMigrations(postgres.url);
const migrated_ms = performance.now() - began;
const server = await startNeonServer({
  target: postgres.url,
  connections: 1,
  connect: postgres.connect,
});
const workers = await startWorkers(
  [
    {
      name: 'tape',
      script,
      variables: {
        DATABASE_URL: server.url,
        COINPAPRIKA_BASE_URL: `${upstream_url}/coinpaprika`,
        COINGECKO_BASE_URL: `${upstream_url}/coingecko`,
        BACKFILL_ASSETS: '0',
        KEEP_OBSERVATIONS_DAYS: '30',
        LOG_LEVEL: 'error',
      },
      consumes: true,
    },
  ],
  join(folder, 'state'),
);

const answers = {
  /** Its addresses, and when migrations started and ended. */
  about: async () => ({
    url: await workers.url('tape'),
    database_url: server.url,
    opened_ms,
    migrated_ms,
  }),
  tick: (at_ms: number) => workers.tick(at_ms),
};
export type VictimAnswers = typeof answers;

answerParent(answers);
