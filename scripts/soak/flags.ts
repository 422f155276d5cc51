import { parseArgs } from 'node:util';
import { wholeNumber } from '../flag-values.ts';

export interface Flags {
  minutes: number;
  readers: number;
}

export const HELP = `npm run soak -- [flags]

Reads, uploads and polls together against the built Worker, and tells what each request took, which answers came,
and how memory went. Then the database hangs for a while, and then far too many ask at once: every request is still
answered, with 429 or 503 and Retry-After where it has to be. Ends with an error otherwise. See docs/faults.md.

  --minutes N   how long the steady part lasts (5)
  --readers N   readers at the same time (8)
  --help        this text
`;

/** Reads the command line. Throws an Error that says what is wrong. */
export function parseFlags(argv: string[]): Flags | 'help' {
  const { values } = parseArgs({
    args: argv,
    options: {
      minutes: { type: 'string', default: '5' },
      readers: { type: 'string', default: '8' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return 'help';
  return { minutes: minutesOf(values.minutes), readers: wholeNumber('--readers', values.readers) };
}

function minutesOf(text: string): number {
  const minutes = Number(text);
  if (Number.isFinite(minutes) && minutes > 0) return minutes;
  throw new Error(`--minutes takes a number above 0, not ${text}.`);
}
