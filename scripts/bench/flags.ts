import { parseArgs } from 'node:util';
import type { CachePlan } from './cache.ts';
import { STATED_RATE } from './cache-figures.ts';
import type { LoadPlan } from './load.ts';
import type { PollPlan } from './poll.ts';
import type { ReadPlan } from './read.ts';

export const PARTS = ['cpu', 'load', 'poll', 'read', 'cache'] as const;
export type Part = (typeof PARTS)[number];

export interface Flags {
  parts: readonly Part[];
  quick: boolean;
  database_url: string | undefined;
  data_dir: string | undefined;
  /** The path of the JSON report; null writes none. */
  out: string | null;
  load: LoadPlan;
  poll: PollPlan;
  read: ReadPlan;
  cache: CachePlan;
}

export const HELP = `npm run bench -- [flags]

Measures the built Worker in workerd before a real Postgres, against what the same machine can do without it.
Prints tables and writes docs/bench.json. See docs/performance.md.

  --quick             smaller sizes and fewer rounds, under three minutes; writes no file unless --out says so
  --only PARTS        some of load,poll,read,cache,cpu
  --rows SIZES        sizes of the tapes that are read, e.g. 10^5,10^6,10^7 (the default)
  --queries WORDS     only reads whose names hold one of these, e.g. prices,candles
  --against FILE      a Worker's bundle to load with in turns, e.g. test/former-release/worker.mjs
  --load-rows N       rows of the file that is loaded (10^6)
  --rounds N          rounds of each part
  --data-dir DIR      keep the database there: a second run need not seed its tapes again
  --database-url URL  a Postgres that is there (its user may create databases) instead of one of our own
  --out FILE          where the figures go (docs/bench.json)
  --help              this text
`;

/** Reads the command line. Throws an Error that names the fault. */
export function parseFlags(argv: string[]): Flags | 'help' {
  const { values } = parseArgs({
    args: argv,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      rows: { type: 'string' },
      queries: { type: 'string' },
      against: { type: 'string' },
      'load-rows': { type: 'string' },
      rounds: { type: 'string' },
      'data-dir': { type: 'string' },
      'database-url': { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return 'help';
  const { quick } = values;
  const rounds = values.rounds === undefined ? undefined : readSize(values.rounds);
  const sizes = (values.rows ?? (quick ? '10^5,10^6' : '10^5,10^6,10^7')).split(',').map(readSize);
  const least = sizes.find((size) => size < 100_000);
  if (least !== undefined)
    throw new Error(`--rows: ${least} rows do not reach offset 90,000; take 10^5 or more.`);
  const isPartial = quick || [values.only, values.queries, values.against].some((flag) => flag !== undefined);
  return {
    parts: readParts(values.only),
    quick,
    database_url: values['database-url'],
    data_dir: values['data-dir'],
    out: values.out ?? (isPartial ? null : 'docs/bench.json'),
    load: {
      rows: readSize(values['load-rows'] ?? (quick ? '10^5' : '10^6')),
      rounds: rounds ?? (quick ? 2 : 3),
      against: values.against ?? null,
    },
    poll: { rounds: rounds ?? (quick ? 3 : 10) },
    read: {
      sizes: sizes.sort((a, b) => a - b),
      rounds: rounds ?? (quick ? 2 : 5),
      duration_ms: quick ? 200 : 600,
      words: values.queries?.split(',') ?? [],
    },
    cache: {
      rates: quick ? [500] : [50, 500, STATED_RATE],
      minutes: 5,
    },
  };
}

function readParts(only: string | undefined): readonly Part[] {
  if (only === undefined) return PARTS;
  const asked = only.split(',');
  const unknown = asked.find((name) => !(PARTS as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`--only knows ${PARTS.join(', ')}; not ${unknown}.`);
  return PARTS.filter((part) => asked.includes(part));
}

/** `100000`, `10^5` or `1e5`. */
function readSize(text: string): number {
  const [, base, power] = /^(\d+)\^(\d+)$/.exec(text) ?? [];
  const size = base === undefined ? Number(text) : Number(base) ** Number(power);
  if (!Number.isSafeInteger(size) || size < 1)
    throw new Error(`${text} is no size; write 100000, 1e5 or 10^5.`);
  return size;
}
