import { parseArgs } from 'node:util';
import { wholeNumber } from '../flag-values.ts';

export interface Flags {
  seed: number;
  seeds: number;
  /** Play against a Postgres that we start and crash, with several operations at once. */
  postgres: boolean;
  /** Kill `npm start` this many times instead; 0 plays seeds. */
  kills: number;
  /** Kill the Worker and its database this many times inside each kind of work instead; 0 plays seeds. */
  kills_inside: number;
}

export const HELP = `npm run chaos -- [flags]

Plays the whole service with failures at every boundary, lets it heal, and compares every table with a run in
which nothing failed. Each seed is a schedule of failures; a seed that does not heal is printed with its
schedule. See docs/faults.md.

  --seeds N    how many seeds (200)
  --seed S     the first one (1)
  --postgres   before a Postgres server of its own, with several operations at once, which is crashed now and
               then; what happens then does not follow from the seed alone
  --kills N    instead: npm start, ended with kill -9 of all its processes N times at random moments of
               ingestion and import, then compared with one that was left alone
  --kills-inside N
               instead: the Worker with its database and bucket, ended with kill -9 N times inside polls, imports,
               withdrawals, promotions and thinning in turn, and also inside migrations; then compared
  --help       this text
`;

/** Reads the command line. Throws an Error that names the fault. */
export function parseFlags(argv: string[]): Flags | 'help' {
  const { values } = parseArgs({
    args: argv,
    options: {
      seeds: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      postgres: { type: 'boolean', default: false },
      kills: { type: 'string' },
      'kills-inside': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return 'help';
  return {
    seed: wholeNumber('--seed', values.seed),
    seeds: wholeNumber('--seeds', values.seeds),
    postgres: values.postgres,
    kills: orNone('--kills', values.kills),
    kills_inside: orNone('--kills-inside', values['kills-inside']),
  };
}

const orNone = (flag: string, value: string | undefined) =>
  value === undefined ? 0 : wholeNumber(flag, value);
