import { startVitest } from 'vitest/node';
import { startPostgres } from './bench/postgres.ts';
import { startDisturber } from './chaos/disturber.ts';
import { type Flags, HELP, parseFlags } from './chaos/flags.ts';
import { playKills } from './chaos/kills.ts';
import { playKillsInside } from './chaos/kills-inside.ts';
import { createReport, summary } from './chaos/report.ts';

const PARALLEL = 4;
/**
 * Only the server crashes, never the machine. What the server has written survives, even without a sync to disk.
 */
const UNSYNCED = { fsync: 'off', full_page_writes: 'off', shared_buffers: '128MB' };

/** Plays the seeds. Returns whether all of them healed. */
async function play({ seed, seeds, postgres }: Flags): Promise<boolean> {
  await using opened = new AsyncDisposableStack();
  process.env.CHAOS_SEED = String(seed);
  process.env.CHAOS_SEEDS = String(seeds);
  if (postgres) {
    const server = opened.adopt(await startPostgres(undefined, UNSYNCED), (it) => it.close());
    const { crash = async () => {} } = server;
    const disturber = opened.adopt(await startDisturber({ url: server.url('postgres'), crash }), (it) =>
      it.close(),
    );
    process.env.TEST_DATABASE_URL = server.url('postgres');
    process.env.CHAOS_PARALLEL = String(PARALLEL);
    process.env.CHAOS_CONTROL = disturber.url;
  }
  const { reporter, totals } = createReport(print);
  const vitest = await startVitest('test', ['test/chaos/faults.test.ts'], {
    project: ['worker'],
    watch: false,
    reporters: [reporter],
  });
  await vitest.close();
  for (const line of summary(totals)) print(line);
  return totals.failed.length === 0 && totals.healed === seeds;
}

const print = (line: string) => console.log(line);

function help(): true {
  print(HELP);
  return true;
}

async function main(): Promise<boolean> {
  try {
    const flags = parseFlags(process.argv.slice(2));
    if (flags === 'help') return help();
    if (flags.kills > 0) return await playKills(flags.kills, print);
    return flags.kills_inside > 0 ? await playKillsInside(flags.kills_inside, print) : await play(flags);
  } catch (error) {
    console.error('error:', error);
    return false;
  }
}

process.exit((await main()) ? 0 : 1);
