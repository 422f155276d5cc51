import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Bundle, buildWorker } from './bench/bundle.ts';
import { benchCache } from './bench/cache.ts';
import { benchSize } from './bench/cpu.ts';
import { type Flags, HELP, type Part, parseFlags } from './bench/flags.ts';
import { benchLoad } from './bench/load.ts';
import type { Outcome } from './bench/outcome.ts';
import { benchPoll } from './bench/poll.ts';
import { type BenchPostgres, givenPostgres, startPostgres } from './bench/postgres.ts';
import { benchReads } from './bench/read.ts';
import { circumstances, outcomeText } from './bench/report.ts';
import { reasonOf } from './reason.ts';

// Progress goes to stderr: stdout is the report alone.
const tell = (part: string) => (line: string) => console.error(`${part}: ${line}`);

async function bench(flags: Flags): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'cointape-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const bundle = await buildWorker(join(folder, 'bundle'));
  const { database_url, data_dir } = flags;
  const postgres = opened.adopt(
    database_url === undefined ? await startPostgres(data_dir) : givenPostgres(database_url),
    (it) => it.close(),
  );
  const all: Outcome = { figures: [], tables: [] };
  for (const part of flags.parts) {
    const { figures, tables } = await run(part, { flags, folder, bundle, postgres });
    all.figures.push(...figures);
    all.tables.push(...tables);
  }
  const settings = { version: await versionOf(postgres), settings: postgres.settings };
  const sizes = { load: flags.load, poll: flags.poll, read: flags.read, cache: flags.cache };
  console.log(outcomeText(all));
  if (flags.out === null) return;
  const report = { ...circumstances(settings), parts: flags.parts, sizes, ...all };
  writeFileSync(flags.out, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`written to ${flags.out}`);
}

interface Bench {
  flags: Flags;
  folder: string;
  bundle: Bundle;
  postgres: BenchPostgres;
}

function run(part: Part, { flags, folder: base, bundle, postgres }: Bench): Promise<Outcome> {
  const folder = join(base, part);
  mkdirSync(folder);
  const common = { bundle, folder, tell: tell(part) };
  switch (part) {
    case 'cpu':
      return benchSize(common);
    case 'load':
      return benchLoad(postgres, { ...common, plan: flags.load });
    case 'poll':
      return benchPoll(postgres, { ...common, plan: flags.poll });
    case 'read':
      return benchReads(postgres, { ...common, plan: flags.read });
    case 'cache':
      return benchCache(postgres, { ...common, plan: flags.cache });
  }
}

async function versionOf(postgres: BenchPostgres): Promise<string> {
  const client = new pg.Client({ connectionString: postgres.url('postgres') });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  await client.end();
  return rows[0]?.server_version ?? 'unknown';
}

// A signal ends all processes that the bench started; see their exit handlers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
try {
  const flags = parseFlags(process.argv.slice(2));
  if (flags === 'help') console.log(HELP);
  else await bench(flags);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.stack : reasonOf(error)}`);
  process.exitCode = 1;
}
